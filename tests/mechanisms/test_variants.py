"""What a variant costs, what it sells for and whether it pays, worked out by hand (M2)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.markets.products import Lot, Worths, mean_of
from sim.model.mechanisms import variants
from sim.model.mechanisms.chips import Merits, Product, Spec
from sim.model.mechanisms.rules import no_terms
from sim.model.mechanisms.variants import Costs, Draft, Market

ONE = np.ones((1, 1))
COSTS = Costs(1050 * ONE, 300 * ONE, 900 * ONE)


def h100() -> Product:
    """An H100 of 2024 at 27,000 USD."""
    spec = Spec(989 * ONE, 3.35 * ONE, 900 * ONE)
    return Product(spec, 27_000 * ONE, ONE, 5 * ONE, 700 * ONE, 8 * ONE)


def market(elasticity: float = 2, scarcity: float = 0, markup: float = 0.5) -> Market:
    """The seller of an H100 at 27,000 USD; buyers spend 0.6 of it beside the chip."""
    return Market(
        27_000 * ONE, 3450 * ONE, 16_200 * ONE, scarcity * ONE, elasticity * ONE, markup * ONE
    )


def draft(die: float = 1.0, power: float = 0.57) -> Draft:
    nothing = Merits(ONE, ONE, ONE)
    return Draft(nothing, no_terms((1, 1)), ONE > 0, die, ONE, power * ONE)


def sale(worth: float, best_use: float, cost: float = 3450, **others) -> tuple[float, float]:
    chip = {name: others.pop(name) for name in ("die", "power") if name in others}
    sold = worth * ONE, best_use * ONE
    price, gain = variants.sale(draft(**chip), *sold, market(**others), cost * ONE)
    return price.item(), gain.item()


def test_an_h100_costs_what_teardowns_say():
    # die and packaging 1,050, five stacks at 300, board and test 900: 3,450 USD (published: 3,320)
    assert variants.unit_cost(h100(), COSTS, ONE, 1.0, ONE).item() == 3450
    # half the die and half the memory: 525 + 750 + 900
    assert variants.unit_cost(h100(), COSTS, ONE, 0.5, 0.5 * ONE).item() == 2175
    # dearer foundries: 1.45 x 1,050 + 1,500 + 900
    assert variants.unit_cost(h100(), COSTS, 1.45 * ONE, 1.0, ONE).item() == pytest.approx(3922.5)


def test_an_h20_draws_what_its_data_sheet_says():
    # 15 % of the performance on a whole die of which half is always on: .5 + .5 x .15 = .575
    assert variants.power_share(0.15 * ONE, 1.0, 0.5 * ONE) * 700 == pytest.approx(402.5)
    # half the die, the same performance: .25 + .075
    assert variants.power_share(0.15 * ONE, 0.5, 0.5 * ONE).item() == pytest.approx(0.325)


def test_an_h20_sells_at_about_its_observed_price():
    """12,200 USD in 2024 (Epoch AI): as much as smugglers' prices allow.

    h = .57 x 16,200 = 9,234. Profit: 3,450 + (3,450 + 9,234) / 2 = 9,792. As good a deal for
    inference, of which it does .62, as the product: 43,200 x .62 - 9,234 = 17,550. Smugglers:
    (40,500 + 16,200) x .387 - 9,234 = 12,709.
    """
    price, gain = sale(0.387, 0.62)
    assert price == pytest.approx(12_709, abs=1)
    # paid all-in .5079 of the product's for .387 of its value: (.387/.5079)^2 / .5079 = 1.143 times
    # as many chips, each with 9,259 of 23,550 USD margin
    assert gain == pytest.approx(0.449, abs=0.001)
    # without a use for which it is good the price that maximises profit
    assert sale(0.387, 0.387)[0] == pytest.approx(9792)
    # where the silicon would earn a tenth of the product's margin elsewhere: c = 5,805, p = 13,325,
    # more than smugglers ask
    assert sale(0.387, 0.387, scarcity=0.1)[0] == pytest.approx(12_709, abs=1)


def test_a_chip_with_slower_links_costs_what_the_product_costs():
    """A800 and H800: as good for inference, so no cheaper."""
    assert sale(0.97, 1.0, power=1.0)[0] == pytest.approx(27_000)


def test_slow_memory_makes_training_no_bargain():
    """All of the training for 64 % of the value: smugglers' prices allow 20,088 USD, not 11,448."""
    assert sale(0.64, 1.0, power=1.0)[0] == pytest.approx(56_700 * 0.64 - 16_200)


def test_a_chip_too_weak_for_its_cost_does_not_pay():
    """600 TPP from an H100: buyers would pay less than it costs, for running it costs the same."""
    price, gain = sale(0.08, 0.3, power=0.52)
    assert price < 0 and gain < 0


def test_a_smaller_die_pays_where_silicon_is_scarce():
    # a third of the value from half the die: costs and forgone margin are half
    whole = sale(0.33, 0.33, scarcity=0.3, power=0.575)[1]
    half = sale(0.30, 0.3, cost=2175, die=0.5, power=0.325, scarcity=0.3)[1]
    assert half > whole


def lot(money: float, price: float, worth: float, silicon: float = 1.0, cap: float = 10) -> Lot:
    worths = Worths(worth * ONE, worth * ONE, worth * ONE, worth * ONE)
    return Lot(money * ONE, cap * ONE, price * ONE, price * ONE, worths, 700 * ONE, silicon)


def test_an_order_is_split_between_licensed_chips_and_variants():
    """Half the money buys chips at 30,000, half variants at 10,000: one in four chips is whole."""
    both = mean_of([lot(0.5, 30_000, 1.0, cap=0.5), lot(0.5, 10_000, 0.2, silicon=0.5)])
    assert both.money.item() == 1
    assert both.price.item() == pytest.approx(15_000)
    assert both.worths.compute.item() == pytest.approx(0.4)
    assert both.silicon.item() == pytest.approx(0.625)
    # licensed chips may reach half of sales at home: the order, of which they are a quarter, twice
    assert both.cap.item() == pytest.approx(2)


def test_where_nothing_may_ship_the_product_stands_for_the_offer():
    nothing = mean_of([lot(0, 30_000, 1.0), lot(0, 10_000, 0.2)])
    assert nothing.money.item() == 0
    assert nothing.price.item() == 30_000
    assert nothing.worths.value.item() == 1
