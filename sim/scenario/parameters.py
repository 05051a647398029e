"""The parameters of the mechanisms, with unit, allowed range and meaning (M1-M10 of the model)."""

from __future__ import annotations

from typing import Generic

from sim.scenario.actors import Section
from sim.scenario.quantity import Frozen, N, S, number, switch
from sim.scenario.texts import Month


class ChipParameters(Section[N]):
    """M1: what a chip is worth, and how chips get better."""

    interconnect_weight: N = number(
        "1", 0, 1, "iota: exponent of interconnect in worth for training"
    )
    bandwidth_weight: N = number(
        "1", 0, 1, "beta: exponent of memory bandwidth in worth for inference"
    )
    bandwidth_balance: N = number(
        "1",
        0.01,
        2,
        "memory bandwidth per FLOP/s, over an H100's, below which memory binds training",
    )
    inference_weight: N = number(
        "share", 0, 1, "weight of inference in what buyers pay for (hedonic price)"
    )
    cluster_loss: N = number(
        "1",
        0,
        0.5,
        "kappa: loss of training speed as a cluster grows, exponent of its number of units",
    )
    cluster_loss_inference: N = number("1", 0, 0.5, "the same for inference")
    domain_gain: N = number(
        "1", 0, 1, "gamma: how far chips joined by fast links count as one unit of a cluster"
    )
    die_cost: N = number("USD", 50, 20_000, "cost of a packaged reticle of good dies")
    memory_cost: N = number("USD", 20, 5_000, "cost of a stack of high-bandwidth memory")
    board_cost: N = number("USD", 0, 20_000, "cost of substrate, test and assembly of a chip")
    performance_growth: N = number(
        "x/yr", 1, 5, "growth of performance per chip beyond the catalogue"
    )
    value_growth: N = number("x/yr", 1, 5, "growth of performance per dollar beyond the catalogue")
    ramp: N = number("months", 1, 36, "time in which a new product replaces the old one")
    price_decline: N = number("1/yr", 0, 0.9, "fall of a product's list price after launch")
    lifetime: N = number("years", 1, 30, "mean service life of a chip")
    power_growth: N = number("x/yr", 1, 5, "growth of performance per watt beyond the catalogue")


class RuleParameters(Section[N]):
    """M2: how suppliers answer an export rule."""

    redesign_months: N = number(
        "months",
        0,
        36,
        "from a rule's announcement to a variant with parts switched off",
    )
    new_die_months: N = number(
        "months", 0, 120, "from a rule's announcement to a variant with a smaller die"
    )
    redesign_margin: N = number(
        "share", 0, 0.9, "how far under the cheapest limit the variant stays"
    )
    idle_power: N = number(
        "share", 0, 1, "power of a die that goes on when parts of it are switched off"
    )
    foregone: N = number(
        "share",
        0,
        1,
        "part of the orders that a supplier cannot serve for which a variant's silicon would do",
    )
    least_gain: N = number(
        "share",
        0,
        1,
        "profit a variant must bring, over the product's without the rule, for its design to pay",
    )


class StockpilingParameters(Section[N]):
    """M3: buying ahead of a rule."""

    pull: N = number("years", 0, 5, "need that targeted buyers pull forward")
    hazard_months: N = number(
        "months", 1, 120, "expected time to the next tightening once controls exist"
    )
    foresight_months: N = number("months", 0, 60, "horizon within which a feared tightening counts")
    input_pull: N = number("years", 0, 10, "need of tools and memory that is pulled forward")
    growth_foreseen: N = number(
        "x/yr", 1, 10, "growth of its need for dies on which a designer plans its stock"
    )
    build_months: N = number("months", 1, 60, "time in which a stock is built up")
    release_months: N = number("months", 1, 120, "time in which money spent ahead is saved")


class LeakageParameters(Section[N]):
    """M4: smuggling and rental abroad."""

    diverted_share: N = number(
        "share", 0, 0.9, "largest share of third-country sales that can be diverted"
    )
    markup: N = number("1", 0, 10, "price of a smuggled chip above list")
    appetite: N = number(
        "share", 0, 1, "money offered to smugglers, as a share of the worth for money denied"
    )
    rental_share: N = number("share", 0, 1, "largest share of budget spent on rental abroad")
    rental_premium: N = number("1", 0, 10, "cost of renting above owning")
    rental_capacity: N = number(
        "share", 0, 1, "share of third-country clouds that a denied bloc can rent"
    )


class SupplyParameters(Section[N]):
    """M5: how capacity, price and learning move."""

    lag: N = number("months", 1, 60, "time in which capacity follows orders")
    headroom: N = number("1", 1, 5, "capacity wanted relative to orders")
    tightness: N = number("1", 0, 3, "psi: exponent of orders over supply in the price")
    price_bound: N = number("1", 1, 10, "largest price over list, and its inverse below")
    substitution: N = number(
        "1", 0, 20, "elasticity of buyers' choice between suppliers to worth for money"
    )
    learning: N = number("share", 0, 0.9, "fall of excess cost per doubling of output")
    shelter: N = number(
        "1", 0, 10, "faster progress of home tools and memory when imports are denied"
    )
    patience: N = number(
        "share", 0, 1, "share of the money for banned chips that waits for a variant"
    )
    security: N = number(
        "log", 0, 10, "turn to home suppliers once foreign ones have been cut off, at full exposure"
    )
    security_half_life: N = number("years", 0.1, 30, "time in which half of it has come")
    minerals_cost: N = number(
        "share", 0, 2, "rise of chip prices outside under a full minerals embargo"
    )
    minerals_capacity: N = number(
        "share", 0, 1, "fall of capacity growth outside under a full minerals embargo"
    )
    renewal: N = number("1/yr", 0, 1, "part of a foundry's equipment replaced in a year")
    allied_tools: N = number(
        "share", 0, 1, "share of imported tools that only allied rules can deny"
    )


class CapitalParameters(Section[N]):
    """M6: budgets, funded by investors and from revenue."""

    overhead: N = number("1", 1, 5, "all-in spending per dollar of accelerators")
    boom_half_life: N = number(
        "years", 0.1, 50, "half-life of the excess of spending growth after the investors' path"
    )
    long_run_growth: N = number("x/yr", 0.5, 3, "growth of spending in the long run")
    growth_error: N = number("1", 0, 5, "the path's growth is multiplied by this, in logs")
    rank_response: N = number(
        "1/yr", 0, 5, "growth of spending per ten points of capability above the bloc's mean"
    )
    volatility: N = number("1/sqrt(yr)", 0, 3, "yearly spread of spending, in logs")
    reinvestment: N = number("share", 0, 1, "share of revenue spent again on compute")
    rivalry: N = number(
        "1/yr", 0, 5, "growth of spending per ten points of ground lost to others in a year"
    )
    confidence: N = number(
        "1/yr", 0, 5, "growth of spending per ten points of ground gained on them"
    )
    payback_response: N = number(
        "1/yr", 0, 5, "growth of spending per log by which revenue outgrew spending within a year"
    )
    attraction: N = number(
        "1/yr", 0, 5, "loss of private investment per ten points behind the best bloc"
    )
    sales_years: N = number(
        "years", 0, 1000, "yearly gain of revenue from services that private investors pay"
    )
    sales_response: N = number(
        "1/yr", 0, 10, "growth of private investment per log by which it lies below that"
    )
    venture_fright: N = number(
        "1", 0, 10, "loss of private investment over that of spending under a crackdown, in logs"
    )


class EffortParameters(Section[N]):
    """M7: scarcity and directed effort (Hicks; Acemoglu)."""

    eta: N = number(
        "1", -10, 10, "response of efficiency effort to scarcity, in log odds; below 0: less effort"
    )
    months: N = number("months", 1, 120, "time constant of the response")
    direction: N = number(
        "1", 0, 10, "response of the split between training and inference to their scarcities"
    )
    inference_share: N = number(
        "share", 0.01, 0.99, "share of efficiency effort aimed at inference, unconstrained"
    )
    reference: N = number("share", 0.01, 0.99, "effort at which the pace is the frontier's")


class ResearchParameters(Section[N]):
    """M8: how efficiency grows."""

    pace: N = number("x/yr", 1, 30, "growth of training efficiency at the frontier")
    inference_pace: N = number("x/yr", 1, 100, "growth of inference efficiency there")
    effort_return: N = number("1", 0, 3, "a: exponent of effort")
    input_return: N = number("1", 0, 3, "lambda: exponent of research input")
    sigma: N = number(
        "1", 0.05, 20, "elasticity of substitution between researchers and experiment compute"
    )
    compute_weight: N = number("share", 0.01, 0.99, "weight of experiment compute in input")
    scale_share: N = number("share", 0, 1, "share of gains that appear only at scale")
    scale_reach: N = number(
        "decades", 0.1, 10, "compute below the largest run at which such gains are lost"
    )
    paradigm_half_life: N = number(
        "years", 0.1, 50, "half-life of the faster pace that a new paradigm brings"
    )
    volatility: N = number("1/sqrt(yr)", 0, 3, "yearly spread of a lab's progress, in logs")


class SpilloverParameters(Section[N]):
    """M9: know-how that flows."""

    imitation_lag: N = number("months", 0.5, 120, "lag behind closed models")
    open_lag: N = number("months", 0.5, 120, "lag behind open weights and papers")
    absorption: N = number("1", 0, 3, "exponent of own research in what is absorbed")
    collaboration_loss: N = number("share", 0, 1, "loss of access of a listed lab")
    adoption_lag: N = number(
        "months", 0.5, 120, "lag with which anybody can start from the best open weights"
    )
    adoption_loss: N = number("ECI points", 0, 50, "capability lost in starting from them")
    distilled: N = number(
        "share", 0, 1, "part of its distance to the best model that an update closes by its outputs"
    )


class TrainingParameters(Section[N]):
    """M10: runs and releases."""

    utilisation: N = number("share", 0.01, 1, "share of peak performance a run achieves")
    points_per_decade: N = number(
        "ECI points", 0.5, 50, "b: capability per tenfold effective compute"
    )
    anchor_points: N = number(
        "ECI points", 0, 300, "capability of a run of anchor_flop with the methods of anchor_month"
    )
    anchor_flop: N = number("FLOP", 1e15, 1e40, "training compute of the anchor")
    anchor_month: Month = "2022-07"
    release_spread: N = number("ECI points", 0, 30, "luck of a release")
    cadence_spread: N = number("1", 0, 2, "spread of the time between releases, in logs")
    post_training: N = number(
        "ECI points/yr", 0, 50, "gain between flagship releases at the usual effort"
    )
    update_months: N = number("months", 1, 48, "time between updates of a flagship")
    carried: N = number(
        "share", 0, 1, "part of later gains in methods that post-training brings to a trained model"
    )


class Channels(Frozen, Generic[S]):  # noqa: UP046
    """Each channel can be switched off, so that an effect can be explained."""

    # Descriptions are phrases for sentences: "compute denial +5.2 months".
    compute_denial: S = switch("compute denial")
    input_denial: S = switch("input denial")
    self_denial: S = switch("own import limits")
    stockpiling: S = switch("buying ahead")
    leakage: S = switch("smuggling and rental")
    infant_industry: S = switch("home chips")
    capital: S = switch("capital")
    directed_effort: S = switch("directed effort")
    experiment_starvation: S = switch("starved experiments")
    spillover: S = switch("spillover of know-how")
    demand: S = switch("demand for services")
    power: S = switch("power")
    talent: S = switch("researchers")
