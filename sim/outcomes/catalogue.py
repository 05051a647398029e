"""Outcomes, defined exactly, from recorded series (section "outcomes" of docs/model.md).

An outcome is a function of the recorded arrays of one run, `[month, row, world]`, and gives
`[month, world]`. A paired outcome compares two runs of the same worlds. One that may be undefined
declares where it is defined (`sim/outcomes/defined.py`), and is NaN elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sim.outcomes import capability, chips, defined, economy
from sim.outcomes.binding import BINDING
from sim.outcomes.capability import best_log_efficiency, frontier
from sim.outcomes.defined import Outcome, PairedOutcome
from sim.outcomes.economy import us_revenue
from sim.outcomes.economy_outcomes import ECONOMY
from sim.outcomes.record import HOME, RIVAL, Array, ReadNames, Record, ratio

CORE = (
    Outcome(
        "lead_points",
        "ECI points",
        "best US released capability less best Chinese",
        capability.lead_points,
        defined.model(HOME, RIVAL),
    ),
    Outcome(
        "lead_months",
        "months",
        "months since the US frontier, interpolated between records, reached the best Chinese "
        "capability; negative when China leads (smooth: use it for differences)",
        lambda r: capability.lag_smooth(frontier(r, HOME), frontier(r, RIVAL)),
        defined.model(HOME, RIVAL),
    ),
    Outcome(
        "lead_months_observed",
        "months",
        "the same on released models, a staircase as Epoch AI measures it",
        lambda r: capability.lag_observed(frontier(r, HOME), frontier(r, RIVAL)),
        defined.model(HOME, RIVAL),
    ),
    Outcome(
        "open_lag_months",
        "months",
        "months since the frontier reached the best model with open weights",
        capability.open_lag,
        defined.OPEN_MODEL,
    ),
    Outcome(
        "us_frontier",
        "ECI points",
        "best US capability",
        lambda r: frontier(r, HOME),
        defined.model(HOME),
    ),
    Outcome(
        "china_frontier",
        "ECI points",
        "best Chinese capability",
        lambda r: frontier(r, RIVAL),
        defined.model(RIVAL),
    ),
    Outcome(
        "open_frontier",
        "ECI points",
        "best capability with open weights",
        lambda r: frontier(r, series="open_capability"),
        defined.OPEN_MODEL,
    ),
    Outcome(
        "efficiency_ratio",
        "1",
        "best Chinese training efficiency over best US",
        capability.efficiency_ratio("training"),
        defined.at_work(HOME, RIVAL),
    ),
    Outcome(
        "inference_efficiency_ratio",
        "1",
        "best Chinese inference efficiency over best US",
        capability.efficiency_ratio("inference"),
        defined.at_work(HOME, RIVAL),
    ),
    Outcome(
        "china_efficiency",
        "log",
        "ln of the best Chinese training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, RIVAL),
        defined.at_work(RIVAL),
    ),
    Outcome(
        "us_efficiency",
        "log",
        "ln of the best US training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, HOME),
        defined.at_work(HOME),
    ),
    Outcome(
        "compute_ratio",
        "1",
        "Chinese over US installed compute by worth for training",
        chips.compute_ratio,
        defined.US_COMPUTE,
    ),
    Outcome(
        "run_ratio",
        "1",
        "largest Chinese over largest US training run",
        lambda r: ratio(capability.largest_run(RIVAL)(r), capability.largest_run(HOME)(r)),
        defined.own_model(HOME, RIVAL),
    ),
    Outcome(
        "largest_run_us",
        "FLOP",
        "largest US training run released",
        capability.largest_run(HOME),
        defined.own_model(HOME),
    ),
    Outcome(
        "largest_run_china",
        "FLOP",
        "largest Chinese run released",
        capability.largest_run(RIVAL),
        defined.own_model(RIVAL),
    ),
    Outcome(
        "frugality",
        "1",
        "compute of the leanest Chinese run near the frontier (12 points) over the largest US run",
        capability.frugality,
        defined.own_model(HOME, RIVAL),
    ),
    Outcome("us_compute", "H100e", "chips in the US by peak performance", chips.held(HOME)),
    Outcome("china_compute", "H100e", "chips in China by peak performance", chips.held(RIVAL)),
    Outcome(
        "nvidia_china_share",
        "share",
        "China's share of new Nvidia compute, last three months, legal",
        chips.nvidia_china_share,
        defined.shipped("Nvidia", chips.nvidia_shipped),
    ),
    Outcome("nvidia_stock", "H100e", "Nvidia compute shipped since 2022", chips.stock_since(None)),
    Outcome(
        "china_nvidia_stock",
        "H100e",
        "Nvidia compute shipped legally to China since 2022",
        chips.stock_since(RIVAL),
    ),
    Outcome(
        "domestic_share",
        "share",
        "home-made share of the compute that China installs, by peak performance (H100e), last "
        "twelve months",
        chips.domestic_share("flow_compute", "flow_smuggled_compute"),
        defined.ACQUIRED,
    ),
    Outcome(
        "domestic_share_units",
        "share",
        "the same by number of chips",
        chips.domestic_share("flow_units", "flow_smuggled"),
        defined.INSTALLED,
    ),
    Outcome(
        "domestic_share_value",
        "share",
        "the same by what buyers pay, smugglers included",
        chips.domestic_share("flow_value", "flow_smuggled_value"),
        defined.INSTALLED,
    ),
    Outcome(
        "leaked_share",
        "share",
        "smuggled share of compute that China acquired in the last twelve months",
        chips.leaked_share,
        defined.ACQUIRED,
    ),
    Outcome(
        "us_spending",
        "USD bn",
        "money spent on compute by US labs and clouds, last twelve months",
        economy.spent(HOME),
    ),
    Outcome("china_spending", "USD bn", "the same in China", economy.spent(RIVAL)),
    Outcome(
        "us_supplier_revenue",
        "USD bn",
        "revenue of US chip suppliers since the start",
        us_revenue,
    ),
    Outcome(
        "us_supplier_revenue_china",
        "USD bn",
        "revenue of US chip suppliers from legal sales to China, last twelve months",
        chips.earned_in_china,
    ),
)

FLOWS = (
    Outcome(
        "nvidia_flow",
        "H100e",
        "Nvidia compute shipped in the last three months, smuggled counted in",
        chips.shipped("Nvidia", None, chips.QUARTER, smuggled="flow_smuggled_compute"),
    ),
    Outcome(
        "nvidia_china_flow",
        "H100e",
        "Nvidia compute shipped legally to China in the last three months",
        chips.shipped("Nvidia", RIVAL, chips.QUARTER),
    ),
    Outcome(
        "huawei_units",
        "1e3 chips",
        "Huawei's accelerators shipped in the last twelve months",
        chips.shipped("Huawei Ascend", None, chips.YEAR, "flow_units"),
    ),
    Outcome(
        "world_compute", "H100e", "chips held in the world by peak performance", chips.held(None)
    ),
)

OUTCOMES = (*CORE, *FLOWS, *ECONOMY, *BINDING)

PAIRED = (
    PairedOutcome(
        "supplier_loss",
        "USD bn",
        "revenue of US suppliers forgone against the reference, since the start",
        lambda this, reference: us_revenue(reference) - us_revenue(this),
    ),
    PairedOutcome(
        "innovation_effect",
        "log points",
        "difference in ln training efficiency of the best Chinese lab",
        capability.innovation_effect("training"),
        defined.at_work(RIVAL),
    ),
    PairedOutcome(
        "innovation_effect_inference",
        "log points",
        "difference in ln inference efficiency of the best Chinese lab",
        capability.innovation_effect("inference"),
        defined.at_work(RIVAL),
    ),
)

BY_NAME: dict[str, Outcome | PairedOutcome] = {item.name: item for item in (*OUTCOMES, *PAIRED)}
EFFECTS = tuple(BY_NAME)
# Effects that are not the difference of what two runs measure by themselves.
BETWEEN_RUNS = (
    *(outcome.name for outcome in OUTCOMES if outcome.against),
    *(paired.name for paired in PAIRED),
)


def compute_outcomes(
    record: Record, names: Collection[str] = EFFECTS, reference: Record | None = None
) -> dict[str, Array]:
    """Outcomes of a run (all, or those of some names), `[month, world]` by name.

    Args:
        reference: the run with which it is compared: its level is the base of indices.
    """
    return {
        outcome.name: outcome.values(record, reference)
        for outcome in OUTCOMES
        if outcome.name in names
    }


def compute_effects(
    this: Record, reference: Record, names: Collection[str] = EFFECTS
) -> dict[str, Array]:
    """Effects between paired worlds: differences of outcomes, and the paired outcomes."""
    ours, theirs = (compute_outcomes(record, names, reference) for record in (this, reference))
    effects = {name: ours[name] - theirs[name] for name in ours}
    return effects | {
        paired.name: paired.values(this, reference) for paired in PAIRED if paired.name in names
    }


def series_read(record: Record, names: Collection[str]) -> set[str]:
    """Names of the recorded series from which effects of these names are computed."""
    read = ReadNames(record.arrays)
    tracked = replace(record, arrays=read)
    compute_effects(tracked, tracked, names)
    return read.names


def unit_of(name: str) -> str:
    """Unit of an outcome or effect."""
    return BY_NAME[name].unit


def meaning_of(name: str) -> str:
    """Meaning of an outcome or effect."""
    return BY_NAME[name].meaning


def why_undefined(name: str) -> str:
    """Why an outcome or effect is not defined where it is NaN; empty where it always is."""
    declared = BY_NAME[name].defined if name in BY_NAME else None
    return declared.reason if declared else ""
