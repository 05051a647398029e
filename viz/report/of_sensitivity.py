"""The report of a sensitivity analysis: what moves an outcome, by how much, how sure that is."""

from __future__ import annotations

import shlex
from dataclasses import replace

from sim.analysis.outputs import Output
from sim.analysis.sensitivity import Sensitivity
from sim.sweeps.store import Sweep
from viz.report import of_sweep
from viz.report.differences import plain
from viz.report.limits import limits
from viz.report.page import Report, Section

NAMED = 2  # outcomes in a headline
RANGES = "Brackets: of a measure 95 % confidence, of an outcome the range of 90 % of worlds."


def report(sweep: Sweep, found: Sensitivity) -> Report:
    """The report of a sensitivity analysis."""
    outputs = [*(one.output for one in found.rankings), *found.still]
    told = of_sweep.moved(found)
    moves = of_sweep.influences(found)
    if len(told) <= of_sweep.MOST:  # all of it stands in the answer
        moves = replace(moves, points=[])
    spread = [] if found.about["ranks"] else [_spread(outputs)]
    return Report(
        "Report of a sensitivity analysis",
        question(sweep, outputs),
        [plain(sweep.design.why or "")],
        told[: of_sweep.MOST],
        of_sweep.basis(outputs, RANGES),
        [
            moves,
            *spread,
            of_sweep.factors(sweep),
            of_sweep.assumed(sweep),
            limits(),
            of_sweep.origin(sweep, command(found)),
        ],
    )


def question(sweep: Sweep, outputs: list[Output]) -> str:
    """What is asked: by name where that is short."""
    titles = list(dict.fromkeys(one.title for one in outputs))
    if len(titles) > NAMED:
        return f"What moves the outcomes? {of_sweep.title_of(sweep)}"
    return f"What moves {' and '.join(titles)}?"


def _spread(outputs: list[Output]) -> Section:
    """How the outcomes themselves are spread: the sign of an effect may be unclear."""
    shown = of_sweep.spread(outputs[: of_sweep.MOST])
    points = of_sweep.spread_sentences(outputs)
    return Section(shown.title, points=points, drawings=shown.drawings)


def command(found: Sensitivity) -> str:
    """The command that analyses the sweep again."""
    about = found.about
    words = ["moat", "sensitivity", about["sweep"]]
    words += [word for name in about["outcomes"] for word in ("--outcome", name)]
    words += [word for month in about["months"] for word in ("--month", month)]
    words += [f"--{flag}" for flag in ("effect", "ranks") if about[flag]]
    return shlex.join(words)
