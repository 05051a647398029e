"""The parameters of the economy, with unit, allowed range and meaning (M11-M15 of the model)."""

from __future__ import annotations

from sim.scenario.actors import Section
from sim.scenario.quantity import N, number
from sim.scenario.texts import Month


class BeliefParameters(Section[N]):
    """M11: what investors believe that frontier capability needs, and how news moves them."""

    credibility: N = number("share", 0, 1, "weight of a claim from another bloc over one from home")
    near: N = number(
        "ECI points", 0.1, 50, "distance behind the frontier at which a claim weighs 37 %"
    )
    noise: N = number("log", 0.05, 10, "spread of what a single release says of the need")
    doubt: N = number("log", 0.01, 10, "spread of the belief at the start")
    unsettling: N = number("log/sqrt(yr)", 0, 10, "growth of that spread without news")
    hidden: N = number(
        "1", 1, 1e4, "cost of a whole programme over the final run that an open release states"
    )
    verify_months: N = number("months", 0.5, 120, "time in which hidden costs come to light")
    elasticity_seen: N = number("1", 0, 5, "elasticity of demand that investors assume at first")
    elasticity_first: N = number(
        "1", 0, 5, "elasticity of demand that investors assume at first sight of news"
    )
    learn_months: N = number(
        "months", 1, 240, "time in which they learn the true elasticity from revenue"
    )
    reaction: N = number("1", 0, 10, "first move of prices over what news implies at first sight")
    half_life_days: N = number("days", 0.5, 500, "half-life of that move in trading days")
    funding_response: N = number(
        "1/yr", 0, 10, "change of spending growth per unit of expected change of spending"
    )
    mood_half_life: N = number("months", 0.5, 120, "half-life of that change")


class DemandParameters(Section[N]):
    """M12: who uses whose models, at what price, and how much."""

    elasticity: N = number(
        "1", 0, 5, "elasticity of volume to the quality-adjusted price; above 1: Jevons"
    )
    quality: N = number("1", 0, 20, "utility of ten points of capability, in logs of share")
    price: N = number("1", 0, 20, "disutility of the log of price, in logs of share")
    openness: N = number("1", -10, 10, "utility of open weights at equal quality and price")
    hosting: N = number("1", -20, 10, "utility of running open weights oneself")
    multihoming: N = number("share", 0, 1, "share of use that goes wherever it is best now")
    switching_months: N = number("months", 0.5, 240, "time in which the rest moves")
    throughput: N = number(
        "1e9 tokens/H100e/month", 1e-4, 1e4, "of the anchor's model at inference efficiency 1"
    )
    smallest: N = number(
        "1", 1e-9, 1, "size of the smallest model that is of use, over the anchor's"
    )
    least_compute: N = number(
        "H100e-months/1e12 tokens", 0, 1e3, "what serving takes that no method takes away"
    )
    markup: N = number("1", 0, 20, "price over cost, less one, of equals")
    markup_lead: N = number(
        "1", 0, 10, "rise of the log of the markup per ten points ahead of the best substitute"
    )
    hosting_markup: N = number("1", 0, 20, "the same of those who host open weights")
    tightness: N = number("1", 0, 3, "exponent of wanted over servable in the price")
    serving_cap: N = number("share", 0.01, 1, "most of its compute that a lab lets serve")
    hosting_share: N = number("share", 0, 1, "share of clouds' compute that can host models")
    spare_use: N = number(
        "share", 0, 1, "use in research of compute that serving leaves idle (exponent)"
    )
    ceiling: N = number("share", 0, 1, "most of GDP spent on models at full adoption")
    reference: N = number(
        "share", 0, 1, "part of that ceiling spent at the reference price, at the anchor's quality"
    )
    new_uses: N = number(
        "1", 0, 10, "rise of spending at an unchanged price per ten points of capability, in logs"
    )
    uses_from: N = number(
        "ECI points", 0, 300, "capability from which better models find such new uses"
    )
    reference_price: N = number(
        "USD/1e6 tokens", 0.001, 1e4, "price of the anchor's quality to which this refers"
    )


class ApplicationParameters(Section[N]):
    """M13: how use spreads and what it is worth."""

    first_service: Month = "2022-11"
    innovation: N = number("1/yr", 0, 5, "p: adopters a year who need no example (Bass)")
    imitation: N = number("1/yr", 0, 20, "q: adopters a year by example (Bass)")
    quality_pull: N = number(
        "1", 0, 5, "faster adoption per ten points of usable capability, in logs"
    )
    gain: N = number("share", 0, 1, "rise of GDP at full adoption of the anchor's quality")
    value_return: N = number(
        "1", 0, 5, "rise of that gain per ten points of usable capability, in logs"
    )


class PowerParameters(Section[N]):
    """M14: installed chips run only with power."""

    overhead: N = number("1", 1, 5, "power drawn over that of the chips: host, cooling")
    headroom: N = number("1", 1, 20, "power that builders aim at over what is drawn")
    caution: N = number(
        "1", 0, 20, "exponent of the powered share in the money spent on further chips"
    )
    entry_watts: N = number("W/H100e", 10, 1e5, "power of the chips that a buyer brings along")


class TalentParameters(Section[N]):
    """M15: where researchers go."""

    home: N = number("1", 0, 20, "utility of staying at home, in logs of share")
    opportunity: N = number(
        "1", 0, 10, "response of choice to compute spending per researcher, in logs"
    )
    leaving: N = number("1/yr", 0, 1, "share of researchers who leave the field in a year")
