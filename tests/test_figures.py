"""Every figure of viz/figures is drawn whatever its numbers are: none, all alike, missing, below 0.

Numbers of real results are replaced; a figure may be empty then, but it is drawn without a warning.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.analysis.indices import Measured
from sim.analysis.outputs import Output
from sim.analysis.plane import Plane
from sim.analysis.problem import Goal, Lever
from sim.analysis.sensitivity import Ranking
from sim.experiments.compare import compare
from sim.experiments.parts import WHOLE, Explanation, Part, Split
from sim.experiments.run import run
from sim.research.calibration.summary import PredictiveCheck, Update
from sim.research.forecasting import files
from sim.research.forecasting.forecast import Forecast, Row
from sim.research.forecasting.score_summary import summary
from sim.research.forecasting.scores import Score
from sim.research.history.observations import observed
from tests.analysis.sweeps import factor
from viz.figures import (
    calibration,
    comparison,
    discovery,
    evidence,
    explanation,
    findings,
    forecast,
    network,
    plane,
    policy_search,
    scoreboard,
    sensitivity,
    signposts,
)
from viz.figures import run as run_figures

DOCS = Path(__file__).parents[1] / "docs"
KEPT = {"value", "eta", "sigma", "truths", "informed"}  # places on an axis, and counts
SPOILS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "constant": np.ones_like,
    "zero": np.zeros_like,
    "negative": lambda values: -np.abs(values) - 1,
    "missing": lambda values: np.full_like(values, np.nan),
}


def spoiled(tree: Any, spoil: Callable) -> Any:
    """Plain data with other numbers."""
    if isinstance(tree, dict):
        return {k: one if k in KEPT else spoiled(one, spoil) for k, one in tree.items()}
    if isinstance(tree, list):
        return [spoiled(one, spoil) for one in tree]
    is_number = isinstance(tree, float | int) and not isinstance(tree, bool)
    return float(spoil(np.array(float(tree)))) if is_number else tree


TRUTHS = {  # what a study of known truths records
    "truths": 4,
    "informed": 2,
    "points": [0.0, 0.5, 1.0],
    "band": [[-0.1, -0.3, -0.1], [0.1, 0.3, 0.1]],
    "quantities": {"effect on the US lead": {"difference": [0.0, 0.1, 0.0]}},
    "learnt_difference": [[0.0, -0.1, 0.0], [0.0, 0.2, 0.0]],
}


@cache
def recorded(name: str) -> dict[str, Any]:
    return json.loads((DOCS / f"{name}.json").read_text("utf-8"))


@cache
def small():
    return run("as_enacted", 2, months=8)


@cache
def effects():
    return compare("as_enacted", "no_controls", 2, months=8)


def results(result, spoil):
    """A run or a comparison with other outcomes and series."""
    outcomes, series = (
        data.map(lambda one: one.copy(data=spoil(one.values.astype(float))))
        for data in (result.outcomes, result.series)
    )
    return replace(result, outcomes=outcomes, series=series)


@cache
def frozen() -> Forecast:
    return files.read(DOCS / "forecast" / "2024-12" / "forecast.csv")


def of_forecast(spoil):
    made = frozen()
    references = {name: spoil(levels) for name, levels in made.references.items()}
    return forecast.forecast_figure(
        replace(made, quantiles=spoil(made.quantiles), references=references)
    )


def scores(spoil, count: int = 6) -> list[Score]:
    rows = [Row(f"s{at // 2}", "US", "2025-03", "2025-03", "1", "log", "x") for at in range(count)]
    values = spoil(np.linspace(0.1, 0.9, count)).tolist()
    inside = {"50": True, "90": False}
    return [
        Score(
            row,
            v,
            v,
            v,
            abs(v),
            float(np.clip(np.nan_to_num(v), 0, 1)),
            inside,
            v,
            v,
            v,
            v,
            {"trend": abs(v)},
        )
        for row, v in zip(rows, values, strict=True)
    ]


def of_scores(spoil):
    some = scores(spoil)
    return scoreboard.summary_figure(some, summary(some)["skill"])


def met(spoil) -> list[PredictiveCheck]:
    low, middle, high = spoil(np.array([1.0, 2.0, 3.0])).tolist()
    fact = observed("us_frontier")[0]
    return [PredictiveCheck(fact, low, middle, high, "fit", (low, middle, high), middle)]


def parts(spoil) -> Explanation:
    one, two = spoil(np.array([1.0, 2.0])).tolist()
    rows = [Part(name, one, one, one, two, 0.5, 0.5, 0.1, 0.0) for name in ("leakage", WHOLE)]
    rows = [replace(row, share_defined=float(np.isfinite(one))) for row in rows]
    whole = np.array([one, two])
    split = Split("lead_months", "months", rows, ["leakage"], whole[None], whole)
    about = {
        "worlds": 2, "orders": 0, "by": "channel", "channels": ["leakage"],
        "scenario": {"title": "a", "name": "a"}, "against": {"title": "b", "name": "b"},
    }  # fmt: skip
    return Explanation({"lead_months": split}, "2024-12", about)


def output(spoil) -> Output:
    values = spoil(np.arange(20.0).reshape(10, 2))
    return Output("lead_months", "2024-12", False, values, np.arange(10), True)


def mapped(spoil) -> Plane:
    table, sides = spoil(np.arange(4.0).reshape(2, 2)), (np.arange(3.0), np.arange(3.0))
    fine = (np.arange(2.0), np.arange(2.0))
    counts = np.full((2, 2), 9)
    names = factor("a", low=0, high=2), factor("b", low=0, high=2)
    above = np.clip(table, 0, 1)
    return Plane(output(spoil), *names, 0.0, sides, counts, table, above, fine, table)


def ranked(spoil, method: str = "sobol"):
    value = spoil(np.array([1.0, 2.0]))
    measured = Measured(value, value, value, float(value[0]))
    measures = dict.fromkeys(("first", "total", "mu_star", "sigma", "pawn"), measured)
    return Ranking(output(spoil), method, ["a", "b"], ["1", "1"], measures, np.stack([value] * 2))


def boxes(spoil):
    """No box stands out."""
    share = float(np.clip(spoil(np.ones(1)), 0, 1)[0])
    clause = SimpleNamespace(name="lead_months", number=0, sign=">", month="2030-12")
    cases = SimpleNamespace(text="nothing happens", share=share, clauses=[clause])
    return SimpleNamespace(
        cases=cases, boxes=[], totals=[], factors=[], about={"points": 0, "replicates": 1}
    )


def front(spoil):
    goals = {
        name: Goal(outcome="lead_months", month="2024-12", want=want)
        for name, want in (("lead", "more"), ("gap", "less"))
    }
    search = SimpleNamespace(
        title="limits", worlds=2, goals=goals, levers={"limit": Lever(keys=["a"], low=1, high=9)}
    )
    return SimpleNamespace(
        search=search, units={"limit": "1"}, levers=np.array([[2.0], [5.0]]), middle=0,
        robust=spoil(np.arange(4.0).reshape(2, 2)), reference=spoil(np.ones(2)),
        front=np.ones(2, bool), on_front=np.arange(2), goals=list(goals.values()),
        futures=["one"], about={"reference": {"title": "b"}},
    )  # fmt: skip


DRAWN: dict[str, Callable[[Callable], Any]] = {
    "history": lambda spoil: calibration.residuals_figure(met(spoil)),
    "learnt": lambda spoil: calibration.updates_figure(
        [Update("effort.eta", *spoil(np.ones(1)).tolist(), tuple(spoil(np.ones(2)).tolist()))]
    ),
    "ranks": lambda spoil: calibration.ranks_figure(spoiled(TRUTHS, spoil)),
    "effects": lambda spoil: comparison.effect_figure(results(effects(), spoil)),
    "boxes": lambda spoil: discovery.boxes_figure(boxes(spoil)),
    "profiles": lambda spoil: evidence.profiles_figure(spoiled(recorded("evidence"), spoil)),
    "innovation": lambda spoil: evidence.innovation_figure(spoiled(recorded("evidence"), spoil)),
    "parts": lambda spoil: explanation.parts_figure(parts(spoil)),
    "policies": lambda spoil: findings.effects_figure(spoiled(recorded("findings"), spoil)),
    "planes": lambda spoil: findings.plane_figure(spoiled(recorded("findings"), spoil)),
    "signposts": lambda spoil: signposts.signposts_figure(spoiled(recorded("signposts"), spoil)),
    "forecast": of_forecast,
    "network": lambda spoil: network.network_figure(results(small(), spoil), small().months[-1]),
    "plane": lambda spoil: plane.plane_figure(mapped(spoil), ["a", "b"]),
    "run": lambda spoil: run_figures.run_figure(results(small(), spoil)),
    "economy": lambda spoil: run_figures.economy_figure(results(small(), spoil)),
    "front": lambda spoil: policy_search.front_figure(front(spoil)),
    "scores": of_scores,
    "rows": lambda spoil: scoreboard.rows_figure(scores(spoil)),
    "influence": lambda spoil: sensitivity.influence_figure(
        SimpleNamespace(about={"points": 2}), ranked(spoil)
    ),
}
ONLY = {  # of figures that share their panels with others, and take long
    "run": ("missing",),
    "economy": ("zero", "missing", "negative"),
    "forecast": ("zero", "missing", "negative"),
    "effects": ("zero", "missing"),
    "signposts": ("zero", "missing"),
    "network": ("zero", "negative"),
}
EMPTY = {
    "history": lambda: calibration.residuals_figure([]),
    "learnt": lambda: calibration.updates_figure([]),
    "forecast": lambda: forecast.forecast_figure(
        Forecast([], np.empty((0, 0)), np.empty((0, 19)), {"origin": "2024-12"}, {})
    ),
    "parts": lambda: explanation.parts_figure(replace(parts(np.ones_like), splits={})),
    "innovation": lambda: evidence.innovation_figure(
        {"innovation": {"prior": {}, "posterior": {}}}
    ),
    "policies": lambda: findings.effects_figure({"effects": {}}),
    "planes": lambda: findings.plane_figure({"planes": {}}),
    "signposts": lambda: signposts.signposts_figure({"headlines": {}, "signposts": []}),
    "scores": lambda: scoreboard.summary_figure([], {}),
    "rows": lambda: scoreboard.rows_figure([]),
    "influence": lambda: sensitivity.influence_figure(
        SimpleNamespace(about={"points": 2}),
        replace(ranked(np.ones_like), factors=[], measures={
            name: Measured(*[np.empty(0)] * 3, 0.0) for name in ("first", "total")
        }, ends=np.empty((0, 2))),
    ),
}  # fmt: skip


def draw(figure) -> None:
    """Draw it small, and let no warning pass."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = figure()
        drawn.set_layout_engine("none")  # most of the time goes into the layout
        drawn.draw_without_rendering()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [(name, spoil) for name in DRAWN for spoil in SPOILS if spoil in ONLY.get(name, SPOILS)],
)
def test_a_figure_is_drawn_whatever_the_numbers_are(name, spoil):
    draw(lambda: DRAWN[name](SPOILS[spoil]))


@pytest.mark.parametrize("name", EMPTY)
def test_a_figure_of_nothing_is_drawn(name):
    draw(EMPTY[name])
