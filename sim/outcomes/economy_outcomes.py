"""Outcomes of the economy: what a lead is worth, services, application, worth, investment."""

from __future__ import annotations

from sim.outcomes import capability, chips, defined, economy
from sim.outcomes.defined import Outcome
from sim.outcomes.record import HOME, RIVAL

SERVICES = defined.sold(economy.revenue, "nobody has earned anything with AI services for a year")
USE_ABROAD = defined.sold(economy.tokens_abroad, "nobody outside China uses AI services")
APPLIED = defined.sold(economy.applied, "nobody applies AI")
INDEX = "2024-12 = 100"  # unit of valuations


def _index(name: str, meaning: str, sector: str) -> Outcome:
    """The worth of a sector; in comparisons over the base of the reference."""
    against = economy.valuation_against(sector)
    of = economy.valuation(sector)
    return Outcome(name, INDEX, meaning, of, defined.sector(sector), against)


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
    _index("value_chips", "worth of chip makers", "Chip makers"),
    _index("value_tools", "worth of tool makers", "Tool makers"),
    _index("value_power", "worth of power equipment", "Power equipment"),
    _index("value_labs", "worth of US laboratories", "US laboratories"),
    _index("value_index", "the market index", "Market index"),
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
