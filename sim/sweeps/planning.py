"""From a design to a plan: scenarios read, factors, months and outcomes checked, points drawn."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import Worlds
from sim.experiments.ensemble import of_worlds, simulate_block
from sim.outcomes.catalogue import OUTCOMES, PAIRED, series_read
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import FLAGS, Layer, ancestry
from sim.scenario.library import find
from sim.scenario.load import ResolvedScenario, resolve
from sim.sweeps.block import PAIRS, Job, pack, varied
from sim.sweeps.design import MAX_ROWS, Design
from sim.sweeps.factors import SCENARIO, Factor
from sim.sweeps.plan import Plan
from sim.sweeps.resolve import factors_of
from sim.sweeps.sampling import sample

HEADLINES = (
    "lead_months",
    "lead_points",
    "china_frontier",
    "efficiency_ratio",
    "compute_ratio",
    "domestic_share",
)
CHECKED = 64  # different scenarios (by static factors) that are checked before anything runs


def plan(design: Design, file: str = "design", block: int = PAIRS) -> Plan:
    """Hold a design against its scenarios and draw its points.

    Args:
        file: of the design, for messages; scenarios named by path are looked for beside it.
        block: pairs of point and replicate in a block; no number depends on it, the files do.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    layers = _scenarios(design, file)
    resolved = [_resolved(name, layers[name], design, file) for name in layers]
    calendar = _calendar(resolved, file)
    months = _months(design, calendar, file)
    outcomes, paired = _outcomes(design, file)
    factors = factors_of(design, resolved, file)
    values, unit = sample(design, factors, resolved[0], file)
    horizon = months[-1] + 1
    first = simulate_block(resolved[0], Worlds([0]), design.seed, months=1)
    job = Job(
        packed=pack(layers),
        branches=tuple(design.names),
        labels=_labels(design.names),
        overrides=tuple(design.set),
        factors=tuple(factors),
        seed=design.seed,
        ensemble=design.worlds,
        horizon=horizon,
        months=tuple(months),
        month_labels=tuple(calendar.labels()[:horizon]),
        outcomes=outcomes,
        paired=paired,
        series=frozenset(series_read(first, [*outcomes, *paired])),
        trajectories=design.trajectories,
    )
    made = Plan(design, job, tuple(resolved), values, unit, block)
    _affordable(made, file)
    _check_static(made, file)
    return made


def _scenarios(design: Design, file: str) -> dict[str, list[Layer]]:
    """Every scenario that is run, by name: those of the branches, then those a factor chooses."""
    asked = dict.fromkeys(design.names, "branches" if design.branches else "scenario")
    for name, factor in design.factors.items():
        if factor.key == SCENARIO:
            chosen = [value for value in factor.values or [] if isinstance(value, str)]
            asked = dict.fromkeys(chosen, f"factors.{name}.values") | asked
    names = [*design.names, *(name for name in asked if name not in design.names)]
    wrong, found = [], {}
    for name in names:
        try:
            found[name] = ancestry(find(name, beside=Path(file)))
        except ScenarioError as trouble:
            wrong += [_at(one, file, asked[name]) for one in trouble.problems]
    if wrong:
        raise ScenarioError(wrong)
    return found


def _at(problem: Problem, file: str, key: str) -> Problem:
    """What is said of a scenario that cannot be found is said of the key that names it."""
    if problem.key or Path(problem.file).is_file():
        return problem
    return Problem(file, key, problem.wrong, problem.hint)


def _labels(names: list[str]) -> tuple[str, ...]:
    """Names of the branches for tables: without folder where that is enough."""
    short = [Path(name).stem for name in names]
    if len(set(names)) < len(names):
        return tuple(f"{name} {at + 1}" for at, name in enumerate(short))
    return tuple(short if len(set(short)) == len(short) else names)


def _resolved(name: str, layers: list[Layer], design: Design, file: str) -> ResolvedScenario:
    try:
        return of_worlds(resolve(name, layers, design.set), design.worlds)
    except ScenarioError as wrong:
        raise _in_design(wrong, file, "set") from None


def _in_design(wrong: ScenarioError, file: str, place: str) -> ScenarioError:
    """What is said of a flag is said of the place in the design that gave it."""
    return ScenarioError(
        Problem(file, f"{place}: {one.key}", one.wrong, one.hint) if one.file == FLAGS else one
        for one in wrong.problems
    )


def _calendar(resolved: list[ResolvedScenario], file: str) -> Calendar:
    first = resolved[0].scenario.calendar
    for other in resolved[1:]:
        if other.scenario.calendar != first:
            wrong = f"'{other.name}' has other months than '{resolved[0].name}'"
            raise ScenarioError(Problem(file, "branches", wrong, "one sweep, one calendar"))
    return first


def _months(design: Design, calendar: Calendar, file: str) -> list[int]:
    """The months that are kept, counted from the start, in order."""
    first, last = calendar.label(0), calendar.label(calendar.months - 1)
    wrong, found = [], []
    for label in design.months or [last]:
        try:
            parse_month(label)
        except ValueError:
            told = f"'{label}' is not a month written as YYYY-MM"
            wrong.append(Problem(file, "months", told, f'such as "{last}"'))
            continue
        if not first <= label <= last:
            told = f"{label} lies outside the scenario"
            wrong.append(Problem(file, "months", told, f"{first} to {last}"))
        found.append(calendar.month(label))
    if wrong:
        raise ScenarioError(wrong)
    return sorted(set(found))


def _outcomes(design: Design, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Outcomes kept of each branch, and (all of them, where there are two) those of a pair."""
    single, pairs = [one.name for one in OUTCOMES], [one.name for one in PAIRED]
    asked = list(dict.fromkeys(design.outcomes or HEADLINES))
    wrong = []
    for name in asked:
        if name in pairs and not design.branches:
            told = f"'{name}' compares two branches, this design has one"
            wrong.append(Problem(file, "outcomes", told, 'branches = ["A", "B"] for scenario'))
        elif name not in [*single, *pairs]:
            wrong.append(Problem(file, "outcomes", f"no outcome '{name}'", nearest(name, single)))
    if wrong:
        raise ScenarioError(wrong)
    kept = tuple(name for name in asked if name in single)
    return kept, tuple(pairs if design.branches else ())


def _affordable(made: Plan, file: str) -> None:
    if made.rows > MAX_ROWS:
        points, branches = len(made.values), len(made.job.branches)
        each = f"{points:,} points x {made.design.replicates:,} replicates x {branches} branches"
        wrong = f"{each} = {made.rows:,} worlds, more than {MAX_ROWS:,}"
        raise ScenarioError(Problem(file, "replicates", wrong, "fewer, or several sweeps"))


def _check_static(made: Plan, file: str) -> None:
    """Scenarios with their static factors set are checked before anything runs.

    All of them where they are few; else the first and the last level of each factor.
    """
    job = made.job
    if not any(factor.is_static for factor in job.factors):
        return
    rows = list(_different(made))
    for row in rows:
        for branch in job.branches:
            try:
                varied(job, branch, tuple(row))
            except ScenarioError as wrong:
                raise _in_design(wrong, file, f"factors ({_told(job.factors, row)})") from None


def _different(made: Plan) -> Iterable[tuple[float, ...]]:
    """Points that differ in static factors: all, or where they are many the ends of each."""
    static = [at for at, factor in enumerate(made.job.factors) if factor.is_static]
    seen: dict[tuple, tuple] = {}
    for row in made.values:
        seen.setdefault(tuple(row[static]), tuple(row))
        if len(seen) > CHECKED:
            break
    else:
        return seen.values()
    ends = []
    for at in static:
        column = made.values[:, at]
        ends += [made.values[column.argmin()], made.values[column.argmax()]]
    return [tuple(row) for row in ends]


def _told(factors: Iterable[Factor], row: tuple[float, ...]) -> str:
    return ", ".join(
        f"{factor.name} = {factor.level(code) if factor.is_coded else f'{code:g}'}"
        for factor, code in zip(factors, row, strict=True)
        if factor.is_static
    )
