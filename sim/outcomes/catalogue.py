"""Outcomes, defined exactly, from recorded series (section "outcomes" of docs/model.md).

An outcome is a function of the recorded arrays of one run, `[month, row, world]`, and gives
`[month, world]`. A paired outcome compares two runs of the same worlds. One that may be undefined
declares where it is defined (`sim/outcomes/defined.py`), and is NaN elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sim.outcomes import capability, chips, defined, economy
from sim.outcomes.capability import best_log_efficiency, frontier
from sim.outcomes.defined import Outcome, PairedOutcome
from sim.outcomes.economy import us_revenue
from sim.outcomes.record import HOME, RIVAL, Array, ReadNames, Record, ratio

SERVICES = defined.sold(economy.revenue, "nobody has earned anything with AI services for a year")
USE_ABROAD = defined.sold(economy.tokens_abroad, "nobody outside China uses AI services")
APPLIED = defined.sold(economy.applied, "nobody applies AI")

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
        "home-made share of accelerators installed in China, units of the last twelve months",
        chips.domestic_share,
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

INDEX = "2024-12 = 100"  # unit of valuations
ECONOMY = (
    Outcome(
        "replication_cost",
        "1",
        "cost for the best placed Chinese lab to train today what the US frontier has released, "
        "over what the leader paid",
        capability.replication_cost,
        defined.REBUILT,
    ),
    Outcome(
        "moat_half_life",
        "months",
        "months until half of a lead gained by a release is gone, from all releases so far",
        capability.moat_half_life,
        defined.model(HOME, RIVAL),
    ),
    Outcome(
        "china_leads",
        "probability",
        "whether the best model is Chinese now",
        capability.china_leads,
    ),
    Outcome(
        "lead_reversed",
        "probability",
        "whether China has been ahead for three months in a row since the end of 2024",
        capability.lead_reversed,
    ),
    Outcome(
        "lerner",
        "share",
        "price less cost over price, of the lab with the best model",
        economy.lerner,
        defined.PRICED,
    ),
    Outcome(
        "hhi_labs",
        "1",
        "Herfindahl-Hirschman index of revenue by lab and host",
        economy.concentration,
        SERVICES,
    ),
    Outcome(
        "hhi_blocs",
        "1",
        "the same by bloc",
        economy.concentration_of_blocs,
        SERVICES,
    ),
    Outcome(
        "us_service_revenue",
        "USD bn",
        "revenue of US labs and hosts from services, last twelve months",
        economy.service_revenue(HOME),
    ),
    Outcome("china_service_revenue", "USD bn", "the same in China", economy.service_revenue(RIVAL)),
    Outcome(
        "quality_price",
        "USD/1e6 tokens",
        "lowest price of the anchor's quality (GPT-4 of March 2023)",
        economy.quality_price,
        defined.OFFERED,
    ),
    Outcome(
        "price_fall",
        "x/yr",
        "factor by which that price fell within a year",
        economy.price_fall,
        defined.OFFERED_FOR_A_YEAR,
    ),
    Outcome(
        "china_use_abroad",
        "share",
        "share of tokens outside China that Chinese labs serve",
        economy.abroad("chinese"),
        USE_ABROAD,
    ),
    Outcome(
        "open_use_abroad",
        "share",
        "share of tokens outside China from open weights, hosted or of their lab",
        economy.abroad("hosted"),
        USE_ABROAD,
    ),
    Outcome(
        "application_share",
        "share",
        "China's share of the value that is created by applying AI",
        economy.application_share(RIVAL),
        APPLIED,
    ),
    Outcome(
        "us_application_share",
        "share",
        "the same of the United States",
        economy.application_share(HOME),
        APPLIED,
    ),
    Outcome(
        "application_value", "USD bn/yr", "value created by applying AI anywhere", economy.applied
    ),
    Outcome(
        "value_chips",
        INDEX,
        "worth of chip makers",
        economy.valuation("Chip makers"),
        defined.sector("Chip makers"),
    ),
    Outcome(
        "value_tools",
        INDEX,
        "worth of tool makers",
        economy.valuation("Tool makers"),
        defined.sector("Tool makers"),
    ),
    Outcome(
        "value_power",
        INDEX,
        "worth of power equipment",
        economy.valuation("Power equipment"),
        defined.sector("Power equipment"),
    ),
    Outcome(
        "value_labs",
        INDEX,
        "worth of US laboratories",
        economy.valuation("US laboratories"),
        defined.sector("US laboratories"),
    ),
    Outcome(
        "value_index",
        INDEX,
        "the market index",
        economy.valuation("Market index"),
        defined.sector("Market index"),
    ),
    Outcome(
        "drawdown_chips",
        "share",
        "fall of chip makers below their highest of twelve months",
        economy.drawdown("Chip makers"),
        defined.sector("Chip makers"),
    ),
    Outcome(
        "drawdown_tools",
        "share",
        "the same of tool makers",
        economy.drawdown("Tool makers"),
        defined.sector("Tool makers"),
    ),
    Outcome(
        "drawdown_power",
        "share",
        "the same of power equipment",
        economy.drawdown("Power equipment"),
        defined.sector("Power equipment"),
    ),
    Outcome(
        "drawdown_index",
        "share",
        "the same of the index",
        economy.drawdown("Market index"),
        defined.sector("Market index"),
    ),
    Outcome(
        "us_investment",
        "USD bn",
        "private investment in AI in the US, last twelve months",
        economy.invested(HOME),
    ),
    Outcome("china_investment", "USD bn", "the same in China", economy.invested(RIVAL)),
    Outcome(
        "us_powered",
        "share",
        "part of the chips in the US that has power",
        chips.powered(HOME),
        defined.powered(HOME),
    ),
    Outcome(
        "china_powered",
        "share",
        "the same in China",
        chips.powered(RIVAL),
        defined.powered(RIVAL),
    ),
    Outcome(
        "talent_share",
        "share",
        "China's share of AI researchers at work",
        economy.talent_share(RIVAL),
        defined.RESEARCHERS,
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


def compute_outcomes(record: Record, names: Collection[str] = EFFECTS) -> dict[str, Array]:
    """Outcomes of a run (all, or those of some names), `[month, world]` by name."""
    return {outcome.name: outcome.values(record) for outcome in OUTCOMES if outcome.name in names}


def compute_effects(
    this: Record, reference: Record, names: Collection[str] = EFFECTS
) -> dict[str, Array]:
    """Effects between paired worlds: differences of outcomes, and the paired outcomes."""
    ours, theirs = compute_outcomes(this, names), compute_outcomes(reference, names)
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
