"""How far each lever moves the answers of the page: the measure by which levers are put in front.

Measured in paired worlds of the history as enacted and shipped as `ranking.csv`. Measure again
after a fit or a change of the model (three minutes):

    uv run python -m viz.dashboard.levers.ranking
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.presentation import presentation_of
from viz.dashboard.levers.assumptions import assumptions
from viz.dashboard.levers.choices import CHOICES
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensembles import EnsembleStore
from viz.dashboard.state.view import START
from viz.text.format import date

FILE = Path(__file__).with_name("ranking.csv")
PRIORS = Path("docs/priors.json")  # numbers that move a headline are measured, others are not
WORLDS, SEED, MONTH = 64, 0, "2030-12"
ANSWERS = ("lead_months", "efficiency_ratio", "domestic_share")
MEASURE = (
    "The levers that matter most come first: those that move the US lead, China's efficiency and "
    f"its home-made compute most by {date(MONTH)}, on average over {WORLDS} paired worlds, each "
    f"measured by what counts as a material change. Policies were moved from {DEFAULT_DATE:%Y} on "
    "and from end to end, assumptions from 5 to 95 % of their range."
)
Pair = tuple[EditedScenario, EditedScenario]


@cache
def measured() -> dict[str, float]:
    """How far levers move the answers, by key, the farthest first; in material changes."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        found = {row["key"]: float(row["material_changes"]) for row in csv.DictReader(rows)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def ordered(keys: Iterable[str]) -> list[str]:
    """Keys of levers, those that matter most first; those that were not measured come last."""
    return sorted(keys, key=lambda key: -measured().get(key, 0.0))


def front(keys: Iterable[str], count: int) -> list[str]:
    """So many levers that matter most among some, the first first."""
    return [key for key in ordered(keys) if key in measured()][:count]


def measure() -> Iterator[tuple[str, float]]:
    """Key of each lever, and how far it moves the answers, in material changes."""
    store = EnsembleStore()

    def outcome(scenario: EditedScenario, name: str) -> Block:
        ensemble = store.of((scenario, WORLDS, SEED))
        return ensemble.outcomes[name][ensemble.months.index(MONTH)]

    for key, (one, other) in pairs().items():
        sizes = (size(name, outcome(one, name), outcome(other, name)) for name in ANSWERS)
        yield key, sum(sizes)


def size(name: str, one: Block, other: Block) -> float:
    """Mean size of the difference between two sets of paired worlds, in material changes."""
    row = presentation_of(name)
    gap = one - other if row.effect == "difference" else np.log(one / other)
    return float(np.nanmean(np.abs(gap))) / row.threshold


def pairs() -> dict[str, Pair]:
    """What is compared for each lever: a scenario with it at one end, and one at the other."""
    start = EditedScenario(START)
    tree = resolved(start).tree
    found: dict[str, Pair] = {}
    for policy in POLICIES:
        acts = (policy.act(end, DEFAULT_DATE, tree) for end in policy.ends)
        low, high = (start.put(policy.key, act) for act in acts)
        found[policy.key] = low, high
    for choice in CHOICES:
        low = high = start
        for key in choice.changes(tree):
            low, high = low.put(key, choice.span[0]), high.put(key, choice.span[1])
        found[choice.key] = low, high
    rows = assumptions(START)
    for key in json.loads(PRIORS.read_text("utf-8"))["dependence"]["numbers"]:
        row = next((row for row in rows.values() if ".".join(row.path) == key), None)
        if row is not None:
            low, high = (start.put(row.key, end) for end in row.ends)
            found[row.key] = low, high
    return found


def main() -> None:
    """Measure all levers and write the file."""
    found = sorted(measure(), key=lambda item: -item[1])
    with FILE.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("key", "material_changes"))
        rows.writerows((key, f"{moved:.3f}") for key, moved in found)


if __name__ == "__main__":
    main()
