"""What a run assumes: every number with its source, and which priors its answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from sim.core.worlds import Worlds
from sim.experiments.ensemble import PRIOR
from sim.experiments.io import scenario_of
from sim.outcomes.catalogue import label_of
from sim.record.results import Results
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.quantity import Frozen, Quantity
from sim.scenario.schema import Scenario, quantities
from sim.uncertainty.draw import draw_worlds
from sim.uncertainty.posterior import shipped
from viz.pages.manual import shown
from viz.report.page import Section, Table
from viz.report.words import told_month

ENOUGH = 40  # worlds from which a rank correlation says something
CHANCE = 0.05  # that any one of all priors without influence would be named
MOST = 12  # priors named for one outcome
TITLE = "What is assumed"


@dataclass(frozen=True)
class Influence:
    """A prior that moves with an outcome over worlds.

    Attributes:
        correlation: of ranks, -1 to 1.
        worlds: 5th percentile, median and 95th percentile of the number in these worlds.
    """

    path: str
    number: Quantity
    correlation: float
    worlds: tuple[float, float, float]


def influences(results: Results, name: str, month: str) -> list[Influence]:
    """Priors whose rank correlation with an outcome stands out of chance, the largest first.

    The threshold is that of one two-sided test in all priors together (Bonferroni).
    """
    scenario = scenario_of(results.about["scenario"])
    numbers = drawn(results)
    priors = {
        path: item
        for path, item, _ in quantities(scenario)
        if isinstance(item, Quantity) and item.prior is not None
    }
    ranks = rankdata(results.at(name, month))
    least = bound(len(ranks), len(priors))
    found = []
    for path, item in priors.items():
        values = number_at(numbers, path)
        rho = _correlation(ranks, rankdata(values))
        if abs(rho) > least:
            low, median, high = np.percentile(values, [5, 50, 95])
            found.append(Influence(path, item, rho, (float(low), float(median), float(high))))
    return sorted(found, key=lambda one: -abs(one.correlation))


def drawn(results: Results) -> Any:
    """The numbers of each world of a run, drawn as they were.

    Raises:
        ScenarioError: it was run in worlds of another posterior than the one that is shipped.
    """
    about = results.about["scenario"]
    worlds = Worlds(int(world) for world in results.outcomes["world"].values)
    posterior = None
    if about["ensemble"]["name"] != PRIOR:
        posterior = shipped()
        if posterior.digest != about["ensemble"]["hash"]:
            wrong = "was run in worlds of another posterior"
            raise ScenarioError(Problem(about["name"], "", wrong, "run it again"))
    _, numbers = draw_worlds(scenario_of(about), posterior, results.about["seed"], worlds)
    return numbers


def bound(worlds: int, priors: int) -> float:
    """What the rank correlation of none of so many idle priors exceeds, in 95 % of cases."""
    return float(-ndtri(CHANCE / (2 * max(priors, 1))) / np.sqrt(max(worlds - 1, 1)))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def number_at(node: Any, path: str) -> Any:
    """What stands at a dotted path of drawn numbers (names may hold dots and blanks)."""
    while path:
        held = node if isinstance(node, dict) else vars(node)
        key = next(key for key in held if path == key or path.startswith(f"{key}."))
        node, path = held[key], path[len(key) + 1 :]
    return node


def assumptions(results: Results, names: tuple[str, ...]) -> Section:
    """Priors that matter for some outcomes, then every number with its source."""
    month = told_month(results)
    worlds = results.about["worlds"]
    scenario = scenario_of(results.about["scenario"])
    everything = all_numbers(scenario)
    if worlds < ENOUGH:
        words = [
            f"With {worlds} worlds it cannot be told which assumptions the answer hangs on "
            f"(at least {ENOUGH} are needed, 256 are better). All of them stand below."
        ]
        return Section(TITLE, words, tables=[everything])
    priors = sum(1 for _, item, _ in quantities(scenario) if getattr(item, "prior", None))
    least = bound(worlds, priors)
    words = [
        f"{priors} numbers are uncertain: each world has its own. An answer hangs on those "
        f"that go with it over the {worlds} worlds: rank correlations from -1 to 1, named "
        f"where they exceed {least:.2f}, which chance reaches for any of {priors} idle numbers in "
        "5 % of cases. More worlds name more of them. Worlds that fit history tie numbers to each "
        "other: one may be named for another's sake. “Here”: in these worlds."
    ]
    meanings = meanings_of(scenario)
    tables = [_table(results, name, month, meanings) for name in names]
    words += [f"{one.caption}: none stands out." for one in tables if not one.rows]
    return Section(TITLE, words, tables=[*(one for one in tables if one.rows), everything])


def _table(results: Results, name: str, month: str, meanings: dict[str, str]) -> Table:
    found = influences(results, name, month)[:MOST]
    what = "the effect on " if results.is_comparison else ""
    rows = [
        [
            one.path,
            f"{one.correlation:+.2f}",
            meanings.get(one.path, ""),
            f"{shown(one.number)} {_unit(one.number.unit)}",
            "{1:.3g} [{0:.3g}, {2:.3g}]".format(*one.worlds),
            one.number.source,
        ]
        for one in found
    ]
    caption = f"Assumptions on which {what}{label_of(name)} in {month} hangs"
    head = ["number", "correlation", "meaning", "prior: median [5 %, 95 %]", "here", "source"]
    return Table(caption, head, rows)


def all_numbers(scenario: Scenario) -> Table:
    """Every number of a scenario besides its acts, with its source."""
    meanings = meanings_of(scenario)
    rows = [
        [path, f"{shown(item)} {_unit(item.unit)}", meanings.get(path, ""), item.source]
        for path, item, _ in quantities(scenario)
        if not path.startswith("events.")
    ]
    caption = f"All {len(rows)} numbers of the scenario besides its acts"
    return Table(
        caption, ["number", "value, or median [5 %, 95 %]", "meaning", "source"], rows, True
    )


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def meanings_of(node: Any, path: str = "") -> dict[str, str]:
    """What each number means, as the schema says it."""
    return dict(_described(node, path))


def _described(node: Any, path: str) -> Iterator[tuple[str, str]]:
    named = isinstance(node, dict)
    for key in node if named else type(node).model_fields:
        value = node[key] if named else getattr(node, key)
        at = f"{path}.{key}" if path else str(key)
        if not named and (said := type(node).model_fields[key].description):
            yield at, said
        if isinstance(value, Frozen | dict) and not isinstance(value, Quantity):
            yield from _described(value, at)
