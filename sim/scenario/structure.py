"""The structure of the model: which form each disputed mechanism has (`docs/model.md`).

A choice of forms is a hypothesis about the world, as a prior is. `sim.scenario.structures` names
combinations of them, each with the priors of the numbers that it needs.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.actors import Section
from sim.scenario.quantity import N, Quantity, number

ResearchInputs = Literal["ces", "raw_compute", "frontier_experiments", "compute_growth"]
ScarcityResponse = Literal["independent", "complements", "none"]
Openness = Literal["fixed", "answers_controls"]
Imitation = Literal["know_how", "distillation"]

PACE_OF_COMPUTE = Quantity(
    value=4.5,
    unit="x/yr",
    source="Sevilla and Roldan 2024 (Epoch AI): 4 to 5 times a year for runs at the frontier",
)
UNANSWERED = Quantity(value=0, unit="1", source="by default: openness does not answer")
CHOICES = ("research_inputs", "scarcity_response", "openness", "imitation")
UNREAD_BY: dict[str, tuple[str, tuple[str, ...]]] = {  # numbers that a choice leaves without effect
    "structure.compute_growth": (
        "research_inputs",
        ("ces", "raw_compute", "frontier_experiments"),
    ),
    "structure.openness_response": ("openness", ("fixed",)),
    "structure.open_audience": ("openness", ("fixed",)),
    "structure.distilled_despite_ban": ("imitation", ("know_how",)),
    "research.effort_return": ("research_inputs", ("compute_growth",)),
    "research.input_return": ("research_inputs", ("compute_growth",)),
    "effort.reference": ("research_inputs", ("compute_growth",)),
    "effort.eta": ("scarcity_response", ("none",)),
    "spillover.imitation_lag": ("imitation", ("distillation",)),
}
NOT_STOPPED = Quantity(
    value=0.5,
    unit="share",
    source="assumption: accounts through third countries and resellers pass a ban in part",
)


class Structure(Section[N]):
    """Which form disputed mechanisms have; the numbers are read by some forms only."""

    research_inputs: ResearchInputs = Field(
        "ces",
        description="how people and experiments make progress (M8): "
        "`ces`: compute in shares of what the largest lab has without rules; "
        "`raw_compute`: the same, and the weight of compute moves as the largest lab's compute "
        "outgrows its staff; "
        "`frontier_experiments`: compute in experiments of the size of the largest lab's; "
        "`compute_growth`: efficiency grows as a lab's own compute grows, whatever its effort",
    )
    scarcity_response: ScarcityResponse = Field(
        "independent",
        description="how effort answers scarcity (M7): `independent` of substitution; "
        "`complements`: the more, the less people can replace experiments, and the other way "
        "where they can; `none`",
    )
    openness: Openness = Field(
        "fixed",
        description="how often labs publish weights (M10): `fixed`; `answers_controls`: more often "
        "where compute is scarce, and users abroad take to such models",
    )
    imitation: Imitation = Field(
        "know_how",
        description="how labs follow closed models (M9): by `know_how` that spreads; by "
        "`distillation` of models that they can use",
    )
    compute_growth: N = number(
        "x/yr",
        1.05,
        20,
        "growth of a lab's experiments at which efficiency grows at the frontier's pace",
        default=PACE_OF_COMPUTE,
    )
    openness_response: N = number(
        "1", 0, 10, "rise of the odds of open weights with scarcity, in logs", default=UNANSWERED
    )
    open_audience: N = number(
        "1", 0, 10, "utility of open weights abroad per log of scarcity", default=UNANSWERED
    )
    distilled_despite_ban: N = number(
        "share",
        0,
        1,
        "part of a banned service whose outputs can be trained on all the same",
        default=NOT_STOPPED,
    )

    def choices(self) -> dict[str, str]:
        """The form of each disputed mechanism."""
        return {choice: getattr(self, choice) for choice in CHOICES}

    def unread(self) -> dict[str, str]:
        """Numbers without effect in the chosen forms, each with the choice that decides it."""
        return {
            key: choice
            for key, (choice, forms) in UNREAD_BY.items()
            if getattr(self, choice) in forms
        }
