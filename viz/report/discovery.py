"""The report of a discovery: where a condition comes about, in boxes, questions and a map."""

from __future__ import annotations

from sim.analysis.discover import Discovery
from sim.sweeps.store import Sweep
from viz.figures.discovery import boxes_figure
from viz.figures.plane import plane_figure
from viz.report import sweep as sweep_report
from viz.report.drawing import whole
from viz.report.origin import command
from viz.report.page import Report, Section, from_terminal
from viz.report.scenario import one_line
from viz.text.discovery import boxes_table, holds, map_sentence, sentences, tree_table

READING = (
    "A box is a few limits on factors inside which the condition holds more often. “Holds in”: "
    "share of the runs inside; “of the cases”: share of the runs in which it holds that lie "
    "inside. “p-value”: how probable a box as dense would be if that limit did not matter. "
    "“Found again”: in what share of halves of the sample the same side is limited too."
)
SHARES = (
    "Shares are of the runs of the design; they are probabilities only where it draws from the "
    "priors."
)


def report(sweep: Sweep, discovery: Discovery) -> Report:
    """The report of a discovery."""
    outputs = discovery.cases.outputs
    return Report(
        "Report of a discovery",
        f"Under which assumptions does this hold: {holds(discovery)}?",
        [one_line(sweep.design.why or "")],
        answer(discovery),
        f"{sweep_report.basis(outputs)} {SHARES}",
        [
            _boxes(discovery),
            _tree(discovery),
            *_map(discovery),
            sweep_report.spread(outputs),
            *sweep_report.foundations(sweep, search_command(discovery)),
        ],
    )


def answer(discovery: Discovery) -> list[str]:
    """How often it holds, how its outcomes are spread, then where it holds."""
    first, *others = sentences(discovery)
    return [first, *map(sweep_report.spread_sentence, discovery.cases.outputs), *others]


def _boxes(discovery: Discovery) -> Section:
    condition = discovery.cases.text
    alt = f"Boxes in which {condition}: the peeling, and what each keeps of a factor's range"
    drawing = whole(boxes_figure(discovery), alt)
    table = from_terminal(boxes_table(discovery))
    return Section("Boxes", [READING], drawings=[drawing], tables=[table] if table.rows else [])


def _tree(discovery: Discovery) -> Section:
    text = (
        "A decision tree asks one question after another. Each row is one end of the tree. The "
        "ends in which the condition holds most often come first."
    )
    table = from_terminal(tree_table(discovery), f"Where {discovery.cases.text}, by questions")
    return Section("Decision tree", [text], tables=[table])


def _map(discovery: Discovery) -> list[Section]:
    plane = discovery.plane
    if plane is None:
        return []
    alt = f"Map of {plane.output.label} over {plane.across.name} and {plane.up.name}: size and sign"
    drawing = whole(plane_figure(plane, discovery.about["branches"]), alt, is_plate=True)
    return [Section("The map", [map_sentence(plane)], drawings=[drawing])]


def search_command(discovery: Discovery) -> str:
    """The command that searches the sweep again."""
    about = discovery.about
    return command(
        "discover",
        about["sweep"],
        outcome=about["asked"],
        effect=all(about["effect"]),
        map=tuple(about["mapped"] or ()),
        density=about["density_asked"] or None,
    )
