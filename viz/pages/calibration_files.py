"""The page of a calibration and its figures, written into a folder."""

from __future__ import annotations

from pathlib import Path

from sim.core.files import write
from sim.research.calibration.report import learnt
from viz.figures.calibration import learnt_figure, met_figure, ranks_figure
from viz.figures.files import save_figure
from viz.pages.calibration import Findings
from viz.pages.calibration import page as text


def write_report(findings: Findings, page: Path, figures: Path) -> None:
    """The page of a calibration and its figures, each whole or not at all."""
    figures.mkdir(parents=True, exist_ok=True)
    drawn = {
        "history": met_figure(findings.met),
        "numbers": learnt_figure(learnt(findings.posterior)),
    }
    if "truths" in findings.checks:
        drawn["ranks"] = ranks_figure(findings.checks["truths"])
    for name, figure in drawn.items():
        save_figure(figure, figures / f"calibration_{name}.png")
    write(page, text(findings).encode())
