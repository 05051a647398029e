"""Outcomes, defined exactly, from recorded series (section "outcomes" of docs/model.md).

An outcome is a function of the recorded arrays of one run, `[month, row, world]`, and gives
`[month, world]`. A paired outcome compares two runs of the same worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim import measures
from sim.measures import HOME, RIVAL, Array, Record


@dataclass(frozen=True)
class Outcome:
    """What is measured: name, unit, meaning, and how it comes from a run."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Record], Array]


@dataclass(frozen=True)
class PairedOutcome:
    """What is measured between two runs of the same worlds: `of(this, reference)`."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Record, Record], Array]


OUTCOMES = (
    Outcome(
        "lead_points",
        "ECI points",
        "best US released capability less best Chinese",
        measures.lead_points,
    ),
    Outcome(
        "lead_months",
        "months",
        "months since the US frontier, interpolated between records, reached the best Chinese "
        "capability; negative when China leads (smooth: use it for differences)",
        lambda r: measures.lag_smooth(measures.frontier(r, HOME), measures.frontier(r, RIVAL)),
    ),
    Outcome(
        "lead_months_observed",
        "months",
        "the same on released models, a staircase as Epoch AI measures it",
        lambda r: measures.lag_observed(measures.frontier(r, HOME), measures.frontier(r, RIVAL)),
    ),
    Outcome(
        "open_lag_months",
        "months",
        "months since the frontier reached the best model with open weights",
        measures.open_lag,
    ),
    Outcome(
        "us_frontier", "ECI points", "best US capability", lambda r: measures.frontier(r, HOME)
    ),
    Outcome(
        "china_frontier",
        "ECI points",
        "best Chinese capability",
        lambda r: measures.frontier(r, RIVAL),
    ),
    Outcome(
        "open_frontier",
        "ECI points",
        "best capability with open weights",
        lambda r: measures.frontier(r, series="open_capability"),
    ),
    Outcome(
        "efficiency_ratio",
        "1",
        "best Chinese training efficiency over best US",
        measures.efficiency_ratio("training"),
    ),
    Outcome(
        "inference_efficiency_ratio",
        "1",
        "best Chinese inference efficiency over best US",
        measures.efficiency_ratio("inference"),
    ),
    Outcome(
        "china_efficiency",
        "log",
        "ln of the best Chinese training efficiency (0: methods of mid-2022)",
        lambda r: measures.best_log_efficiency(r, RIVAL),
    ),
    Outcome(
        "us_efficiency",
        "log",
        "ln of the best US training efficiency (0: methods of mid-2022)",
        lambda r: measures.best_log_efficiency(r, HOME),
    ),
    Outcome(
        "compute_ratio",
        "1",
        "Chinese over US installed compute by worth for training",
        measures.compute_ratio,
    ),
    Outcome(
        "run_ratio",
        "1",
        "largest Chinese over largest US training run",
        lambda r: measures.ratio(measures.largest_run(RIVAL)(r), measures.largest_run(HOME)(r)),
    ),
    Outcome(
        "largest_run_us", "FLOP", "largest US training run released", measures.largest_run(HOME)
    ),
    Outcome(
        "largest_run_china", "FLOP", "largest Chinese run released", measures.largest_run(RIVAL)
    ),
    Outcome(
        "frugality",
        "1",
        "compute of the leanest Chinese run within 12 ECI points of the frontier over the largest US",
        measures.frugality,
    ),
    Outcome("us_compute", "H100e", "chips in the US by peak performance", measures.held(HOME)),
    Outcome("china_compute", "H100e", "chips in China by peak performance", measures.held(RIVAL)),
    Outcome(
        "nvidia_china_share",
        "share",
        "China's share of new Nvidia compute, last three months, legal",
        measures.nvidia_china_share,
    ),
    Outcome(
        "nvidia_stock", "H100e", "Nvidia compute shipped since 2022", measures.stock_since(None)
    ),
    Outcome(
        "china_nvidia_stock",
        "H100e",
        "Nvidia compute shipped legally to China since 2022",
        measures.stock_since(RIVAL),
    ),
    Outcome(
        "domestic_share",
        "share",
        "home-made share of accelerators installed in China, units of the last twelve months",
        measures.domestic_share,
    ),
    Outcome(
        "leaked_share",
        "share",
        "smuggled share of compute that China acquired in the last twelve months",
        measures.leaked_share,
    ),
    Outcome(
        "us_spending",
        "USD bn/yr",
        "budgets for compute of US labs and clouds",
        measures.budget(HOME),
    ),
    Outcome("china_spending", "USD bn/yr", "the same in China", measures.budget(RIVAL)),
    Outcome(
        "us_supplier_revenue",
        "USD bn",
        "revenue of US chip suppliers since the start",
        measures.us_revenue,
    ),
)

PAIRED = (
    PairedOutcome(
        "supplier_loss",
        "USD bn",
        "revenue of US suppliers forgone against the reference, since the start",
        lambda this, reference: measures.us_revenue(reference) - measures.us_revenue(this),
    ),
    PairedOutcome(
        "innovation_effect",
        "log points",
        "difference in ln training efficiency of the best Chinese lab",
        lambda this, ref: (
            measures.best_log_efficiency(this, RIVAL) - measures.best_log_efficiency(ref, RIVAL)
        ),
    ),
    PairedOutcome(
        "innovation_effect_inference",
        "log points",
        "difference in ln inference efficiency of the best Chinese lab",
        lambda this, ref: (
            measures.best_log_efficiency(this, RIVAL, "inference")
            - measures.best_log_efficiency(ref, RIVAL, "inference")
        ),
    ),
)


def compute_outcomes(record: Record) -> dict[str, Array]:
    """Every outcome of a run, `[month, world]` by name."""
    return {one.name: one.of(record) for one in OUTCOMES}


def compute_effects(this: Record, reference: Record) -> dict[str, Array]:
    """Every effect between paired worlds: differences of outcomes, and the paired outcomes."""
    ours, theirs = compute_outcomes(this), compute_outcomes(reference)
    effects = {name: ours[name] - theirs[name] for name in ours}
    return effects | {one.name: one.of(this, reference) for one in PAIRED}


def unit_of(name: str) -> str:
    """Unit of an outcome or effect."""
    return {one.name: one.unit for one in (*OUTCOMES, *PAIRED)}[name]


def meaning_of(name: str) -> str:
    """Meaning of an outcome or effect."""
    return {one.name: one.meaning for one in (*OUTCOMES, *PAIRED)}[name]
