"""The report of a sensitivity analysis: what moves an outcome, by how much, how sure that is."""

from __future__ import annotations

from dataclasses import replace

from sim.analysis.outputs import Output
from sim.analysis.sensitivity import Sensitivity
from sim.sweeps.store import Sweep
from viz.report import sweep as sweep_report
from viz.report.origin import command
from viz.report.page import Report
from viz.report.scenario import one_line
from viz.text.sensitivity import titled

NAMED = 2  # outcomes in a headline
RANGES = (
    "Brackets hold the 95 % confidence interval of a measure, and the range of 90 % of worlds "
    "of an outcome."
)


def report(sweep: Sweep, sensitivity: Sensitivity) -> Report:
    """The report of a sensitivity analysis."""
    outputs = [*(ranking.output for ranking in sensitivity.rankings), *sensitivity.still]
    sentences = sweep_report.influence_sentences(sensitivity)
    influences = sweep_report.influences(sensitivity)
    if len(sentences) <= sweep_report.MOST:  # all of it stands in the answer
        influences = replace(influences, points=[])
    # The outcomes themselves, whose sign may be unclear; ranks have no distribution of their own.
    points = [sweep_report.spread_sentence(output) for output in outputs]
    spread = (
        []
        if sensitivity.about["ranks"]
        else [sweep_report.spread(outputs[: sweep_report.MOST], points)]
    )
    return Report(
        "Report of a sensitivity analysis",
        _question(sweep, outputs),
        [one_line(sweep.design.why or "")],
        sentences[: sweep_report.MOST],
        sweep_report.basis(outputs, RANGES),
        [
            influences,
            *spread,
            *sweep_report.foundations(sweep, analysis_command(sensitivity)),
        ],
    )


def _question(sweep: Sweep, outputs: list[Output]) -> str:
    """What is asked: by name where that is short."""
    titles = list(dict.fromkeys(titled(output) for output in outputs))
    if len(titles) > NAMED:
        return f"What moves the outcomes? {sweep_report.title_of(sweep)}"
    return f"What moves {' and '.join(titles)}?"


def analysis_command(sensitivity: Sensitivity) -> str:
    """The command that analyses the sweep again."""
    about = sensitivity.about
    return command(
        "sensitivity",
        about["sweep"],
        outcome=about["outcomes"],
        month=about["months"],
        effect=about["effect"],
        no_effect=len(about["branches"]) > 1 and not about["effect"],
        ranks=about["ranks"],
    )
