"""Where a lever stands while nobody has moved it: at the scenario's value in a month."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from sim.core.calendar import parse_month
from sim.core.statistics import percentiles
from sim.core.worlds import Worlds
from sim.model.mechanisms.capital import boom
from sim.policy.acts import enacted
from sim.policy.idle import ADDED
from sim.scenario.paths import value_at
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario, quantities
from sim.uncertainty.draw import draw_worlds
from viz.dashboard.levers.choices import BUDGET, Choice
from viz.dashboard.levers.policies import BreakthroughLever, OpenWeightsLever, Policy
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.text.format import SHORT, counted, number, unit, when

WORLDS, SEED = 256, 0  # in which medians of a scenario's numbers are found
Range = tuple[float, float, float]  # 5, 50 and 95 % over worlds


@dataclass(frozen=True)
class Standing:
    """What a scenario says of a lever.

    Attributes:
        value: where the lever's hollow knob is.
        text: the value, and where it comes from.
    """

    value: float
    text: str


@lru_cache(maxsize=16)
def ranges(name: str) -> Mapping[str, Range]:
    """Every number of a scenario over the worlds of the page, by its plain key."""
    checked = resolved(EditedScenario(name))
    worlds = Worlds(range(WORLDS))
    _, drawn = draw_worlds(checked.scenario, checked.posterior, SEED, worlds)
    numbers = quantities(checked.scenario)
    keys = [key for key, item, _ in numbers if isinstance(item, Quantity)]
    values = np.stack([np.broadcast_to(value_at(drawn, key), (1, WORLDS))[0] for key in keys])
    found = percentiles(values, (5, 50, 95)).T.tolist()
    return {key: (low, middle, high) for key, (low, middle, high) in zip(keys, found, strict=True)}


def of_policy(policy: Policy, name: str, month: str) -> Standing:
    """Where a policy's lever stands.

    Args:
        name: of the scenario.
        month: `"2027-03"`.
    """
    scenario = resolved(EditedScenario(name)).scenario
    if isinstance(policy, BreakthroughLever):
        return Standing(1.0, "no breakthrough beyond the scenario's own")
    if isinstance(policy, OpenWeightsLever):
        return _openness(policy, scenario, name, month)
    acts = [key for key in in_force(scenario, month) if policy.is_like(scenario.events[key])]
    numbers = ranges(name)
    keys = [f"events.{act}.{policy.field}" for act in acts]
    values = [numbers[key][1] for key in keys if key in numbers]
    if not values:
        return Standing(policy.at_rest, "no act of this kind in force")
    value = sum(values) if policy.kind in ADDED else policy.strictest(values)
    shown = f"{number(value, SHORT)} {unit(policy.declared['unit'])}".strip()
    return Standing(value, f"{shown}, by {counted(len(values), 'act')}")


def in_force(scenario: Scenario, month: str) -> list[str]:
    """Names of the acts of a scenario that are in force at the end of a month."""
    events = enacted(scenario)
    year, number_of_month = parse_month(month)
    last = date(year, number_of_month, calendar.monthrange(year, number_of_month)[1])
    begun = {name: event for name, event in events.items() if event.effective <= last}
    over = {old for event in begun.values() for old in event.supersedes}
    return [
        name
        for name, event in begun.items()
        if name not in over and (event.ends is None or event.ends > last)
    ]


def _openness(policy: Policy, scenario: Scenario, name: str, month: str) -> Standing:
    """How open the labs of a bloc are on average, after what happened until a month."""
    since = [
        (incident.date, key)
        for key, incident in scenario.incidents.items()
        if incident.active and incident.kind == policy.kind and policy.is_like(incident)
        if f"{incident.date:%Y-%m}" <= month
    ]
    numbers = ranges(name)
    if since:
        value = numbers[f"incidents.{max(since)[1]}.openness"][1]
        return Standing(value, f"{number(value, SHORT)}, since {when(f'{max(since)[0]:%Y-%m}')}")
    labs = [lab for lab, row in scenario.labs.items() if row.bloc == policy.place]
    value = float(np.mean([numbers[f"labs.{lab}.openness"][1] for lab in labs])) if labs else 0.0
    return Standing(value, f"{number(value, SHORT)} on average, lab by lab")


def of_choice(choice: Choice, name: str) -> Standing:
    """Where the lever of a bloc's budgets stands: at the growth in the month that it sets."""
    scenario = resolved(EditedScenario(name)).scenario
    numbers = ranges(name)
    month = scenario.calendar.month(BUDGET[-1])
    grown = []
    for investors in scenario.investors.values():
        if investors.bloc == choice.bloc:
            path, years = scenario.calendar.along(investors.lab_growth.knots)
            half_life = np.array(numbers["capital.boom_half_life"][1])
            long_run = np.log(numbers["capital.long_run_growth"][1])
            grown.append(np.exp(boom(np.log(path[month]), years[month], half_life, long_run)))
    value = float(np.mean(grown)) if grown else choice.default
    return Standing(value, f"{number(value, SHORT)} {choice.unit} in {when(BUDGET[-1])}")
