"""The small model as it was fitted: constants, typical numbers and scores of each month.

>>> import sim
>>> model = sim.small_model("2030-12")
>>> sorted(model.effects())
['innovation_effect', 'lead_months']
>>> model.effects(research_lost=0.0)["innovation_effect"] == 0  # nothing lost, no effect
True
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.analysis.small_model.algebra import Constants, Numbers, innovation, lead

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class SmallModel:
    """The small model of one month.

    Attributes:
        month: `"2030-12"`.
        scenario, against: the comparison that it explains, and no other.
        constants: fitted to the simulator.
        typical: medians of the numbers over parameter sets.
        scores: by effect, on parameter sets that the fit did not see (see `docs/small_model.md`).
    """

    month: str
    scenario: str
    against: str
    constants: Constants
    typical: Numbers
    scores: Mapping[str, Any]

    def effects(self, **numbers: float) -> dict[str, float]:
        """Effects on ln of the best Chinese training efficiency, and on the US lead in months.

        Args:
            numbers: of `Numbers`, by name; those that are not given are typical.

        Raises:
            TypeError: there is no such number.
        """
        used = replace(self.typical, **numbers)
        return {
            "innovation_effect": float(innovation(used, self.constants)),
            "lead_months": float(lead(used, self.constants)),
        }


@cache
def recorded() -> dict[str, Any]:
    """What was measured, fitted and tested (see `study`)."""
    return json.loads(FILE.read_text("utf-8"))


def small_model(month: str = "2030-12") -> SmallModel:
    """The small model of a month: ten numbers that explain what the controls did.

    Raises:
        ValueError: it was not fitted to this month.
    """
    about, months = recorded()["about"], recorded()["months"]
    if month not in months:
        raise ValueError(f"the small model has no month {month!r}; it has {', '.join(months)}")
    one = months[month]
    typical = Numbers(**{name: middle for name, (_, middle, _) in one["numbers"].items()})
    return SmallModel(
        month,
        about["scenario"],
        about["against"],
        Constants(**one["constants"]),
        typical,
        one["effects"],
    )


def small_model_of(scenario: str, against: str, month: str) -> SmallModel | None:
    """The small model of a comparison; None where it was not fitted to it.

    Args:
        month: the model is that of the first of its months that is not before, else of the last.
    """
    about, months = recorded()["about"], list(recorded()["months"])
    if (scenario, against) != (about["scenario"], about["against"]):
        return None
    return small_model(next((one for one in months if one >= month), months[-1]))
