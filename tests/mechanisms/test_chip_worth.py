"""What a chip is worth, and how chips get better, against numbers worked out by hand (M1)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import chips
from sim.model.mechanisms.chips import Exponents, Product, Spec

IOTA, BETA, WEIGHT = np.array([0.15, 0.3]), np.array([0.7, 0.5]), np.array([0.7, 0.6])
ONE = np.ones((1, 2))


def exponents(kappa=0.0, kappa_inference=0.0, gamma=0.0, iota=IOTA, beta=BETA) -> Exponents:
    """Exponents of worth; of clusters, none unless said otherwise."""
    numbers = (iota, beta, 0.45, WEIGHT, gamma, kappa, kappa_inference)
    return Exponents(*(np.ones(2) * number for number in numbers))


def training(chip: Spec, domain: float = 8, **cluster) -> np.ndarray:
    return chips.merits(chip, domain * ONE, exponents(**cluster)).training


def inference(chip: Spec, domain: float = 8, **cluster) -> np.ndarray:
    return chips.merits(chip, domain * ONE, exponents(**cluster)).inference


def spec(tflops: float, bandwidth: float, interconnect: float) -> Spec:
    """A chip in two worlds."""
    return Spec(tflops * ONE, bandwidth * ONE, interconnect * ONE)


H100 = spec(989, 3.35, 900)
H20 = spec(148, 4.0, 900)


def test_an_h100_is_one_h100():
    for worth in chips.merits(H100, 8 * ONE, exponents(0.08, 0.02, 0.2)):
        assert worth.tolist() == [[1.0, 1.0]]


def test_an_h20_trains_like_a_seventh_and_serves_like_more_than_half():
    # 148 / 989 = .1496; its link is whole, so nothing is lost
    np.testing.assert_allclose(training(H20), 0.1496, atol=1e-4)
    # world 0: .1496^.3 x (4 / 3.35)^.7 = .5656 x 1.1322 = .6403
    # world 1: .1496^.5 x 1.1940^.5 = .3868 x 1.0927 = .4227
    np.testing.assert_allclose(inference(H20), [[0.6403, 0.4227]], atol=2e-4)


@pytest.mark.parametrize("beta", [0.7, 0.75, 0.8, 0.85])
def test_an_h20_is_a_good_chip_for_inference(beta):
    assert np.all(inference(H20, beta=beta) > 0.6)
    assert np.all(inference(H20, beta=beta) < 0.9)


def test_a_slower_link_costs_training_only():
    # H800: 400 of 900 GB/s; (4/9)^.15 = .8855, (4/9)^.3 = .7841
    h800 = spec(989, 3.35, 400)
    np.testing.assert_allclose(training(h800), [[0.8855, 0.7841]], atol=1e-4)
    assert inference(h800).tolist() == [[1.0, 1.0]]


def test_a_faster_link_than_an_h100s_adds_nothing():
    fast = spec(989, 3.35, 1800)
    assert training(fast).tolist() == [[1.0, 1.0]]


def test_many_weak_chips_are_not_one_strong_one():
    # 6.68 H20s have an H100's performance; with a loss of 8 % in logs for each log of their number
    # they train like 6.68^-.08 = .859 of it; in inference like 6.68^-.02 = .9627
    np.testing.assert_allclose(training(H20, kappa=0.08), 0.1496 * 0.859, atol=1e-4)
    lost = inference(H20, kappa_inference=0.02) / inference(H20)
    np.testing.assert_allclose(lost, 0.9627, atol=1e-4)
    assert np.all(training(H20, kappa=0.2) < training(H20, kappa=0.03))


def test_a_chip_with_slow_memory_starves_in_training():
    # H100 with 1.26 TB/s: .376 of its bytes per FLOP, over .45: .836; to 1.5 TB/s nothing is lost
    slow = spec(989, 1.26, 900)
    np.testing.assert_allclose(training(slow), 1.26 / 3.35 / 0.45, rtol=1e-12)
    np.testing.assert_allclose(training(spec(989, 1.6, 900)), 1, rtol=1e-12)
    # a Blackwell with so little is hardly more than an H100 with so little
    np.testing.assert_allclose(training(spec(2250, 1.26, 900)), 1.26 / 3.35 / 0.45, rtol=1e-12)


def test_a_cabinet_wins_part_of_the_loss_back():
    # 384 chips in place of 8 by fast links: units 48^.2 = 2.169 as large, and 2.169^.08 = 1.0639
    won = training(H20, domain=384, kappa=0.08, gamma=0.2) / training(H20, kappa=0.08, gamma=0.2)
    np.testing.assert_allclose(won, 1.0639, atol=1e-4)
    # not all of it: the H20 in a cabinet stays below its share of performance
    assert np.all(training(H20, domain=384, kappa=0.08, gamma=0.2) < 0.1496)


def test_value_rises_with_each_specification_by_its_exponent():
    by = exponents(0.08, 0.02, 0.2)
    slow = spec(500, 3, 400)

    def value(chip: Spec) -> np.ndarray:
        worth = chips.merits(chip, 8 * ONE, by)
        return chips.hedonic(worth.training, worth.inference, WEIGHT)

    for name, exponent in zip(Spec._fields, chips.value_exponents(by), strict=True):
        better = slow._replace(**{name: 1.1 * getattr(slow, name)})
        np.testing.assert_allclose(value(better) / value(slow), [1.1**exponent], rtol=1e-12)


def test_tpp_is_tops_times_bits():
    # 148 x 16 = 2368, the H20's TPP; 989 x 16 = 15824, the H100's
    assert chips.tpp(H20).tolist() == [[2368, 2368]]
    assert chips.tpp(H100).tolist() == [[15824, 15824]]


def test_buyers_pay_for_the_geometric_mean():
    # .15^.3 x .64^.7 = .5660 x .7317 = .4141; .15^.4 x .64^.6 = .4682 x .7651 = .3582
    worth = chips.hedonic(0.15 * ONE, 0.64 * ONE, WEIGHT)
    np.testing.assert_allclose(worth, [[0.4141, 0.3582]], atol=2e-4)


def product(tflops: float, price: float) -> Product:
    return Product(spec(tflops, 2, 600), price * ONE, ONE, 5 * ONE, 700 * ONE, 8 * ONE)


def test_the_mix_of_products_shifts_to_the_newer():
    line = [product(100, 10_000), product(300, 20_000), product(900, 30_000)]
    # first half replaced by the second: 200; then a tenth of that by the third: 200 + .1 x 700
    mixed = chips.mix(line, [1.0, 0.5, 0.1])
    np.testing.assert_allclose(mixed.spec.tflops, 270)
    np.testing.assert_allclose(mixed.price, 16_500)  # 15000 + .1 x 15000
    np.testing.assert_allclose(mixed.hbm_stacks, 5)


def test_a_product_not_launched_or_fully_ramped():
    line = [product(100, 10_000), product(300, 20_000)]
    np.testing.assert_array_equal(chips.mix(line, [1.0, 0.0]).spec.tflops, 100 * ONE)
    np.testing.assert_array_equal(chips.mix(line, [0.0, 1.0]).spec.tflops, 300 * ONE)
    np.testing.assert_array_equal(chips.mix(line[:1], [0.0]).spec.tflops, 100 * ONE)


def test_beyond_the_catalogue_performance_outgrows_price():
    years, faster, cheaper, cooler = np.array([2.0, 0.0]), 1.44, 1.2, 1.2
    # 1.44^2 = 2.0736 in every specification; price x 2.0736 / 1.2^2 = x 1.44; now: as it was
    grown = chips.beyond_catalogue(product(100, 10_000), years, faster, cheaper, cooler)
    np.testing.assert_allclose(grown.spec.tflops, [[207.36, 100]])
    np.testing.assert_allclose(grown.spec.bandwidth, [[4.1472, 2]])
    np.testing.assert_allclose(grown.price, [[14_400, 10_000]])
    np.testing.assert_allclose(grown.power, [[1_008, 700]])  # watts x 2.0736 / 1.2^2
    np.testing.assert_allclose(grown.silicon, ONE)


def test_software_matures_with_the_installed_base():
    # nothing installed: as at the start; at the scale 1 - .5/e = .8161; far beyond: 1
    at = np.array([[0.0, 1e5, 1e9]])
    np.testing.assert_allclose(chips.matured(0.5, at, 1e5), [[0.5, 0.8161, 1.0]], atol=1e-4)


positive = st.floats(1e-3, 1e4)


@settings(max_examples=40, deadline=None)
@given(positive, positive, positive, st.floats(1, 10), st.floats(0, 1), st.floats(0, 1))
def test_a_chip_that_is_better_in_everything_is_worth_no_less(f, w, n, better, iota, beta):
    one, other = spec(f, w, n), spec(f * better, w * better, n * better)
    few = 1 - 1e-12
    by = {"iota": iota, "beta": beta, "kappa": 0.2, "kappa_inference": 0.05}
    assert np.all(training(other, **by) >= few * training(one, **by))
    assert np.all(inference(other, **by) >= few * inference(one, **by))
