"""The report of a discovery: where a condition comes about, in boxes, questions and a map."""

from __future__ import annotations

import shlex

from sim.analysis.discover import Discovery
from sim.sweeps.store import Sweep
from viz.figures.discovery import boxes_figure
from viz.figures.plane import plane_figure
from viz.report import of_sweep
from viz.report.differences import plain
from viz.report.drawing import whole
from viz.report.limits import limits
from viz.report.page import Report, Section, of_terminal
from viz.text.discovery import boxes_table, holds, map_sentence, sentences, tree_table

READING = (
    "A box is a few limits on factors inside which the condition holds more often. “Holds in”: "
    "share of the worlds inside; “of the cases”: share of the worlds in which it holds that lie "
    "inside. “By chance”: how probable a box as dense would be if that limit did not matter. "
    "“Again”: in what share of halves of the sample the same side is limited too."
)
SHARES = (
    "Shares are of the worlds of the design; they are chances only where it draws from the priors."
)


def report(sweep: Sweep, found: Discovery) -> Report:
    """The report of a discovery."""
    outputs = found.cases.outputs
    return Report(
        "Report of a discovery",
        f"Where does it come about that {holds(found)}?",
        [plain(sweep.design.why or "")],
        answer(found),
        f"{of_sweep.basis(outputs)} {SHARES}",
        [
            _boxes(found),
            _tree(found),
            *_map(found),
            of_sweep.spread(outputs),
            of_sweep.factors(sweep),
            of_sweep.assumed(sweep),
            limits(),
            of_sweep.origin(sweep, command(found)),
        ],
    )


def answer(found: Discovery) -> list[str]:
    """How often it holds, how its outcomes are spread, then where it holds."""
    first, *others = sentences(found)
    return [first, *of_sweep.spread_sentences(found.cases.outputs), *others]


def _boxes(found: Discovery) -> Section:
    alt = f"Boxes in which {found.cases.text}: the peeling, and what each keeps of a factor's range"
    drawing = whole(boxes_figure(found), alt)
    table = of_terminal(boxes_table(found))
    return Section("Boxes", [READING], drawings=[drawing], tables=[table] if table.rows else [])


def _tree(found: Discovery) -> Section:
    words = ["A tree asks one question after another; each row is an end of it, the densest first."]
    caption = f"Where {found.cases.text}, by questions"
    return Section("A few questions", words, tables=[of_terminal(tree_table(found), caption)])


def _map(found: Discovery) -> list[Section]:
    plane = found.plane
    if plane is None:
        return []
    alt = f"Map of {plane.output.label} over {plane.across.name} and {plane.up.name}: size and sign"
    drawing = whole(plane_figure(plane, found.about["branches"]), alt, plate=True)
    return [Section("The map", [map_sentence(plane)], drawings=[drawing])]


def command(found: Discovery) -> str:
    """The command that searches the sweep again."""
    about = found.about
    words = ["moat", "discover", about["sweep"], "--outcome", about["asked"]]
    words += ["--effect"] if all(about["effect"]) else []
    words += ["--map", *about["mapped"]] if about["mapped"] else []
    words += ["--density", str(about["density_asked"])] if about["density_asked"] else []
    return shlex.join(words)
