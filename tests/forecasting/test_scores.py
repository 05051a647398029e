"""Scores, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.research.forecasting import resampling
from sim.research.forecasting.forecast import LEVELS, Forecast, Row, quantiles_of
from sim.research.forecasting.scales import score_scale
from sim.research.forecasting.score_summary import summary
from sim.research.forecasting.scores import crps, draws, score, with_error
from sim.research.forecasting.verification import RowObservation


def row(series: str = "lead_points", scale: str = "natural", end: str = "2024-06") -> Row:
    """A row of a forecast."""
    return Row(series, "US-China", end, end, "ECI points", scale, "as_enacted", "")


def forecast(worlds: np.ndarray, rows: list[Row], **references: np.ndarray) -> Forecast:
    """A forecast of these worlds, `[row, world]`."""
    return Forecast(rows, worlds, quantiles_of(worlds), {"origin": "2023-12"}, references)


@pytest.mark.parametrize(
    ("worlds", "observed", "by_hand"),
    [
        ([2.0], 5.0, 3.0),  # a single value: the absolute error
        ([0.0, 2.0], 1.0, 1.0 - 0.5),  # mean |x - y| = 1, half mean |x - x'| = (0+2+2+0)/4/2
        ([0.0, 2.0, 4.0], 1.0, 5 / 3 - 16 / 9 / 2),
        ([1.0, 1.0, 1.0], 1.0, 0.0),
    ],
)
def test_crps_by_hand(worlds, observed, by_hand):
    assert crps(np.array(worlds), observed) == pytest.approx(by_hand)


def test_crps_of_a_normal_forecast():
    """The known integral: of a standard normal at 0 it is (sqrt(2) - 1) / sqrt(pi)."""
    from scipy.stats import norm

    worlds = norm.ppf((np.arange(4000) + 0.5) / 4000)
    assert crps(worlds, 0.0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), rel=1e-3)


def test_one_row_is_judged_in_full():
    """Eleven worlds 0..10, observed 2: place, bands, bias and error by hand."""
    worlds = np.arange(11.0)[None]
    (one,) = score(forecast(worlds, [row()]), [RowObservation(row(), 2.0, 2.0, 2.0)])
    assert (one.median, one.error) == (5.0, -3.0)
    assert one.pit == pytest.approx(2.5 / 11)  # two worlds below, one on it
    assert one.inside == {"50": False, "90": True}  # 2.5..7.5 and 0.5..9.5
    assert one.width == pytest.approx(9.0)


def test_log_scale_scores_ratios():
    """Where errors multiply, ten times as large everywhere is the same score."""
    rows = [row("nvidia_flow", "log"), row("world", "log")]
    worlds = np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]])
    facts = [RowObservation(r, v, v, v) for r, v in zip(rows, (3.0, 30.0), strict=True)]
    first, second = score(forecast(worlds, rows), facts)
    assert first.crps_scaled == pytest.approx(second.crps_scaled)
    assert second.crps == pytest.approx(10 * first.crps)
    assert first.error == pytest.approx(np.log(1.5))


def test_a_forecast_without_worlds_is_scored_by_its_quantiles():
    """Nearly the same score as with the worlds behind them."""
    worlds = np.random.default_rng(0).normal(10, 2, (1, 5000))
    whole = forecast(worlds, [row()])
    table = Forecast(whole.rows, np.empty((1, 0)), whole.quantiles, whole.about, {})
    fact = [RowObservation(row(), 12.0, 12.0, 12.0)]
    (one,), (other,) = score(whole, fact), score(table, fact)
    assert other.crps == pytest.approx(one.crps, rel=0.03)
    assert np.quantile(draws(whole.quantiles[0]), LEVELS) == pytest.approx(
        whole.quantiles[0], abs=0.05
    )


def test_errors_of_observation_widen_the_forecast():
    """By as much as the range says, the same draws each time; exact scores ignore them."""
    fact = RowObservation(row(), 0.0, -1.6448536, 1.6448536)  # standard deviation 1
    worlds = np.zeros(4000)
    wide = with_error(worlds, fact, score_scale(fact.row))
    assert wide.std() == pytest.approx(1.0, abs=0.05)
    assert np.array_equal(wide, with_error(worlds, fact, score_scale(fact.row)))
    made = forecast(np.zeros((1, 50)) + 1.0, [row()])
    (exact,) = score(made, [fact], exact=True)
    assert exact.crps == pytest.approx(1.0)
    assert score(made, [fact])[0].crps < 1.0


def test_skill_against_a_reference():
    """A sharper forecast around the truth has skill, the reference itself has none."""
    rng = np.random.default_rng(1)
    sharp, wide = rng.normal(0, 1, (1, 3000)), rng.normal(0, 4, (1, 3000))
    fact = [RowObservation(row(), 0.0, 0.0, 0.0)]
    good = summary(score(forecast(sharp, [row()], trend=quantiles_of(wide)), fact))
    even = summary(score(forecast(wide, [row()], trend=quantiles_of(wide)), fact))
    assert good["skill"]["trend"]["skill"] == pytest.approx(0.75, abs=0.03)
    assert abs(even["skill"]["trend"]["skill"]) < 0.02


def test_skill_counts_each_series_once():
    """Twice as good in one series and twice as bad in another cancel, however often observed."""
    rows = [row("a", end=f"2024-0{month}") for month in range(1, 7)] + [row("b")]
    worlds = np.array([[-1.0, 1.0]] * 6 + [[-4.0, 4.0]])
    reference = np.repeat(np.array([[-2.0, 2.0]]), 7, axis=0)
    # Quantiles of two worlds would lie between them: give both as single worlds' extremes.
    quantiles = np.where(np.array(LEVELS) < 0.5, reference[:, :1], reference[:, 1:])
    made = forecast(worlds, rows, trend=quantiles)
    found = summary(score(made, [RowObservation(r, 0.0, 0.0, 0.0) for r in rows]))
    assert found["series"] == 2
    assert abs(found["skill"]["trend"]["skill"]) < 0.1


def test_an_honest_forecast_is_covered_as_it_says():
    """Truth drawn like the worlds: bands hold their share and places are even."""
    rng = np.random.default_rng(2)
    rows = [row(f"s{number}") for number in range(600)]
    centre = rng.normal(0, 5, (600, 1))
    worlds = centre + rng.normal(0, 1, (600, 200))
    truth = (centre + rng.normal(0, 1, (600, 1)))[:, 0]
    facts = [
        RowObservation(r, float(v), float(v), float(v)) for r, v in zip(rows, truth, strict=True)
    ]
    found = summary(score(forecast(worlds, rows), facts))
    assert found["coverage"]["90"] == pytest.approx(0.9, abs=0.04)
    assert found["coverage"]["50"] == pytest.approx(0.5, abs=0.06)
    assert min(found["pit_histogram"]) > 80


def flow(worlds, **references) -> tuple[Forecast, Row]:
    """A forecast of the legal flow to China, which can be zero."""
    one = Row("nvidia_china_flow", "China", "2025-01", "2025-03", "H100e", "log", "as_enacted", "")
    return forecast(np.array([worlds]), [one], **references), one


def test_a_flow_of_nothing_is_scored_by_hand():
    """Least unit 1000: worlds at ln 1000 and ln 2000, nothing observed: ln 2 / 2 - ln 2 / 4."""
    made, one = flow([0.0, 1000.0])
    fact = RowObservation(one, 0.0, 0.0, 0.0)
    (found,) = score(made, [fact])
    assert found.crps_scaled == pytest.approx(np.log(2) / 4)
    assert found.crps == pytest.approx(250.0)
    assert score(made, [fact], knows_zero=False) == []


def test_the_least_unit_counts_for_references_too():
    """A reference that equals the forecast has the same score on the new scale and on the old."""
    made, one = flow([0.0, 1000.0])
    made = forecast(made.worlds, [one], trend=made.quantiles)
    made = Forecast(made.rows, np.empty((1, 0)), made.quantiles, made.about, made.references)
    for knows_zero in (True, False):
        (found,) = score(made, [RowObservation(one, 500.0, 300.0, 900.0)], knows_zero=knows_zero)
        assert found.against["trend"] == pytest.approx(found.crps_scaled)


def test_no_error_of_observation_makes_a_flow_negative():
    made, one = flow([0.0, 10.0, 5000.0])
    fact = RowObservation(one, 100.0, 0.0, 5000.0)
    assert with_error(made.worlds[0], fact, score_scale(one)).min() == 0.0


def scored(errors: dict[str, list[float]]) -> list:
    """Scores of a single value at 0 where these are observed, against one that is 1 off."""
    rows = [
        row(name, end=f"2024-{at + 1:02d}") for name in errors for at in range(len(errors[name]))
    ]
    values = [value for some in errors.values() for value in some]
    facts = [RowObservation(r, v, v, v) for r, v in zip(rows, values, strict=True)]
    made = forecast(np.zeros((len(rows), 1)), rows)
    references = {"trend": np.array([values]).T + np.ones((len(rows), len(LEVELS)))}
    return score(Forecast(rows, made.worlds, made.quantiles, made.about, references), facts)


def test_parts_of_a_skill_add_up():
    """Ratios 2 and 1/2 over two series: ln 2 / 2 and its negative, no skill."""
    found = summary(scored({"a": [2.0, 2.0], "b": [0.5]}))["skill"]["trend"]
    assert found["parts"] == pytest.approx({"a": np.log(2) / 2, "b": -np.log(2) / 2})
    assert sum(found["parts"].values()) == pytest.approx(np.log(1 - found["skill"]), abs=1e-9)
    # Two series drawn again: both "a" (skill -1), both "b" (1/2), or one of each.
    assert (found["low"], found["high"]) == pytest.approx((-1.0, 0.5))


def test_one_series_has_an_interval_of_its_observations_alone():
    found = summary(scored({"a": [2.0, 2.0, 2.0]}))["skill"]["trend"]
    assert found["low"] == found["high"] == pytest.approx(found["skill"]) == pytest.approx(-1.0)


def test_intervals_are_of_series_not_of_observations():
    """Half of 400 observations lie inside: sure if they are 200 series, unsure if they are two."""
    many, few = [[True, False]] * 200, [[True] * 200, [False] * 200]
    assert resampling.coverage_interval(many) == pytest.approx((0.5, 0.5), abs=0.05)
    assert resampling.coverage_interval(few) == (0.0, 1.0)


def test_an_even_histogram_is_within_its_interval():
    pits = [[value] for value in np.linspace(0.001, 0.999, 200)]
    low, high = resampling.histogram_interval(pits, 10)
    assert (low < 0.1).all() and (high > 0.1).all() and (high - low < 0.1).all()
