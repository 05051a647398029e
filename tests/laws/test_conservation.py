"""Law 6. Chips and money are conserved, month by month, in every world.

The books are kept twice: from the state of buyers, suppliers and foundries, and from the flows of
the market. Both must agree to rounding, whatever the scenario and whatever its numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import market
from sim.model.race import Race
from sim.scenario.load import load

from .books import Books, agree, at_most, each_month
from .histories import columns_of, few_quick

WORLDS = 4
MILLION = 1e6  # USD times thousand chips in USD bn
ROUNDING = 1e-9


def check_chips(books: Books) -> None:
    """Every chip shipped was made, every chip received was shipped."""
    state, flows, offer = books.now, books.flows, books.offer
    out = np.sum(flows.shipped + flows.smuggled, axis=1)
    # Suppliers count products: a chip with half the die is half a one.
    used = np.sum(flows.shipped * offer.silicon + flows.smuggled, axis=1)
    made = state["ChipSuppliers.produced"] - books.change("ChipSuppliers.inventory")
    agree(made, used, "chips made and not shipped")
    agree(out, state["ChipSuppliers.delivered"], "chips shipped")
    at_most(used, state["ChipSuppliers.supply"], "chips shipped over supply")
    arrived = np.sum(flows.shipped + flows.smuggled, axis=0)
    agree(books.per_bloc("units"), arrived, "chips received, by bloc")
    compute = flows.shipped * offer.compute + flows.smuggled * offer.free_compute
    agree(books.per_bloc("chips"), np.sum(compute, axis=0) * 1e3, "compute received, by bloc")
    agree(books.change("ChipSuppliers.installed"), np.sum(compute, axis=1) * 1e3, "compute shipped")


def check_smuggling(books: Books) -> None:
    """What smugglers deliver left third countries, and each supplier ships no chip more."""
    flows, offer, home = books.flows, books.offer, books.race.products.home
    wanted = flows.ordered * offer.silicon
    legal = market.ration(wanted, offer.supply, offer.cap, home) / offer.silicon
    agree(np.sum(legal, axis=1), np.sum(flows.shipped + flows.smuggled, axis=1), "chips diverted")
    third = (offer.licence >= 1) & (offer.value >= offer.free_value) & ~home
    left = legal - flows.shipped
    agree(np.sum(np.where(third, left, 0), axis=1), np.sum(flows.smuggled, axis=1), "smuggled")
    agree(np.where(third, 0, left), np.zeros_like(left), "chips taken from others")
    share = books.race.parameters.leakage.diverted_share
    at_most(left, share * legal, "chips diverted from a country")


def check_money(books: Books) -> None:
    """What buyers pay reaches suppliers, treasuries, smugglers and builders; the rest they keep."""
    state, flows, offer = books.now, books.flows, books.offer
    for kind in ("Labs", "Clouds"):
        spent, returned = state[f"{kind}.spent"], state[f"{kind}.returned"]
        at_most(spent, books.before[f"{kind}.cash"] + state[f"{kind}.funded"], f"{kind} overspend")
        kept = state[f"{kind}.funded"] - spent - returned
        agree(books.change(f"{kind}.cash"), kept, f"cash of {kind}")
    paid = sum(np.sum(buyers.bought.cost, axis=0) for buyers in books.race.buyers)
    levies = np.sum(flows.shipped * (offer.price - offer.revenue), axis=(0, 1)) / MILLION
    markup = books.race.parameters.leakage.markup
    smugglers = np.sum(flows.smuggled * offer.free_price * markup, axis=(0, 1)) / MILLION
    revenue = np.sum(state["ChipSuppliers.revenue"], axis=0)
    overhead = books.race.parameters.capital.overhead
    agree(paid, (revenue + levies + smugglers) * overhead, "money paid for chips")
    for buyers, kind in zip(books.race.buyers, ("Labs", "Clouds"), strict=True):
        cost, spent = buyers.bought.cost, state[f"{kind}.spent"]
        at_most(cost, spent, f"cost of chips of {kind}")
        agree(cost, np.where(state[f"{kind}.rented"] > 0, cost, spent), "rent for nothing")


def check_levies(books: Books) -> None:
    """Cost all-in and revenue differ by levies, by what it costs to run a chip, and by vouchers.

    A chip for a destination costs no more to run than the product.
    """
    race, offer = books.race, books.offer
    policy = race.regulators.enforce(race.month - 1)
    wedge = offer.price / offer.revenue - 1
    overhead = race.parameters.capital.overhead
    beside = offer.price * overhead - offer.revenue
    running = np.broadcast_to(offer.free_price * (overhead - 1), beside.shape)
    for place, parts in enumerate(policy.clauses):
        clauses = [clause for part in parts for clause in part.clauses]
        at_home = race.products.home[:, place, 0]
        highest = max([0.0, *(float(np.max(clause.levy)) for clause in clauses)])
        most = running + highest * offer.revenue
        assert np.all(beside[~at_home, place] >= -ROUNDING), "a levy below 0"
        at_most(beside[~at_home, place], most[~at_home, place], "a levy that no clause asks")
        paid = np.broadcast_to(policy.voucher[place], wedge.shape[-1:])
        agree(
            wedge[at_home, place], np.broadcast_to(-paid, wedge[at_home, place].shape), "vouchers"
        )


def check_inputs(books: Books) -> None:
    """Chips need dies and memory; foundries make no more than their capacity."""
    state, product = books.now, books.product
    produced = state["ChipSuppliers.produced"]
    arrived = np.sum(books.race.die_market.flow, axis=0)
    used = books.change("ChipSuppliers.die_stock") + produced * product.silicon
    agree(used, arrived, "good dies")
    wafers = np.sum(books.race.die_market.flow, axis=1) / state["Foundries.dies_yield"]
    agree(wafers, books.change("Foundries.output"), "dies before yield")
    at_most(wafers, state["Foundries.capacity"], "dies over capacity")
    stacks = produced * product.hbm_stacks / 1e3
    held = state["ChipSuppliers.hbm_stock"] + stacks
    at_most(books.before["ChipSuppliers.hbm_stock"], held, "memory stacks lost")


def check_stocks(books: Books) -> None:
    """Installed chips are last month's that still run, and what arrived; who is gone has none."""
    keep = 1 - 1 / (12 * books.race.parameters.chip.lifetime)
    for buyers, kind in zip(books.race.buyers, ("Labs", "Clouds"), strict=True):
        staying = (books.before[f"{kind}.active"] > 0) & (books.now[f"{kind}.active"] > 0)
        absent = books.now[f"{kind}.active"] == 0
        for stock in ("chips", "training", "inference"):
            there = books.before[f"{kind}.{stock}"] * keep + getattr(buyers.bought, stock)
            now = books.now[f"{kind}.{stock}"]
            agree(np.where(staying, now, 0), np.where(staying, there, 0), f"{stock} of {kind}")
            assert np.all(now[absent] == 0), f"{stock} of absent {kind}"


CHECKS = (check_chips, check_smuggling, check_money, check_levies, check_inputs, check_stocks)


@pytest.mark.parametrize(
    "name", few_quick(["as_enacted", "no_controls", "leaky", "strict_enforcement"], every=2)
)
def test_the_books_agree_in_every_month_and_world(name):
    months = 132 if name == "as_enacted" else 90
    for books in each_month(Race(name, WORLDS, 2, months)):
        for check in CHECKS:
            check(books)


def test_the_books_see_smuggling_levies_and_rent(as_enacted):
    """Else some of the checks would compare nothing with nothing."""
    seen = {"smuggled": 0.0, "rented": 0.0, "levied": 0.0}
    for books in each_month(Race(as_enacted, WORLDS, 2)):
        flows, offer = books.flows, books.offer
        seen["smuggled"] += flows.smuggled.sum()
        seen["rented"] += books.now["Labs.rented"].sum()
        seen["levied"] += (flows.shipped * np.maximum(offer.price - offer.revenue, 0)).sum()
    assert min(seen.values()) > 0


def test_a_lab_that_leaves_takes_part_no_more(as_enacted):
    """From the month of its exit it buys nothing, holds nothing, and its money has gone back."""
    labs = dict(as_enacted.scenario.labs)
    labs["Mistral"] = labs["Mistral"].model_copy(update={"exit": "2025-06"})
    scenario = as_enacted.scenario.model_copy(update={"labs": labs})
    race = Race(scenario, WORLDS, 2, 80)
    row, gone = race.labs.names.index("Mistral"), scenario.calendar.month("2025-06")
    left = 0
    for books in each_month(race):
        for check in (check_chips, check_smuggling, check_money, check_inputs):
            check(books)
        if race.month - 1 < gone:
            continue
        left += 1
        assert np.all(race.labs.purchasing.bought.units[row] == 0), (
            "it buys chips in the month it leaves"
        )
        for name in ["active", "budget", "cash", "chips", "training", "inference", "rented"]:
            assert np.all(books.now[f"Labs.{name}"][row] == 0), name
    assert left == 80 - gone


# Numbers on which the books depend most; their whole allowed ranges.
STRONG = [
    "leakage.diverted_share",
    "leakage.markup",
    "leakage.appetite",
    "leakage.rental_share",
    "leakage.rental_capacity",
    "supply.substitution",
    "supply.patience",
    "supply.price_bound",
    "supply.tightness",
    "supply.lag",
    "supply.headroom",
    "capital.overhead",
    "capital.growth_error",
    "chip.lifetime",
    "rules.redesign_months",
    "stockpiling.pull",
    "stockpiling.input_pull",
    "foundries.TSMC.capacity",
    "suppliers.Nvidia.demand_at_start",
    "labs.OpenAI.budget",
    "events.chips_oct_2023.licence_rate",
    "events.chips_oct_2023.cap",
]
SCENARIO = load("as_enacted").scenario


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_books_agree_whatever_the_numbers(data):
    """A few numbers anywhere in their allowed ranges, others in each world."""
    keys = data.draw(st.lists(st.sampled_from(STRONG), min_size=1, max_size=4, unique=True))
    shares = st.floats(0, 1, allow_subnormal=False)
    wanted = {key: data.draw(st.lists(shares, min_size=3, max_size=3), key) for key in keys}
    race = Race(SCENARIO, 3, 5, 75, columns=columns_of(SCENARIO, wanted))
    for books in each_month(race):
        for check in CHECKS:
            check(books)
