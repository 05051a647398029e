"""Outcomes of the economy: market power, prices, use, application, valuations, power, people."""

from __future__ import annotations

from sim.outcomes.market_measures import (
    abroad,
    application_share,
    applied,
    china_leads,
    concentration,
    concentration_of_blocs,
    drawdown,
    invested,
    lead_reversed,
    lerner,
    moat_half_life,
    powered,
    price_fall,
    quality_price,
    replication_cost,
    service_revenue,
    talent_share,
    valuation,
)
from sim.outcomes.measures import HOME, RIVAL, Outcome

INDEX = "2024-12 = 100"  # unit of valuations
ECONOMY = (
    Outcome(
        "replication_cost",
        "1",
        "cost for the best placed Chinese lab to train today what the US frontier has released, "
        "over what the leader paid",
        replication_cost,
    ),
    Outcome(
        "moat_half_life",
        "months",
        "months until half of a lead gained by a release is gone, from all releases so far",
        moat_half_life,
    ),
    Outcome("china_leads", "probability", "whether the best model is Chinese now", china_leads),
    Outcome(
        "lead_reversed",
        "probability",
        "whether China has been ahead for three months in a row since the end of 2024",
        lead_reversed,
    ),
    Outcome(
        "lerner", "share", "price less cost over price, of the lab with the best model", lerner
    ),
    Outcome(
        "hhi_labs", "1", "Herfindahl-Hirschman index of revenue by lab and host", concentration
    ),
    Outcome("hhi_blocs", "1", "the same by bloc", concentration_of_blocs),
    Outcome(
        "us_service_revenue",
        "USD bn",
        "revenue of US labs and hosts from services, last twelve months",
        service_revenue(HOME),
    ),
    Outcome("china_service_revenue", "USD bn", "the same in China", service_revenue(RIVAL)),
    Outcome(
        "quality_price",
        "USD/1e6 tokens",
        "lowest price of the anchor's quality (GPT-4 of March 2023)",
        quality_price,
    ),
    Outcome("price_fall", "x/yr", "factor by which that price fell within a year", price_fall),
    Outcome(
        "china_use_abroad",
        "share",
        "share of tokens outside China that Chinese labs serve",
        abroad("chinese"),
    ),
    Outcome(
        "open_use_abroad",
        "share",
        "share of tokens outside China from open weights, hosted or of their lab",
        abroad("hosted"),
    ),
    Outcome(
        "application_share",
        "share",
        "China's share of the value that is created by applying AI",
        application_share(RIVAL),
    ),
    Outcome(
        "us_application_share", "share", "the same of the United States", application_share(HOME)
    ),
    Outcome("application_value", "USD bn/yr", "value created by applying AI anywhere", applied),
    Outcome("value_chips", INDEX, "worth of chip makers", valuation("Chip makers")),
    Outcome("value_tools", INDEX, "worth of tool makers", valuation("Tool makers")),
    Outcome("value_power", INDEX, "worth of power equipment", valuation("Power equipment")),
    Outcome("value_labs", INDEX, "worth of US laboratories", valuation("US laboratories")),
    Outcome("value_index", INDEX, "the market index", valuation("Market index")),
    Outcome(
        "drawdown_chips",
        "share",
        "fall of chip makers below their highest of twelve months",
        drawdown("Chip makers"),
    ),
    Outcome("drawdown_tools", "share", "the same of tool makers", drawdown("Tool makers")),
    Outcome("drawdown_power", "share", "the same of power equipment", drawdown("Power equipment")),
    Outcome("drawdown_index", "share", "the same of the index", drawdown("Market index")),
    Outcome(
        "us_investment",
        "USD bn",
        "private investment in AI in the US, last twelve months",
        invested(HOME),
    ),
    Outcome("china_investment", "USD bn", "the same in China", invested(RIVAL)),
    Outcome("us_powered", "share", "part of the chips in the US that has power", powered(HOME)),
    Outcome("china_powered", "share", "the same in China", powered(RIVAL)),
    Outcome(
        "talent_share", "share", "China's share of AI researchers at work", talent_share(RIVAL)
    ),
)
