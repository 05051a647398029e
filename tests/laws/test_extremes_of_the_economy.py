"""Law 6 at the ends of the economy: the model bears them, and does what common sense says."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from sim.scenario.instruments import ServiceBan, VisaRestriction
from sim.scenario.load import load
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario

from .histories import History, run
from .test_sanity import assert_sane, every_event, everybody

WORLDS, MONTHS = [0, 17, 70], 84
NOTHING = 1e-9  # what keeps shares from dividing by nothing
FIRST = 35  # December 2022: a month after the first service
USUAL = load("as_enacted").scenario
ALL = Quantity(value=1, unit="share", source="a test")
GOVERNMENTS = {"US": "US government", "China": "Chinese government"}
DAYS = {"announced": date(2020, 1, 1), "effective": date(2020, 1, 1), "source": "a test"}

SETS = {
    "usual": [],
    "no power": everybody("power_suppliers", "capacity", 0.001)
    + everybody("power_suppliers", "build", 0),
    "no wallets": everybody("markets", "wallet", 0),
    "no ceiling": ["demand.ceiling=0"],
    "elasticity 0": ["demand.elasticity=0", "demand.new_uses=0"],
    "elasticity 1": ["demand.elasticity=1", "demand.new_uses=0"],
    "nobody trained": everybody("talent_pools", "trained", 0),
    "no services": ['application.first_service="2031-01"'],
    "hosts only": everybody("labs", "reach", 0),
    "no hosts": ["demand.hosting_share=0"],
    "no capital": everybody("labs", "budget", 0)
    + everybody("clouds", "budget", 0)
    + everybody("investors", "venture", 0),
    "perfect enforcement": [*every_event("enforcement", "strength", 1), "leakage.appetite=1"],
    "all open": [*everybody("labs", "openness", 1), "demand.hosting=10"],
}


def banned() -> Scenario:
    """No market may use services of any bloc."""
    bans = {
        f"ban of {origin} in {market}": ServiceBan(
            instrument="service_ban",
            by=GOVERNMENTS["US"],
            market=market,
            origin=origin,
            strength=ALL,
            **DAYS,
        )
        for market in USUAL.markets
        for origin in USUAL.blocs
    }
    return USUAL.model_copy(update={"events": {**USUAL.events, **bans}})


def shut() -> Scenario:
    """The US and China let no researcher in."""
    visas = {
        f"{bloc} shut to {other}": VisaRestriction(
            instrument="visa_restriction", by=by, destination=other, strength=ALL, **DAYS
        )
        for bloc, by in GOVERNMENTS.items()
        for other in USUAL.blocs
        if other != bloc
    }
    return USUAL.model_copy(update={"events": {**USUAL.events, **visas}})


def two_labs() -> Scenario:
    """OpenAI and DeepSeek alone."""
    labs = {name: USUAL.labs[name] for name in ("OpenAI", "DeepSeek")}
    events = {
        name: event
        for name, event in USUAL.events.items()
        if set(getattr(event, "targets", [])) <= {*labs, *USUAL.suppliers}
    }
    return USUAL.model_copy(update={"labs": labs, "events": events})


STORIES = {"all banned": banned, "all visas closed": shut, "two labs": two_labs}


@cache
def history(extreme: str) -> History:
    """The run of an extreme."""
    scenario = STORIES[extreme]() if extreme in STORIES else load("as_enacted", SETS[extreme])
    with np.errstate(all="ignore"):
        return run(scenario, WORLDS, MONTHS)


def served(extreme: str, name: str = "tokens", kind: str = "Labs") -> np.ndarray:
    """What makers served in all months since the first service, `[month, world]`."""
    return np.stack([m[f"{kind}.{name}"].sum(axis=0) for m in history(extreme).months[FIRST:]])


def end(extreme: str, name: str) -> np.ndarray:
    """State at the end."""
    return history(extreme).months[-1][name]


@pytest.mark.parametrize("extreme", [*SETS, *STORIES])
def test_it_is_sane(extreme):
    assert_sane(history(extreme))


def test_without_power_chips_stand_still():
    """A megawatt a bloc: few chips run, few tokens are served, models come to a halt."""
    assert np.all(end("no power", "PowerSuppliers.running") < 0.1)
    assert np.all(served("no power")[-1] < 0.1 * served("usual")[-1])
    assert np.all(
        end("no power", "public_state.frontier") < end("usual", "public_state.frontier") - 10
    )
    assert np.all(end("no power", "PowerSuppliers.building") == 0)
    assert np.all(end("no power", "Labs.spent").sum(0) < 0.1 * end("usual", "Labs.spent").sum(0))


@pytest.mark.parametrize("extreme", ["no wallets", "no ceiling"])
def test_without_demand_nothing_is_served_and_all_compute_is_for_research(extreme):
    for name in ("tokens", "revenue", "serving", "reinvested"):
        assert np.max(served(extreme, name)) < NOTHING, name
        assert np.max(served(extreme, name, "Clouds")) < NOTHING, name
    assert np.all(end(extreme, "Markets.adoption") > 0)  # free of charge it still spreads
    np.testing.assert_allclose(end(extreme, "Markets.served"), 1)


def test_spending_falls_with_the_price_where_volume_does_not_respond():
    """At elasticity 0 cheaper models earn less, at 1 spending follows adoption alone."""
    rigid, neutral = (served(name, "spent", "Markets") for name in ("elasticity 0", "elasticity 1"))
    assert np.all(rigid[-1] < 0.1 * neutral[-1])
    before, now = history("elasticity 1").months[-2:]
    market = history("elasticity 1").race.markets
    adopters = before["Markets.adoption"] * market.own.gdp * market.own.wallet
    each = now["Markets.spent"] / now["Markets.served"] / adopters
    np.testing.assert_allclose(each, np.broadcast_to(each[0], each.shape), rtol=1e-9)


def test_before_the_first_service_nobody_pays_adopts_or_applies():
    for name in ("spent", "tokens", "adoption", "value"):
        assert np.all(served("no services", name, "Markets") == 0), name
    assert np.max(end("no services", "Labs.serving")) < NOTHING
    assert np.all(end("no services", "public_state.frontier") > 100)


def test_who_reaches_nobody_earns_nothing():
    """Labs without reach: all use is hosted open weights, of the markets' own clouds."""
    assert np.all(served("hosts only") == 0) and np.all(served("hosts only", "revenue") == 0)
    assert np.all(served("hosts only", kind="Clouds")[-1] > 0)
    np.testing.assert_allclose(end("hosts only", "Markets.hosted"), 1)


def test_without_hosts_only_labs_serve():
    """Whoever chose a host is not served."""
    assert np.max(served("no hosts", "revenue", "Clouds")) < NOTHING
    assert np.all(served("no hosts", "revenue")[-1] > 0)


def test_where_all_services_are_banned_only_hosts_remain():
    assert np.all(served("all banned") == 0)
    assert np.all(served("all banned", kind="Clouds")[-1] > 0)
    assert np.all(end("all banned", "ModelMarket.share")[:, : history("usual").race.labs.rows] == 0)


def test_open_weights_that_all_prefer_to_host_are_hosted():
    assert np.all(end("all open", "Markets.hosted") > 0.9)


def test_behind_closed_borders_only_the_rest_takes_in():
    """Nobody from abroad arrives in the US or China; no researcher is lost by it."""
    race = history("all visas closed").race
    us, china = (race.blocs.index(name) for name in GOVERNMENTS)
    assert np.all(race.regulators.enforce(0).visa_denial[[us, china], [china, us]] == 1)
    people = [end(name, "TalentPools.people") for name in ("all visas closed", "usual")]
    np.testing.assert_allclose(people[0].sum(axis=0), people[1].sum(axis=0), rtol=1e-9)
    bloc = race.talent_pools.blocs.index.tolist().index
    assert np.all(people[0][bloc(us)] < people[1][bloc(us)])
    assert np.all(people[0][bloc(china)] > people[1][bloc(china)])


def test_without_students_the_field_empties():
    """Only the share that leaves counts: people x (1 - leaving / 12) each month."""
    race = history("nobody trained").race
    pools, leaving = race.talent_pools, race.parameters.talent.leaving
    left = pools.own.people * (1 - leaving / 12) ** MONTHS
    np.testing.assert_allclose(end("nobody trained", "TalentPools.people"), left)


def test_without_capital_chips_come_from_revenue_alone():
    assert np.all(end("no capital", "Labs.budget") == 0)
    assert np.all(end("no capital", "Investors.invested") == 0)
    chips = [np.sum(end(name, "Labs.chips"), axis=0) for name in ("no capital", "usual")]
    assert np.all(chips[0] < 0.1 * chips[1])


def test_two_labs_share_the_market():
    """Use is of the two and of hosts; before there are open weights of the two alone."""
    two = history("two labs")
    share = two.months[-1]["ModelMarket.share"]
    assert share.shape[1] == 2 + two.race.clouds.rows
    np.testing.assert_allclose(share.sum(axis=1), 1)
    assert np.all(served("two labs", "revenue")[-1] > 0)


def test_perfect_enforcement_leaves_no_smuggling():
    assert np.all(end("perfect enforcement", "flows.smuggled") == 0)
