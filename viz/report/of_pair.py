"""The sections of a comparison: effects with their ranges, by channel where that is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sim.experiments.io import SavedSplit
from sim.experiments.parts import Explanation
from sim.experiments.verdict import verdict
from sim.record.results import Results
from viz.figures.overview import EFFECT_CAPTION, EFFECTS
from viz.figures.parts import parts_figure
from viz.report.assumptions import assumptions
from viz.report.differences import differences
from viz.report.drawing import drawn, panel, whole
from viz.report.figures import beside_figure, effect_panel
from viz.report.of_run import table_of
from viz.report.page import Section, Table
from viz.report.words import told_month
from viz.text.explained import method
from viz.text.explained import sentence as by_channel
from viz.text.screen import WORDED
from viz.text.sentences import effect

ANSWERED = ("lead_months", "innovation_effect", "compute_ratio", "domestic_share", "supplier_loss")
HANGS_ON = ("lead_months", "innovation_effect")
SIZES = ("mean", "median", "p5", "p95", "standard_error", "sampling_error")  # in the unit
NAMED = 3  # channels that an answer names
BESIDE = (  # outcomes shown side by side, and whether on a log scale
    ("lead_months_observed", False),
    ("china_frontier", False),
    ("efficiency_ratio", True),
    ("china_compute", True),
    ("domestic_share", False),
    ("application_share", False),
)
BESIDE_CAPTION = (
    "Lines: medians over {worlds} worlds; bands: 50 % and 90 % of worlds (uncertain parameters, "
    "and luck). The runs have the same worlds: bands that overlap do not make a difference "
    "unclear, the paired effects tell that. Dotted verticals: acts of the first scenario."
)


def question(pairs: Sequence[Results | Explanation]) -> str:
    """What a comparison answers, of one scenario or several against the same."""
    named: dict[str, list[str]] = {}
    for one in pairs:
        this, other = (f"“{one.about[role]['title']}”" for role in ("scenario", "against"))
        named.setdefault(other, []).append(this)
    asked = "; ".join(f"{' or '.join(these)} against {other}" for other, these in named.items())
    return f"What difference does it make: {asked}?"


def bare(text: str, name: str) -> str:
    """A sentence without the outcome's name for programs."""
    return text.replace(f" ({name})", "")


def told(effects: Results, names: tuple[str, ...]) -> list[str]:
    """Effects in words, by the rules of `moat compare`."""
    month = told_month(effects)
    return [effect(verdict(effects, name, month)) for name in names]


def subject(pairs: Sequence[Results | Explanation]) -> str:
    """Of whom the sentences speak."""
    against = {one.about["against"]["title"] for one in pairs}
    if len(against) > 1:
        return ""
    who = f"“{pairs[0].about['scenario']['title']}”" if len(pairs) == 1 else "each"
    return f"What {who} has done, compared with “{against.pop()}” in the same worlds:"


def answer(effects: Results) -> list[str]:
    """The answer of a comparison: lead, innovation, compute, home chips, what it costs."""
    return told(effects, ANSWERED)


def explained(found: Explanation) -> list[str]:
    """The answer of a split: each effect, with the channels through which most of it goes."""
    return [
        bare(by_channel(in_points(split), found.month, NAMED), name)
        for name, split in found.splits.items()
    ]


def in_points(split: Any) -> Any:
    """A split (`Split` or `SavedSplit`); a share in percentage points, which add up as it does."""
    if split.unit != "share":
        return split
    rows = [
        replace(part, **{name: 100 * getattr(part, name) for name in SIZES}) for part in split.rows
    ]
    return SavedSplit(split.name, "percentage points", rows)


def sections(effects: Results) -> list[Section]:
    """What a comparison shows, and where its scenarios differ."""
    a, b = (effects.about[role] for role in ("scenario", "against"))
    versus = f"“{a['title']}” against “{b['title']}”"
    caption = EFFECT_CAPTION.format(worlds=effects.about["worlds"], a=a["name"], b=b["name"])
    drawings = [
        panel(
            partial(_panel, name),
            effects,
            caption if at == 0 else "",
            f"{versus}: effect on {name} over time, median with 50 and 90 % of paired worlds; the "
            "numbers stand in the table of effects.",
        )
        for at, name in enumerate(EFFECTS)
    ]
    others = tuple(name for name in WORDED if name not in ANSWERED)
    shown = Section(f"Effects: {versus}", points=told(effects, others), drawings=drawings)
    return [shown, table_of(effects, f"Effects of {versus}")]


def _panel(name: str, axes, effects: Results) -> None:
    effect_panel(effects, name, axes)


def differ(effects: Results | Explanation, is_named: bool) -> Section:
    """Where the two scenarios differ; with their names where there are several such sections."""
    a, b = (effects.about[role] for role in ("scenario", "against"))
    return differences(a, b, f"“{a['title']}” and “{b['title']}”" if is_named else "")


def assumed(effects: Results) -> Section:
    """What the effects hang on."""
    return assumptions(effects, HANGS_ON)


def beside(runs: list[Results]) -> Section:
    """Several runs of the same worlds, outcome by outcome."""
    caption = BESIDE_CAPTION.format(worlds=runs[0].about["worlds"])
    names = ", ".join(run.about["scenario"]["title"] for run in runs)
    drawings = [
        drawn(
            beside_figure(runs, name, log),
            caption if at == 0 else "",
            f"{name} of {names}, medians with 50 and 90 % of worlds",
        )
        for at, (name, log) in enumerate(BESIDE)
    ]
    return Section("Side by side", drawings=drawings)


def channels(found: Explanation) -> Section:
    """An effect by channel: sentences, bars, a table for each outcome."""
    splits = {name: in_points(split) for name, split in found.splits.items()}
    points = [bare(by_channel(split, found.month), name) for name, split in splits.items()]
    drawings, rows = [], []
    for at, (name, split) in enumerate(splits.items()):
        one = Explanation({name: split}, found.month, found.about)
        drawing = whole(parts_figure(one), f"Effect on {name} in {found.month} by channel, as bars")
        drawings.append(drawing if at == 0 else replace(drawing, caption=""))
    for split in splits.values():
        rows += split_rows(split)
    head = ["outcome, unit", "by", "mean", "error", "5 %", "median", "95 %", "up in", "sign"]
    table = Table("Every part with its range over worlds", head, rows, folded=True)
    return Section("By which channels", [method(found)], points, drawings, [table])


def split_rows(split) -> list[list[str]]:
    """Rows of a split, by the rules of `moat explain`."""
    from viz.text.explained import table

    columns = [list(column.cells) for column in table(split).columns]
    return [[f"{split.name}, {split.unit}", *cells] for cells in zip(*columns, strict=True)]
