"""Outcomes, defined exactly, from recorded series (section "outcomes" of docs/model.md).

An outcome is a function of the recorded arrays of one run, `[month, row, world]`, and gives
`[month, world]`. A paired outcome compares two runs of the same worlds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sim.outcomes.chips import FLOWS
from sim.outcomes.economy import ECONOMY
from sim.outcomes.measures import (
    HOME,
    RIVAL,
    Array,
    Outcome,
    PairedOutcome,
    Record,
    best_log_efficiency,
    compute_ratio,
    domestic_share,
    efficiency_ratio,
    frontier,
    frugality,
    held,
    lag_observed,
    lag_smooth,
    largest_run,
    lead_points,
    leaked_share,
    nvidia_china_share,
    open_lag,
    ratio,
    spent,
    stock_since,
    us_revenue,
)

CORE = (
    Outcome(
        "lead_points",
        "ECI points",
        "best US released capability less best Chinese",
        lead_points,
    ),
    Outcome(
        "lead_months",
        "months",
        "months since the US frontier, interpolated between records, reached the best Chinese "
        "capability; negative when China leads (smooth: use it for differences)",
        lambda r: lag_smooth(frontier(r, HOME), frontier(r, RIVAL)),
    ),
    Outcome(
        "lead_months_observed",
        "months",
        "the same on released models, a staircase as Epoch AI measures it",
        lambda r: lag_observed(frontier(r, HOME), frontier(r, RIVAL)),
    ),
    Outcome(
        "open_lag_months",
        "months",
        "months since the frontier reached the best model with open weights",
        open_lag,
    ),
    Outcome("us_frontier", "ECI points", "best US capability", lambda r: frontier(r, HOME)),
    Outcome(
        "china_frontier",
        "ECI points",
        "best Chinese capability",
        lambda r: frontier(r, RIVAL),
    ),
    Outcome(
        "open_frontier",
        "ECI points",
        "best capability with open weights",
        lambda r: frontier(r, series="open_capability"),
    ),
    Outcome(
        "efficiency_ratio",
        "1",
        "best Chinese training efficiency over best US",
        efficiency_ratio("training"),
    ),
    Outcome(
        "inference_efficiency_ratio",
        "1",
        "best Chinese inference efficiency over best US",
        efficiency_ratio("inference"),
    ),
    Outcome(
        "china_efficiency",
        "log",
        "ln of the best Chinese training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, RIVAL),
    ),
    Outcome(
        "us_efficiency",
        "log",
        "ln of the best US training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, HOME),
    ),
    Outcome(
        "compute_ratio",
        "1",
        "Chinese over US installed compute by worth for training",
        compute_ratio,
    ),
    Outcome(
        "run_ratio",
        "1",
        "largest Chinese over largest US training run",
        lambda r: ratio(largest_run(RIVAL)(r), largest_run(HOME)(r)),
    ),
    Outcome("largest_run_us", "FLOP", "largest US training run released", largest_run(HOME)),
    Outcome("largest_run_china", "FLOP", "largest Chinese run released", largest_run(RIVAL)),
    Outcome(
        "frugality",
        "1",
        "compute of the leanest Chinese run near the frontier (12 points) over the largest US run",
        frugality,
    ),
    Outcome("us_compute", "H100e", "chips in the US by peak performance", held(HOME)),
    Outcome("china_compute", "H100e", "chips in China by peak performance", held(RIVAL)),
    Outcome(
        "nvidia_china_share",
        "share",
        "China's share of new Nvidia compute, last three months, legal",
        nvidia_china_share,
    ),
    Outcome("nvidia_stock", "H100e", "Nvidia compute shipped since 2022", stock_since(None)),
    Outcome(
        "china_nvidia_stock",
        "H100e",
        "Nvidia compute shipped legally to China since 2022",
        stock_since(RIVAL),
    ),
    Outcome(
        "domestic_share",
        "share",
        "home-made share of accelerators installed in China, units of the last twelve months",
        domestic_share,
    ),
    Outcome(
        "leaked_share",
        "share",
        "smuggled share of compute that China acquired in the last twelve months",
        leaked_share,
    ),
    Outcome(
        "us_spending",
        "USD bn",
        "money spent on compute by US labs and clouds, last twelve months",
        spent(HOME),
    ),
    Outcome("china_spending", "USD bn", "the same in China", spent(RIVAL)),
    Outcome(
        "us_supplier_revenue",
        "USD bn",
        "revenue of US chip suppliers since the start",
        us_revenue,
    ),
)

OUTCOMES = (*CORE, *FLOWS, *ECONOMY)

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
        lambda this, ref: best_log_efficiency(this, RIVAL) - best_log_efficiency(ref, RIVAL),
    ),
    PairedOutcome(
        "innovation_effect_inference",
        "log points",
        "difference in ln inference efficiency of the best Chinese lab",
        lambda this, ref: (
            best_log_efficiency(this, RIVAL, "inference")
            - best_log_efficiency(ref, RIVAL, "inference")
        ),
    ),
)


EFFECTS = tuple(one.name for one in (*OUTCOMES, *PAIRED))


def compute_outcomes(record: Record, names: Collection[str] = EFFECTS) -> dict[str, Array]:
    """Outcomes of a run (all, or those of some names), `[month, world]` by name."""
    return {one.name: one.of(record) for one in OUTCOMES if one.name in names}


def compute_effects(
    this: Record, reference: Record, names: Collection[str] = EFFECTS
) -> dict[str, Array]:
    """Effects between paired worlds: differences of outcomes, and the paired outcomes."""
    ours, theirs = compute_outcomes(this, names), compute_outcomes(reference, names)
    effects = {name: ours[name] - theirs[name] for name in ours}
    return effects | {one.name: one.of(this, reference) for one in PAIRED if one.name in names}


def series_read(record: Record, names: Collection[str]) -> set[str]:
    """Names of the recorded series from which effects of these names are computed."""
    noted = _Noted(record.arrays)
    watched = replace(record, arrays=noted)
    compute_effects(watched, watched, names)
    return noted.asked


class _Noted(Mapping):
    """Arrays by name that note which of them are asked for."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Array:
        self.asked.add(name)
        return self._arrays[name]

    def __iter__(self):
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


def unit_of(name: str) -> str:
    """Unit of an outcome or effect."""
    return {one.name: one.unit for one in (*OUTCOMES, *PAIRED)}[name]


def meaning_of(name: str) -> str:
    """Meaning of an outcome or effect."""
    return {one.name: one.meaning for one in (*OUTCOMES, *PAIRED)}[name]


def label_of(name: str) -> str:
    """An outcome's or effect's name for sentences and titles."""
    return LABELS.get(name, name)


LABELS = {
    "lead_points": "the US lead in capability",
    "lead_months": "the US lead in time",
    "lead_months_observed": "the US lead on released models",
    "open_lag_months": "the lag of open weights",
    "us_frontier": "the best US model",
    "china_frontier": "the best Chinese model",
    "efficiency_ratio": "Chinese over US training efficiency",
    "compute_ratio": "Chinese over US compute",
    "run_ratio": "the largest Chinese over the largest US training run",
    "china_compute": "compute installed in China",
    "domestic_share": "the home-made share of accelerators in China",
    "huawei_units": "Huawei's accelerators of a year",
    "nvidia_china_flow": "Nvidia compute sold to China in a quarter",
    "world_compute": "compute in the world",
    "leaked_share": "the smuggled share of compute acquired in China",
    "us_supplier_revenue": "revenue of US chip suppliers",
    "supplier_loss": "revenue forgone by US chip suppliers",
    "innovation_effect": "training efficiency of the best Chinese lab",
    "innovation_effect_inference": "inference efficiency of the best Chinese lab",
    "replication_cost": "what it costs China to rebuild the frontier, over what the leader paid",
    "moat_half_life": "the half-life of a gain of lead",
    "lerner": "the price-cost margin of the leading lab",
    "hhi_labs": "the concentration of revenue among labs",
    "hhi_blocs": "the concentration of revenue among blocs",
    "us_service_revenue": "revenue of US labs and hosts",
    "china_service_revenue": "revenue of Chinese labs and hosts",
    "quality_price": "the price of a fixed quality",
    "china_use_abroad": "the share of Chinese services outside China",
    "open_use_abroad": "the share of open weights outside China",
    "application_share": "China's share of the value of applied AI",
    "application_value": "the value created by applying AI",
    "value_chips": "the worth of chip makers",
    "value_power": "the worth of power equipment makers",
    "value_labs": "the worth of US laboratories",
    "us_investment": "private AI investment in the US",
    "china_investment": "private AI investment in China",
    "us_powered": "the share of US chips that has power",
    "talent_share": "China's share of AI researchers",
    "lead_reversed": "the probability that China has taken the lead",
}
