"""Forecasts: what they are of, from which worlds, beside which references."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from sim.core.calendar import Calendar
from sim.experiments.ensemble import PRIOR
from sim.research.forecasting import claim, files, references, register
from sim.research.forecasting.backtest import SCENARIO, announced_after, backtest
from sim.research.forecasting.forecast import LEVELS, quantiles_of, quarter_ends
from sim.research.forecasting.references import PERSISTENCE, TREND
from sim.research.forecasting.targets import BY_KEY, TARGETS
from sim.research.history.observations import Observation, observed
from sim.research.identification.effects import EFFECTS
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.figures.forecast import forecast_figure
from viz.text.forecast import forecast_table

WORLDS = 12
ORIGIN = "2024-12"


@pytest.fixture(scope="module")
def made():
    """The forecast in a few worlds of the posterior."""
    return backtest(ORIGIN, WORLDS, ensemble=ORIGIN)


def test_quarters_after_an_origin():
    assert quarter_ends("2024-12") == [
        "2025-03", "2025-06", "2025-09", "2025-12", "2026-03", "2026-06", "2026-09",
    ]  # fmt: skip


def test_every_target_is_forecast_for_every_quarter(made):
    ends = quarter_ends(ORIGIN)
    keys = {row.key for row in made.rows}
    assert {(*one.key, end) for one in TARGETS for end in ends} <= keys
    assert len(keys) == len(made.rows)
    assert made.worlds.shape == (len(made.rows), WORLDS)
    assert np.isfinite(made.worlds).all()
    assert np.array_equal(made.quantiles, quantiles_of(made.worlds))


def test_values_are_possible(made):
    """Shares lie in 0..1, what is counted in logarithms is positive."""
    for row, worlds in zip(made.rows, made.worlds, strict=True):
        if row.series in claim.KINDS:
            continue
        one = BY_KEY[row.series, row.actor]
        assert one.least <= worlds.min() and worlds.max() <= one.most, row


def test_stocks_and_flows_fit_together():
    """A quarter's flow is what the stock grows by, a share is flow over flow; world by world.

    As the model has them: each series carries its own error.
    """
    plain = backtest(ORIGIN, 3, ensemble=ORIGIN, carry=False)
    at = {row.key: worlds for row, worlds in zip(plain.rows, plain.worlds, strict=True)}
    for first, second in [("2025-03", "2025-06"), ("2026-03", "2026-06")]:
        grown = at["nvidia_stock", "World", second] - at["nvidia_stock", "World", first]
        assert grown == pytest.approx(at["nvidia_flow", "World", second], rel=1e-5)
    flows = at["nvidia_china_flow", "China", "2025-06"] / at["nvidia_flow", "World", "2025-06"]
    assert flows == pytest.approx(at["nvidia_china_share", "China", "2025-06"], rel=1e-5)


def test_a_world_is_the_same_in_a_larger_forecast(made):
    """Forecasts obey the law that alone is together."""
    few = backtest(ORIGIN, 3, ensemble=ORIGIN)
    assert np.array_equal(few.worlds, made.worlds[:, :3])


def test_worlds_that_saw_the_future_are_refused():
    with pytest.raises(ScenarioError, match="fitted to history until 2025-12"):
        backtest("2022-12", worlds=2)
    assert backtest("2022-12", worlds=2, quarters=1, ensemble=PRIOR).origin == "2022-12"


def test_an_earlier_origin_leaves_out_what_rests_on_2024():
    early = backtest("2022-12", worlds=2, quarters=1, ensemble=PRIOR)
    assert {"capex", "worth", *claim.KINDS}.isdisjoint(row.series for row in early.rows)


def test_the_claim_is_heard_when_the_scenario_says():
    scenario = load(SCENARIO).scenario
    assert not load(claim.WITHOUT).scenario.incidents["deepseek_jan_2025"].active
    day = scenario.incidents["deepseek_jan_2025"].date
    month = scenario.calendar.month_of(day) + 1  # the rest of a claim is heard in the next month
    assert scenario.calendar.label(month) == claim.REACTION
    assert f"{day:%Y-%m}" > claim.BEFORE


def test_a_blind_forecast_knows_no_later_act():
    """Acts announced after the origin are left out; those announced before it stay."""
    events = load(SCENARIO).scenario.events
    out = {name.split(".")[1] for name in announced_after("2025-12")}
    assert out
    for name, act in events.items():
        assert (name in out) == (act.active and f"{act.announced:%Y-%m}" > "2025-12"), name


def test_a_blind_forecast_is_printed_as_any(capsys):
    """Its rows are of another scenario, in which nothing is known of later acts."""
    forecast = backtest("2025-12", 4, 0, 4, PRIOR, blind=True)
    table = forecast_table(forecast)
    assert {row.scenario for row in forecast.rows} != {SCENARIO}
    assert any("Mar 2026" in name for name in table.head)
    assert all(row[1] for row in table.rows if row[0].startswith("Best US model"))


def test_the_page_says_what_was_registered_as_a_miss():
    page = Path("docs/backtest.md").read_text("utf-8")
    assert all(f"- {text}" in page for text in register.MISS.values())


def test_a_registered_forecast_holds_effects_and_what_counts_as_a_miss(monkeypatch):
    monkeypatch.setattr(register, "WORLDS", 8)
    made = register.registered("2025-12", PRIOR, EFFECTS, blind=True)
    effects = [row for row in made.rows if row.series == register.EFFECT]
    assert {row.actor for row in effects} == set(EFFECTS)
    assert {row.end for row in effects} == {"2026-12", "2027-12"}
    assert made.quantiles.shape[0] == made.worlds.shape[0] == len(made.rows)
    assert made.about["counts_as_a_miss"] == register.MISS


def test_recovery_by_hand():
    """Never below; below for two months; below again in the fourth; never back in the year."""
    since = np.ones((20, 4)) * 1.1
    since[:2, 1] = 0.9
    since[[0, 3], 2] = 0.9
    since[:, 3] = 0.9
    assert claim.recovery(since).tolist() == [0, 2, 4, 12]


class TestReferences:
    """Simple forecasts, by hand."""

    @pytest.fixture
    def facts(self, monkeypatch):
        """Three observations a year apart: 10, 12, 14, exactly on a line."""

        def facts(name, until="9999-12"):
            years = enumerate(("2022-12", "2023-12", "2024-12"))
            values = [(month, *[10.0 + 2 * number] * 3) for number, month in years]
            return [
                Observation(0, name, *numbers, "x", numbers[0], "", "", "") for numbers in values
            ]

        monkeypatch.setattr(references, "observed", facts)

    def test_the_trend_goes_on(self, facts):
        one = BY_KEY["lead_points", "US-China"]
        found = references.extrapolated(one, "2025-12", ORIGIN, TREND)
        assert found == pytest.approx(16.0)  # no step left the line: no spread

    def test_the_last_value_stays(self, facts):
        """Spread: steps of 2 a year without drift, so a variance of 4 a year."""
        one = BY_KEY["lead_points", "US-China"]
        found = references.extrapolated(one, "2026-12", ORIGIN, PERSISTENCE)
        assert found[LEVELS.index(0.5)] == pytest.approx(14.0)
        assert found[-1] == pytest.approx(14 + norm.ppf(0.95) * np.sqrt(4 * 2))

    def test_in_logarithms_where_errors_multiply(self, facts):
        one = BY_KEY["compute", "World"]
        found = references.extrapolated(one, "2025-12", ORIGIN, TREND)
        middle = np.exp(np.log(14) + np.log(14 / 10) / 2)
        assert found[LEVELS.index(0.5)] == pytest.approx(middle)

    def test_growth_returns_to_its_mean(self, monkeypatch):
        """Told again step by step: growth of ten quarters, three steps ahead."""
        growth = np.array([1.0, 2.0, 1.5, 3.0, 2.0, 2.5, 1.0, 1.5, 2.0, 3.5])
        values = np.concatenate([[0.0], np.cumsum(growth)])
        months = [Calendar("2022-06", 1).label(3 * number) for number in range(11)]
        facts = [
            Observation(0, "x", month, *[value] * 3, "x", month, "", "", "")
            for month, value in zip(months, values, strict=True)
        ]
        monkeypatch.setattr(references, "observed", lambda *_: facts)
        mean = growth.mean()
        before, after = growth[:-1] - mean, growth[1:] - mean
        phi = (before @ after) / (before @ before)
        variance = ((after - phi * before) ** 2).sum() / (len(after) - 2)
        step, level, weights = growth[-1], values[-1], np.zeros(3)
        of_mean = 0.0  # how far the level moves with the mean
        for ahead in range(3):
            step = mean + phi * (step - mean)
            level += step
            of_mean += 1 - phi ** (ahead + 1)
            weights[: ahead + 1] += phi ** np.arange(ahead, -1, -1)
        spread = variance * (weights**2).sum() + variance / 9 * (of_mean / (1 - phi)) ** 2
        one = BY_KEY["lead_points", "US-China"]
        found = references.extrapolated(one, "2025-09", ORIGIN, references.AUTOREGRESSION)
        assert found[LEVELS.index(0.5)] == pytest.approx(level)
        assert found[-1] == pytest.approx(level + norm.ppf(0.95) * np.sqrt(spread))

    def test_seven_observations_are_too_few_for_an_autoregression(self, monkeypatch):
        one = BY_KEY["frontier", "US"]
        seven = observed(one.history, ORIGIN)[:7]
        assert len(seven) == 7
        monkeypatch.setattr(references, "observed", lambda name, until="": seven)
        found = references.extrapolated(one, "2025-12", ORIGIN, references.AUTOREGRESSION)
        assert np.isnan(found).all()

    def test_too_little_history_gives_none(self):
        one = BY_KEY["huawei_units", "China"]  # of 2024 alone
        found = references.extrapolated(one, "2025-12", ORIGIN, PERSISTENCE)
        assert np.isnan(found).all()

    def test_nothing_after_the_origin_is_used(self):
        """The reference from the end of 2022 does not move when later facts change."""
        assert observed("nvidia_flow", "2022-12")[-1].month == "2022-12"
        assert Calendar("2022-12", 1).month(observed("nvidia_flow")[-1].month) == 36


def test_the_prior_forecast_is_read_with_its_own_files():
    """`prior.csv` lies beside the frozen forecast: neither takes the other's worlds."""
    folder = Path(__file__).parents[2] / "docs" / "forecast" / "2024-12"
    prior, frozen = files.read(folder / "prior.csv"), files.read(folder)
    assert prior.about["ensemble"]["name"] == "prior"
    assert prior.worlds.shape == frozen.worlds.shape
    medians = np.median(prior.worlds, axis=1)
    assert medians == pytest.approx(prior.quantiles[:, LEVELS.index(0.5)], rel=1e-4)
    assert sorted(prior.references) == sorted(frozen.references)


def test_the_figure_of_an_origin_at_which_some_series_are_missing():
    """Nothing is drawn of a series that is not forecast, and nothing breaks."""
    forecast = backtest("2022-12", 8, 0, 2, PRIOR)
    panels = forecast_figure(forecast).axes
    assert len(panels) == 6
    texts = {text.get_text() for axes in panels for text in axes.texts}
    assert "not forecast from this origin" in texts
