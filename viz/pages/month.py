"""`moat month`: one month of one world, told step by step as `Race.step` takes it.

The steps are wrapped, not repeated: they are told in the order in which the race really takes them,
with the numbers that it left behind.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.core.calendar import parse_month
from sim.core.units import figure_of
from sim.core.worlds import Block
from sim.experiments.ensemble import of_worlds
from sim.model.race import Race
from sim.outcomes.measures import HOME, RIVAL
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario, load

FEW = 4  # actors named in a sentence
MONTH = "2023-11"  # the second American chip rule has just come into force
ROOM = "race"  # the race itself, beside its populations and rooms


@dataclass(frozen=True)
class Step:
    """One step: its call, as it stands in `Race.step`, what its code says of it, and facts."""

    call: str
    says: str
    facts: list[str]


@dataclass
class Month:
    """One month of one world.

    Attributes:
        loaded: the scenario.
        world: number of the world.
        seed: of the luck.
        label: the month.
        command: what tells it again.
        steps: in the order in which they were taken.
    """

    resolved: ResolvedScenario
    world: int
    seed: int
    label: str
    command: str
    steps: list[Step] = field(default_factory=list)


def tell(
    scenario: str = "as_enacted",
    month: str = MONTH,
    world: int = 0,
    seed: int = 0,
    overrides: Iterable[str] = (),
) -> Month:
    """Run one world up to a month, and take that month step by step.

    Raises:
        ScenarioError: the scenario cannot be used, or does not reach the month.
    """
    overrides = list(overrides)
    resolved = of_worlds(load(scenario, overrides))
    race = Race(resolved, [world], seed)
    at = _place(race, month, scenario)
    while race.month < at:
        race.step()
    command = ["moat", "month", scenario, "--month", month, "--world", str(world)]
    command += ["--seed", str(seed), *(part for one in overrides for part in ("--set", one))]
    told = Month(resolved, world, seed, month, shlex.join(command))
    for place, name, teller in STEPS:
        _listen(race, place, name, teller, told)
    race.step()
    return told


def _place(race: Race, month: str, scenario: str) -> int:
    labels = race.calendar.labels()[: race.horizon]
    try:
        parse_month(month)
    except ValueError:
        wrong = f"'{month}' is no month"
        raise ScenarioError(Problem("month", "", wrong, "write 2022-11")) from None
    if month not in labels:
        wrong = f"{month} is outside {labels[0]} to {labels[-1]} of '{scenario}'"
        raise ScenarioError(Problem("month", "", wrong, "choose a month that is simulated"))
    return labels.index(month)


def _listen(race: Race, place: str, name: str, teller: Teller, told: Month) -> None:
    """Let a step of the race tell of itself when it is taken."""
    owner = race if place == ROOM else getattr(race, place)
    taken = getattr(owner, name)
    kept = before(race)

    def noted(*args: Any, **kwargs: Any) -> Any:
        found = taken(*args, **kwargs)
        first, *_ = str(getattr(type(owner), name).__doc__).split("\n\n")
        call = name if place == ROOM else f"{place}.{name}"
        told.steps.append(Step(call, " ".join(first.split()), list(teller(race, kept))))
        return found

    setattr(owner, name, noted)


Kept = dict[str, Block]
Teller = Callable[[Race, Kept], Iterator[str]]


def before(race: Race) -> Kept:
    """What is compared with later in the month."""
    labs = race.labs
    return {
        "chips": labs.chips,
        "training": labs.log_training_efficiency,
        "capability": labs.capability,
        "open": labs.open_capability,
        "staff": labs.staff,
        "largest": labs.largest_run,
        "value": race.sectors.value,
        "people": race.talent_pools.people,
    }


def listed(names: list[str], values: Block, unit: str, least: float = 0.0) -> str:
    """The largest few of a block: `OpenAI 3.1, Meta 2.0 USD bn`."""
    column = np.broadcast_to(values, (len(names), 1))[:, 0]
    order = [int(row) for row in np.argsort(-np.abs(column)) if abs(column[row]) > least][:FEW]
    shown = ", ".join(f"{names[row]} {figure_of(float(column[row]))}" for row in order)
    return f"{shown} {unit}".strip() if shown else "nobody"


def _enter(race: Race, kept: Kept) -> Iterator[str]:
    active = [name for name, on in zip(race.labs.names, race.labs.active[:, 0], strict=True) if on]
    yield f"{len(active)} of {race.labs.rows} labs are there: {', '.join(active)}."


def _make(race: Race, kept: Kept) -> Iterator[str]:
    supply = listed(race.suppliers.names, race.suppliers.supply, "thousand chips")
    yield f"Suppliers can deliver {supply}."


def _price(race: Race, kept: Kept) -> Iterator[str]:
    yield f"Asked for a chip: {listed(race.suppliers.names, race.suppliers.price, 'USD')}."


def _fund(race: Race, kept: Kept) -> Iterator[str]:
    yield f"Budgets a year: {listed(race.labs.names, race.labs.budget, 'USD bn')}."


def _plan(race: Race, kept: Kept) -> Iterator[str]:
    labs = race.labs
    scarcity = listed(labs.names, labs.scarcity_training, "", 0.005)
    yield f"Scarcity for training, in logs: {scarcity}."
    yield f"Effort for doing more with less: {listed(labs.names, 100 * labs.effort, '%')}."


def _people(race: Race, kept: Kept) -> Iterator[str]:
    gained = race.labs.staff - kept["staff"]
    yield f"Researchers hired: {listed(race.labs.names, gained, 'people', 0.05)}."


def _chips(race: Race, kept: Kept) -> Iterator[str]:
    flows = race.flows
    bought = flows.shipped.sum(axis=0)
    yield f"Shipped by bloc: {listed(race.blocs, bought, 'thousand chips')}."
    yield f"Smuggled: {listed(race.blocs, flows.smuggled.sum(axis=0), 'thousand chips', 1e-6)}."
    grown = race.labs.chips - kept["chips"]
    yield f"Labs hold more (or less) by {listed(race.labs.names, grown, 'H100e')}."


def _power(race: Race, kept: Kept) -> Iterator[str]:
    grids = race.power_suppliers
    yield f"Share of chips that has power: {listed(grids.names, 100 * grids.running, '%')}."


def _research(race: Race, kept: Kept) -> Iterator[str]:
    gained = race.labs.log_training_efficiency - kept["training"]
    yield f"Training efficiency grew by {listed(race.labs.names, 100 * gained, '% (in logs)')}."


def _train(race: Race, kept: Kept) -> Iterator[str]:
    spent = listed(race.labs.names, race.labs.run_flop, "FLOP")
    yield f"Compute spent on the run under way: {spent}."


def _release(race: Race, kept: Kept) -> Iterator[str]:
    gained = race.labs.capability - kept["capability"]
    if not (gained > 0).any():
        yield "Nobody releases a better model."
    else:
        yield f"Better models: {listed(race.labs.names, gained, 'points more')}."


def _learn(race: Race, kept: Kept) -> Iterator[str]:
    gained = race.labs.log_training_efficiency - kept["training"]
    all_in_all = listed(race.labs.names, 100 * gained, "% (in logs)")
    yield f"With what others' work teaches, training efficiency has grown by {all_in_all}."


def _serve(race: Race, kept: Kept) -> Iterator[str]:
    yield f"Tokens used: {listed(race.markets.names, race.markets.tokens, 'trillion')}."
    yield f"Revenue this month: {listed(race.labs.names, race.labs.revenue, 'USD bn', 1e-9)}."


def _capital(race: Race, kept: Kept) -> Iterator[str]:
    moved = 100 * (race.sectors.value / kept["value"] - 1)
    yield f"Sectors move by {listed(race.sectors.names, moved, '%', 1e-6)}."


def _publish(race: Race, kept: Kept) -> Iterator[str]:
    frontier = race.public_state.bloc_frontier
    yield f"Best released models: {listed(race.blocs, frontier, 'points')}."


def _policy(race: Race, kept: Kept) -> Iterator[str]:
    now, last = race.month, max(race.month - 1, 0)
    acts = race.regulators.agenda.acts
    new = [act for act in acts if act.in_force[now, 0] and not act.in_force[last, 0]]
    known = [act for act in acts if act.announced[now, 0] and not act.announced[last, 0]]
    named = ", ".join(f"{act.name} ({act.event.by})" for act in new)
    yield f"New in force: {named or 'nothing'}."
    named = ", ".join(act.name for act in known if act not in new)
    yield f"Newly announced, in force later: {named or 'nothing'}."


def _watch(race: Race, kept: Kept) -> Iterator[str]:
    us, china = (race.blocs.index(bloc) for bloc in (HOME, RIVAL))
    lead = race.public_state.bloc_frontier[us, 0] - race.board.bloc_frontier[china, 0]
    yield f"They see a US lead of {figure_of(float(lead))} points."
    steps = race.regulators.steps
    yield f"Steps of their own reaction rules so far: {listed(race.regulators.names, steps, '')}."


STEPS: tuple[tuple[str, str, Teller], ...] = (  # the order does not matter: the race has its own
    ("turns", "turn", _policy),
    (ROOM, "enter", _enter),
    (ROOM, "make_chips", _make),
    ("suppliers", "set_price", _price),
    (ROOM, "fund", _fund),
    ("labs", "plan", _plan),
    (ROOM, "move_people", _people),
    (ROOM, "clear_chip_market", _chips),
    (ROOM, "power_up", _power),
    ("labs", "research", _research),
    ("labs", "train", _train),
    ("labs", "release", _release),
    ("labs", "learn", _learn),
    (ROOM, "clear_model_market", _serve),
    (ROOM, "clear_capital_market", _capital),
    (ROOM, "publish", _publish),
    ("governments", "watch", _watch),
)


def written(told: Month) -> str:
    """The month as a page (Markdown)."""
    fitted = told.resolved.posterior is not None
    which = "of those that fit history" if fitted else "drawn from the priors"
    about = (
        f"Made by `{told.command}`. World {told.world} of `{told.resolved.name}` "
        f"({which}; seed {told.seed}) in {told.label}, taken step by step as "
        "`Race.step` takes it. Every number is what the race left behind in that "
        "world; other worlds have other numbers. In italics: what the code says of the step."
    )
    parts = [f"# A month: {told.label}", about]
    for number, step in enumerate(told.steps, start=1):
        parts += [f"## {number}. `{step.call}`", f"*{step.says}*", "\n\n".join(step.facts)]
    return "\n\n".join(parts) + "\n"
