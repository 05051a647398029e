"""The small model in plain sentences: what the controls did, step by step, with numbers."""

from __future__ import annotations

import math

from sim.analysis.small_model.fitted import SmallModel
from sim.outcomes.presentation import label_of, presentation_of
from viz.text.format import SHORT, date, number, percent


def account(model: SmallModel) -> list[str]:
    """The chain from smaller runs to efficiency and lead, for a typical parameter set."""
    typical, found = model.typical, model.effects()
    lost = float(typical.research_lost * typical.progress)
    stays = math.exp(-float(typical.catch_up) * model.constants.memory)
    efficiency, lead = found["innovation_effect"], found["lead_months"]
    runs = percent(float(typical.runs_lost))
    return [
        f"By {date(model.month)} the controls make the largest Chinese training run {runs} smaller "
        f"and take {percent(float(typical.research_lost))} of what the best Chinese lab found by "
        "itself in the five years before.",
        f"If that share of all its progress were gone, its methods would be "
        f"{percent(-math.expm1(-lost))} less efficient; but it also learns from what others show, "
        f"and {percent(stays)} of the loss (in logarithms) is left: "
        f"{label_of('innovation_effect')} {_falls(efficiency)}.",
        f"The best Chinese model stands {number(float(typical.height), SHORT)} ECI points above "
        f"that of the second lab, and rests on a training run of its own in "
        f"{percent(float(typical.own_run))} of worlds, otherwise on learning from other models.",
        f"So smaller runs and worse methods {_count(lead)}: {label_of('lead_months')} "
        f"{_grows(lead)}.",
    ]


def validity(model: SmallModel) -> str:
    """What the account is, and how much it explains."""
    shares = " and ".join(
        f"{percent(model.scores[name]['r2_parameters'])} for {label_of(name)}"
        for name in ("innovation_effect", "lead_months")
    )
    return (
        "The small model: two formulas that explain, of what parameters do to the effect in "
        f"{date(model.month)}, {shares}. Each number is the median over parameter sets, so the "
        "account comes near the median effect and does not equal it. It was fitted to this "
        "comparison and to no other (docs/small_model.md)."
    )


def _falls(effect: float) -> str:
    verb = "falls" if effect < 0 else "rises"
    return f"{verb} by {percent(abs(math.expm1(effect)))}"


def _count(months: float) -> str:
    return "count for little" if abs(months) < presentation_of("lead_months").threshold else "count"


def _grows(months: float) -> str:
    verb = "grows" if months > 0 else "shrinks"
    return f"{verb} by {number(abs(months), SHORT)} months"
