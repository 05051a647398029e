"""Law 6, beyond chips: use, money, compute, power and people are conserved too.

Users pay what makers earn, tokens used were served, compute serves or trains, power is built
once it is started, and nobody is lost on the way: month by month, in every world,
with any numbers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import training
from sim.model.race import Race
from sim.scenario.load import load
from sim.scenario.schema import quantities

from .books import Books, agree, at_most, each_month
from .histories import columns_of

EVENTFUL = str(Path(__file__).parent / "eventful.toml")
SCENARIO = load(EVENTFUL).scenario
WORLDS = 4
KINDS = ("Labs", "Clouds")


class Market:
    """What the market for models dealt with in the last month: asked, not computed anew."""

    def __init__(self, race: Race) -> None:
        serve = race.model_market._serve

        def served(forcing, menu, budget, quality) -> None:
            self.forcing, self.menu, self.budget = forcing, menu, budget
            serve(forcing, menu, budget, quality)

        race.model_market._serve = served


def check_users(books: Books, market: Market) -> None:
    """What users pay reaches makers, what they use was served, and nobody pays for more."""
    now, menu = books.now, market.menu
    revenue, tokens = (
        np.concatenate([now[f"{kind}.{name}"] for kind in KINDS]) for name in ("revenue", "tokens")
    )
    agree(np.sum(now["Markets.spent"], axis=0), np.sum(revenue, axis=0), "money for services")
    agree(np.sum(now["Markets.tokens"], axis=0), np.sum(tokens, axis=0), "tokens")
    agree(revenue, tokens * menu.price / 1e3, "price times tokens")  # USD/1e6 of 1e12 to USD bn
    agree(now["Markets.spent"], market.budget * now["Markets.served"], "what is not served")
    at_most(now["Markets.spent"], market.budget, "spending over what users would spend")
    at_most(now["Markets.value"], 1e3 * books.race.markets.own.gdp, "value over GDP")
    at_most(books.before["Markets.adoption"], now["Markets.adoption"], "adopters lost")


def check_shares(books: Books, market: Market) -> None:
    """Shares of use sum to one where anybody serves, to nothing where nobody does."""
    race = books.race
    shape = race.model_market.share.shape  # [market, maker, world]
    open_to = np.ones(shape)  # clouds host what nobody can ban
    open_to[:, : race.labs.rows] = 1 - market.forcing.policy.service_ban
    offered = race.model_market.near * (race.model_market.reach * market.menu.offered)[None]
    anybody = np.any(offered * open_to > 0, axis=1)
    agree(np.sum(race.model_market.share, axis=1), np.where(anybody, 1.0, 0.0), "shares of use")
    assert np.all(race.model_market.share[offered * open_to == 0] == 0), "use of who serves nobody"


def check_serving(books: Books, market: Market) -> None:
    """Tokens take compute, and no maker serves with more than it has or wants to give."""
    p = books.race.parameters.demand
    most_of = (p.serving_cap, p.hosting_share)
    taken = np.split(market.menu.compute, [books.race.labs.rows])
    rows = zip(books.race.buyers, KINDS, most_of, taken, strict=True)
    for makers, kind, most, compute in rows:
        held = makers.inference * makers.powered * makers.active
        used = books.now[f"{kind}.tokens"] * compute
        agree(used, books.now[f"{kind}.serving"] * held, f"compute that serves, {kind}")
        at_most(used, most * held, f"compute of {kind}")


def check_training(books: Books, market: Market) -> None:
    """What served last month, the flagship run and experiments are no more than all compute."""
    labs, before, now = books.race.labs, books.before, books.now
    p = books.race.parameters
    if np.any(p.channels.demand <= 0):
        return
    held = labs.purchasing.training_at_work() * labs.purchasing.active
    most = training.flop_per_month(held, p.training.utilisation)
    run = np.where(
        (before["Labs.active"] > 0) & (labs.releasing.released == 0) & (labs.purchasing.active > 0),
        now["Labs.run_flop"] - before["Labs.run_flop"],
        0.0,
    )
    assert np.all(run >= 0), "compute of a run is lost"
    flagship = np.where(most > 0, run / np.where(most > 0, most, 1.0), 0.0)
    experiments = labs.own.experiment_share * labs.research_compute
    at_most(flagship + experiments + before["Labs.serving"], np.ones(1), "compute used twice")


def check_income(books: Books, market: Market) -> None:
    """Money for compute: of investors as far as allowed, and from last month's revenue; both are
    called only as far as chips will have power; the rest is spent ahead or saved."""
    p, before, now = books.race.parameters, books.before, books.now
    for buyers, kind in zip(books.race.buyers, KINDS, strict=True):
        back = now[f"{kind}.revenue"] * p.capital.reinvestment * p.channels.demand
        agree(now[f"{kind}.reinvested"], back * buyers.active, f"revenue spent again, {kind}")
        ban = market.forcing.policy.investment_ban
        allowed = books.race.labs.funding_open(ban) if kind == "Labs" else 1.0
        paid = now[f"{kind}.budget"] / 12 * allowed
        income = paid + before[f"{kind}.reinvested"]
        called = income * before[f"{kind}.powered"] ** p.power.caution
        ahead = books.change(f"{kind}.advance")
        agree(now[f"{kind}.funded"], (called + ahead) * buyers.active, f"income of {kind}")


def check_power(books: Books, market: Market) -> None:
    """Gigawatts started are being built or finished; chips draw what they need and no more."""
    race, before, now = books.race, books.before, books.now
    p = race.parameters
    grids = race.power_suppliers
    kept = books.change("PowerSuppliers.capacity") + books.change("PowerSuppliers.building")
    agree(kept, now["PowerSuppliers.starts"], "gigawatts")
    assert np.all(books.change("PowerSuppliers.capacity") >= 0), "power is torn down"
    program = 1 + grids.blocs.spread(market.forcing.policy.power_program)
    growth = grids.own.build_growth ** ((race.month - 1) / 12)
    at_most(
        now["PowerSuppliers.starts"], grids.own.build * program * growth / 12, "construction starts"
    )
    keep = 1 - 1 / (12 * p.chip.lifetime)
    for buyers, kind in zip(race.buyers, KINDS, strict=True):
        staying = (before[f"{kind}.active"] > 0) & (now[f"{kind}.active"] > 0)
        there = before[f"{kind}.draw"] * keep + buyers.bought.power * p.power.overhead
        agree(np.where(staying, now[f"{kind}.draw"], 0), np.where(staying, there, 0), "draw")
        agree(now[f"{kind}.powered"], buyers.blocs.spread(grids.by_bloc()), f"powered {kind}")
    drawn = sum(buyers.blocs.total(buyers.draw) for buyers in race.buyers)
    agree(now["PowerSuppliers.drawn"], grids.blocs.spread(drawn), "power drawn")
    if np.all(p.channels.power > 0):
        running = now["PowerSuppliers.drawn"] * now["PowerSuppliers.running"]
        at_most(running, now["PowerSuppliers.capacity"], "power over capacity")


def check_chips_and_watts(books: Books) -> None:
    """What arrives draws the watts of what was shipped."""
    flows, offer = books.flows, books.offer
    drawn = flows.shipped * offer.power + flows.smuggled * offer.free_power
    watts = np.sum(drawn, axis=0) * 1e3 / 1e9  # W a chip to GW
    agree(books.per_bloc("power"), watts, "power of chips")


def check_people(books: Books, market: Market) -> None:
    """Researchers of all pools: last month's, less who leave the field, and all those trained."""
    pools, p = books.race.talent_pools, books.race.parameters
    trained = pools.own.trained * pools.own.training_growth ** ((books.race.month - 1) / 12)
    kept = books.before["TalentPools.people"] * (1 - p.talent.leaving / 12)
    came = books.now["TalentPools.people"] - kept
    assert np.all(came >= -1e-9), "more leave than leave the field"
    agree(np.sum(came, axis=0), np.sum(trained / 12 + 0 * came, axis=0), "researchers")
    at_most(books.now["TalentPools.stayed"] * trained / 12, came, "who stay do not arrive")


def check_beliefs(books: Books, market: Market) -> None:
    """Doubt is positive, and grows by no more than a month unsettles; demand is learnt."""
    p, before, now = books.race.parameters, books.before, books.now
    assert np.all(now["Investors.doubt"] > 0), "certainty"
    unsettled = before["Investors.doubt"] + p.belief.unsettling**2 / 12
    at_most(now["Investors.doubt"], unsettled, "doubt")
    true, seen = p.demand.elasticity, before["Investors.elasticity_seen"]
    at_most(np.minimum(true, seen), now["Investors.elasticity_seen"], "elasticity seen")
    at_most(now["Investors.elasticity_seen"], np.maximum(true, seen), "elasticity seen")


def check_foundries(books: Books) -> None:
    """Capacity that stands still after a disruption makes nothing."""
    able = books.now["Foundries.capacity"] * (1 - books.now["Foundries.damage"])
    at_most(books.change("Foundries.output"), able, "dies of a foundry that stands still")


WITH_MARKET = (
    check_users,
    check_shares,
    check_serving,
    check_training,
    check_income,
    check_power,
    check_people,
    check_beliefs,
)


def check(race: Race):
    """Check the books of every month; yields each month with its market."""
    market = Market(race)
    for books in each_month(race):
        for one in WITH_MARKET:
            one(books, market)
        check_chips_and_watts(books)
        check_foundries(books)
        yield books, market


@pytest.mark.parametrize("name", ["as_enacted", "no_controls", EVENTFUL])
def test_the_books_of_the_economy_agree(name):
    months = 132 if name == "as_enacted" else 80
    assert len(list(check(Race(name, WORLDS, 2, months)))) == months - 1


def test_the_books_see_scarcity_of_everything():
    """Else some of the checks would compare nothing with nothing."""
    seen = dict.fromkeys(
        ("strained", "dark", "banned", "reinvested", "moved", "damaged", "research_compute"), 0
    )
    for books, market in check(Race(EVENTFUL, WORLDS, 2, 70)):
        now = books.now
        seen["strained"] += np.sum((now["Markets.served"] < 0.99) & (now["Markets.spent"] > 0))
        seen["dark"] += np.sum(now["PowerSuppliers.running"] < 0.99)
        seen["banned"] += np.sum(market.forcing.policy.service_ban > 0)
        seen["reinvested"] += np.sum(now["Labs.reinvested"] > 0)
        seen["moved"] += np.sum(now["TalentPools.stayed"] < 0.9)
        seen["damaged"] += np.sum(now["Foundries.damage"] > 0.1)
        seen["research_compute"] += np.sum(books.race.labs.research_compute < 1)
    assert min(seen.values()) > 0, seen


# Every number of the economy and what it hangs on; their whole allowed ranges.
TABLES = {"belief", "demand", "application", "power", "talent", "trust", "sectors", "markets"}
TABLES |= {"power_suppliers", "talent_pools", "incidents", "reactions"}
ALONE = ("capital.reinvestment", "chip.power_growth", "training.utilisation")
NEW_EVENTS = SCENARIO.events.keys() - load("as_enacted").scenario.events
STRONG = [
    path
    for path, _, _ in quantities(SCENARIO)
    if path.split(".")[0] in TABLES
    or path.endswith(".reach")
    or path in ALONE
    or path in {f"events.{name}.strength" for name in NEW_EVENTS}
]


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_books_of_the_economy_agree_whatever_the_numbers(data):
    """A few numbers anywhere in their allowed ranges, others in each world."""
    keys = data.draw(st.lists(st.sampled_from(STRONG), min_size=2, max_size=8, unique=True))
    shares = st.floats(0, 1, allow_subnormal=False)
    wanted = {key: data.draw(st.lists(shares, min_size=4, max_size=4), key) for key in keys}
    with np.errstate(all="ignore"):
        for _ in check(Race(SCENARIO, 4, 5, 65, columns=columns_of(SCENARIO, wanted))):
            pass
