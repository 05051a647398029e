"""Forecast, rolling origin and page of the project: `uv run python -m viz.pages.make_backtest`.

Without options: the forecast of the shipped posterior into docs/forecast, and docs/backtest.md.
With `--rolling FILE` (a posterior of `moat calibrate --until 2022-12`) the scores on 2023-24 too.
With `--page` the page alone, from what is recorded.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sim.core.files import write
from sim.experiments.ensemble import PRIOR
from sim.research.forecasting import files
from sim.research.forecasting.backtest import ORIGIN, backtest
from sim.research.forecasting.observations import from_history
from sim.research.forecasting.score_tables import by_row_of, summary
from sim.research.forecasting.scores import score
from sim.uncertainty.posterior import Posterior, read
from viz.pages.backtest import page

DOCS = Path("docs")
FIGURE = DOCS / "figures" / "backtest_forecast.png"
FORECAST, ROLLING = DOCS / "forecast" / ORIGIN, DOCS / "forecast" / "rolling.json"
EARLIER, QUARTERS, WORLDS = "2022-12", 8, 256


def main() -> None:
    """Make what is asked for, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rolling", type=Path, metavar="FILE", help="posterior of 2022-12")
    parser.add_argument("--page", action="store_true", help="only the page")
    asked = parser.parse_args()
    if not asked.page:
        files.save(backtest(worlds=WORLDS), FORECAST)
    if asked.rolling:
        text = json.dumps(rolling(read(asked.rolling)), indent=1)
        write(ROLLING, f"{text}\n".encode())
    found = json.loads(ROLLING.read_text("utf-8")) if ROLLING.is_file() else None
    made = files.read(FORECAST)
    write(DOCS / "backtest.md", page(made, found).encode())
    from viz.figures.files import save_figure
    from viz.figures.forecast import forecast_figure

    save_figure(forecast_figure(made), FIGURE, metadata={"Software": None})


def rolling(earlier: Posterior) -> dict[str, Any]:
    """Scores on 2023-24 of worlds fitted to 2022, and of worlds as drawn."""
    found = {}
    for name, ensemble in (("posterior", earlier), ("prior", PRIOR)):
        made = backtest(EARLIER, max(WORLDS, earlier.count), 0, QUARTERS, ensemble)
        scores = score(made, from_history(made))
        about = {key: made.about[key] for key in ("ensemble", "worlds", "seed", "scenario")}
        found[name] = about | {"all": summary(scores), "by_series": by_row_of(scores)}
    return found


if __name__ == "__main__":
    main()
