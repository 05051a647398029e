"""`moat month`: one month of one world, step by step, with the numbers that each step left."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.core.calendar import parse_month
from sim.core.worlds import Block, Mask
from sim.experiments.ensemble import load_in
from sim.model.race import STEPS, Race, Step
from sim.outcomes.record import HOME, RIVAL
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario
from viz.pages.render import Page
from viz.text.format import number

FEW = 4  # actors named in a sentence
MONTH = "2023-11"  # the second American chip rule has just come into force


@dataclass(frozen=True)
class TakenStep:
    """One step of the month, and what it left behind, in sentences."""

    step: Step
    facts: list[str]


@dataclass
class Month:
    """One month of one world.

    Attributes:
        resolved: the scenario.
        world: number of the world.
        seed: of the luck.
        label: the month.
        command: that computes it again.
        steps: in the order in which they were taken.
    """

    resolved: ResolvedScenario
    world: int
    seed: int
    label: str
    command: str
    steps: list[TakenStep]


def simulate_month(
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
    resolved = load_in(scenario, overrides=overrides)
    race = Race(resolved, [world], seed)
    at = _place(race, month, scenario)
    while race.month < at:
        race.step()
    command = ["moat", "month", scenario, "--month", month, "--world", str(world)]
    command += ["--seed", str(seed), *(part for one in overrides for part in ("--set", one))]
    before = _before(race)
    steps = []
    for step in STEPS:
        step.run(race)
        facts = FACTS[step.name](race, before) if step.name in FACTS else ()
        steps.append(TakenStep(step, list(facts)))
    return Month(resolved, world, seed, month, shlex.join(command), steps)


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


Before = dict[str, Block]
Facts = Callable[[Race, Before], Iterator[str]]


def _before(race: Race) -> Before:
    """State that facts compare with later in the month."""
    labs = race.labs
    return {
        "chips": labs.purchasing.chips,
        "training": labs.log_training_efficiency,
        "capability": labs.releasing.capability,
        "open": labs.releasing.open_capability,
        "staff": labs.staff,
        "largest": labs.releasing.largest_run,
        "value": race.sectors.value,
        "people": race.talent_pools.people,
    }


def listed(names: list[str], values: Block, unit: str, least: float = 0.0) -> str:
    """The largest few of a block: `OpenAI 3.1, Meta 2.0 USD bn`."""
    column = np.broadcast_to(values, (len(names), 1))[:, 0]
    order = [int(row) for row in np.argsort(-np.abs(column)) if abs(column[row]) > least][:FEW]
    shown = ", ".join(f"{names[row]} {number(float(column[row]))}" for row in order)
    return f"{shown} {unit}".strip() if shown else "nobody"


def _enter(race: Race, before: Before) -> Iterator[str]:
    active = [
        name
        for name, on in zip(race.labs.names, race.labs.purchasing.active[:, 0], strict=True)
        if on
    ]
    yield f"{len(active)} of {race.labs.rows} labs are there: {', '.join(active)}."


def _make(race: Race, before: Before) -> Iterator[str]:
    supply = listed(race.suppliers.names, race.suppliers.supply, "thousand chips")
    yield f"Suppliers can deliver {supply}."


def _price(race: Race, before: Before) -> Iterator[str]:
    yield f"Asked for a chip: {listed(race.suppliers.names, race.suppliers.price, 'USD')}."


def _fund(race: Race, before: Before) -> Iterator[str]:
    yield f"Budgets a year: {listed(race.labs.names, race.labs.purchasing.budget, 'USD bn')}."


def _plan(race: Race, before: Before) -> Iterator[str]:
    labs = race.labs
    scarcity = listed(labs.names, labs.purchasing.scarcity_training, "", 0.005)
    yield f"Scarcity for training, in logs: {scarcity}."
    yield f"Effort directed to efficiency: {listed(labs.names, 100 * labs.effort, '%')}."


def _people(race: Race, before: Before) -> Iterator[str]:
    gained = race.labs.staff - before["staff"]
    yield f"Researchers hired: {listed(race.labs.names, gained, 'people', 0.05)}."


def _chips(race: Race, before: Before) -> Iterator[str]:
    flows = race.flows
    bought = flows.shipped.sum(axis=0)
    yield f"Shipped by bloc: {listed(race.blocs, bought, 'thousand chips')}."
    yield f"Smuggled: {listed(race.blocs, flows.smuggled.sum(axis=0), 'thousand chips', 1e-6)}."
    grown = race.labs.purchasing.chips - before["chips"]
    yield f"Labs hold more (or less) by {listed(race.labs.names, grown, 'H100e')}."


def _power(race: Race, before: Before) -> Iterator[str]:
    grids = race.power_suppliers
    yield f"Share of chips that has power: {listed(grids.names, 100 * grids.running, '%')}."


def _research(race: Race, before: Before) -> Iterator[str]:
    gained = race.labs.log_training_efficiency - before["training"]
    yield f"Training efficiency grew by {listed(race.labs.names, 100 * gained, '% (in logs)')}."


def _train(race: Race, before: Before) -> Iterator[str]:
    spent = listed(race.labs.names, race.labs.releasing.run_flop, "FLOP")
    yield f"Compute spent on the run under way: {spent}."


def _release(race: Race, before: Before) -> Iterator[str]:
    gained = race.labs.releasing.capability - before["capability"]
    if not (gained > 0).any():
        yield "Nobody releases a better model."
    else:
        yield f"Better models: {listed(race.labs.names, gained, 'points more')}."


def _learn(race: Race, before: Before) -> Iterator[str]:
    gained = race.labs.log_training_efficiency - before["training"]
    all_in_all = listed(race.labs.names, 100 * gained, "% (in logs)")
    yield f"With what others' work teaches, training efficiency has grown by {all_in_all}."


def _serve(race: Race, before: Before) -> Iterator[str]:
    yield f"Tokens used: {listed(race.markets.names, race.markets.tokens, 'trillion')}."
    revenue = listed(race.labs.names, race.labs.serving.revenue, "USD bn", 1e-9)
    yield f"Revenue this month: {revenue}."


def _capital(race: Race, before: Before) -> Iterator[str]:
    moved = 100 * (race.sectors.value / before["value"] - 1)
    yield f"Sectors move by {listed(race.sectors.names, moved, '%', 1e-6)}."


def _publish(race: Race, before: Before) -> Iterator[str]:
    frontier = race.public_state.bloc_frontier
    yield f"Best released models: {listed(race.blocs, frontier, 'points')}."


def _policy(race: Race, before: Before) -> Iterator[str]:
    now, last = race.month, max(race.month - 1, 0)
    agenda = race.regulators.agenda

    def begins(days: Mask) -> bool:
        held = agenda.periods.monthly(days)[:, 0] > 0
        return bool(held[now] and not held[last])

    new = [act for act in agenda.acts if begins(act.in_force)]
    known = [act for act in agenda.acts if begins(act.announced)]
    named = ", ".join(f"{act.name} ({act.event.by})" for act in new)
    yield f"New in force: {named or 'nothing'}."
    named = ", ".join(act.name for act in known if act not in new)
    yield f"Newly announced, in force later: {named or 'nothing'}."


def _watch(race: Race, before: Before) -> Iterator[str]:
    us, china = (race.blocs.index(bloc) for bloc in (HOME, RIVAL))
    lead = race.public_state.bloc_frontier[us, 0] - race.public_state.bloc_frontier[china, 0]
    yield f"They see a US lead of {number(float(lead))} points."
    steps = race.regulators.steps
    yield f"Steps of their own reaction rules so far: {listed(race.regulators.names, steps, '')}."


FACTS: dict[str, Facts] = {
    "enforce": _policy,
    "enter": _enter,
    "make_chips": _make,
    "set_prices": _price,
    "fund": _fund,
    "plan": _plan,
    "move_people": _people,
    "clear_chip_market": _chips,
    "power_up": _power,
    "research": _research,
    "train": _train,
    "release": _release,
    "learn": _learn,
    "clear_model_market": _serve,
    "clear_capital_market": _capital,
    "publish": _publish,
    "watch": _watch,
}


def build(docs: Path) -> Page:
    """The month that the documentation shows."""
    return Page(written(simulate_month()))


def written(month: Month) -> str:
    """The month as a page (Markdown)."""
    fitted = month.resolved.posterior is not None
    which = "one of those that fit history" if fitted else "drawn from the priors"
    about = (
        f"Made by `{month.command}`. This is world {month.world} of `{month.resolved.name}` "
        f"({which}; seed {month.seed}) in {month.label}, step by step, in the order of `STEPS` in "
        "`sim/model/race.py`. Every number is what the step left behind in that world; other "
        "worlds have other numbers. In italics: what the step does."
    )
    parts = [f"# A month: {month.label}", about]
    for place, taken in enumerate(month.steps, start=1):
        parts += [f"## {place}. `{taken.step.name}`", f"*{taken.step.sentence}*"]
        parts += ["\n\n".join(taken.facts)] if taken.facts else []
    return "\n\n".join(parts) + "\n"
