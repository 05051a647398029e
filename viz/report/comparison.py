"""The report of a comparison: effects with their ranges, and its parts where it was split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sim.experiments.parts import Explanation
from sim.experiments.verdict import verdict
from sim.outcomes.presentation import label_of
from sim.record.results import Results
from sim.research.forecasting.own import OwnObservation
from viz.figures.comparison import effect_caption, effect_panel, names_of, runs_panel
from viz.figures.explanation import parts_figure
from viz.report.assumptions import assumptions
from viz.report.drawing import panel_drawing, whole
from viz.report.limits import limits
from viz.report.origin import run_origin
from viz.report.page import (
    CAVEAT,
    MEANS,
    MEDIANS,
    UNCLEAR,
    UNCLEAR_PARTS,
    Drawing,
    Report,
    Section,
    Table,
    from_terminal,
)
from viz.report.read import Pair, ReportInput
from viz.report.run import figure_sections, outcome_tables
from viz.report.scenario import differences, one_line
from viz.text.acts import with_act_names
from viz.text.explanation import in_points, method, sentence, table
from viz.text.months import reported_month
from viz.text.notes import notes_on
from viz.text.results import WORDED, leading, which_worlds, why_little
from viz.text.sentences import effect
from viz.text.structures import beside

DEPENDS = ("lead_months", "innovation_effect")  # outcomes whose assumptions are named
NAMED = 3  # parts that an answer names
FIRST = 2  # sentences of each pair where there are several
SIDE_BY_SIDE = {  # outcomes of several runs, and whether on a log scale
    "lead_months": False,
    "china_frontier": False,
    "efficiency_ratio": True,
    "china_compute": True,
    "domestic_share": False,
    "application_share": False,
}
SIDE_BY_SIDE_CAPTION = (
    "Lines: medians of each run over {worlds} worlds; bands: 50 % and 90 % of worlds (uncertain "
    "parameters, and luck). How far two lines are apart is the difference of the medians, not the "
    "effect: the effect is the median of the differences world by world, and stands above. Bands "
    "that overlap do not make it unclear. Dotted verticals: acts of the first scenario."
)


def report(inputs: ReportInput, own: Sequence[OwnObservation] = ()) -> Report:
    """The report of one comparison or several, of explanations, and of the runs behind them."""
    pairs = _distinct(inputs.pairs)
    about = inputs.pairs[0].about
    reasons = {
        pair.about[role]["title"]: one_line(pair.about[role]["resolved"]["why"])
        for pair in pairs
        for role in ("scenario", "against")
    }
    return Report(
        "Report of a comparison",
        _question(pairs),
        [f"“{title}”: {why}" for title, why in reasons.items()],
        _answer(inputs, is_one_pair=len(pairs) == 1),
        f"{about['worlds']} paired worlds: same luck, same parameters, other policies. "
        f"{which_worlds(about['scenario']['ensemble'])} "
        f"{MEDIANS if inputs.comparisons else MEANS} {CAVEAT}",
        _sections(inputs, pairs, own),
        UNCLEAR_PARTS if inputs.explanations else UNCLEAR,
        _subject(pairs),
        list(dict.fromkeys(text for pair in pairs for text in notes_on(pair.about))),
    )


def _distinct[P: (Results, Explanation, Pair)](results: Sequence[P]) -> list[P]:
    """One result for each pair of scenarios."""
    pairs: dict[tuple[str, ...], P] = {}
    for result in results:
        key = tuple(result.about[role]["hash"] for role in ("scenario", "against"))
        pairs.setdefault(key, result)
    return list(pairs.values())


def _sections(
    inputs: ReportInput, pairs: list[Pair], own: Sequence[OwnObservation]
) -> list[Section]:
    sections = [
        section for effects in _distinct(inputs.comparisons) for section in _effects(effects)
    ]
    sections += [_parts(explanation) for explanation in inputs.explanations]
    sections += [_side_by_side(inputs.runs)] if len(inputs.runs) > 1 else []
    for run in inputs.runs[:1]:
        sections += figure_sections(run, f"{run.about['scenario']['title']}: ", own)
    for pair in pairs:
        first, second = (pair.about[role] for role in ("scenario", "against"))
        sections.append(differences(first, second, is_named=len(pairs) > 1))
    sections += [assumptions(effects, DEPENDS) for effects in inputs.comparisons[:1]]
    return [*sections, limits(), run_origin(inputs.abouts)]


def _question(pairs: Sequence[Pair]) -> str:
    """What a comparison answers, of one scenario or several against the same."""
    compared: dict[str, list[str]] = {}
    for pair in pairs:
        title, against = (f"“{pair.about[role]['title']}”" for role in ("scenario", "against"))
        compared.setdefault(against, []).append(title)
    named = "; ".join(
        f"{' or '.join(titles)} against {against}" for against, titles in compared.items()
    )
    return f"What difference does it make: {named}?"


def _subject(pairs: Sequence[Pair]) -> str:
    """Of whom the sentences speak."""
    against = {pair.about["against"]["title"] for pair in pairs}
    if len(against) > 1:
        return ""
    who = f"“{pairs[0].about['scenario']['title']}”" if len(pairs) == 1 else "each"
    return f"Effects of {who}, compared with “{against.pop()}” in the same worlds:"


def _answer(inputs: ReportInput, is_one_pair: bool) -> list[str]:
    """Five sentences for one pair; for several each pair's first two, with its name."""
    if not inputs.comparisons:
        return [
            text
            for explanation in inputs.explanations
            for text in _split_sentences(explanation, NAMED)
        ]
    if is_one_pair:
        only = inputs.comparisons[0]
        return [*_leading_sentences(only), *filter(None, [beside(only.about)])]
    return [
        f"“{effects.about['scenario']['title']}”: {text}"
        for effects in inputs.comparisons
        for text in _leading_sentences(effects)[:FIRST]
    ]


def _leading_sentences(effects: Results) -> list[str]:
    """The sentences with which `moat compare` begins."""
    return [effect(verdict(effects, name, month)) for name, month in leading(effects)]


def _effect_sentences(effects: Results, names: Sequence[str]) -> list[str]:
    """Effects in words, by the rules of `moat compare`."""
    month = reported_month(effects)
    return [effect(verdict(effects, name, month)) for name in names]


def _split_sentences(explanation: Explanation, most: int | None = None) -> list[str]:
    """Each effect with its parts, by the rules of `moat explain`."""
    named = with_act_names(explanation)
    return [sentence(named, name, most) for name in named.splits]


def _effects(effects: Results) -> list[Section]:
    """Effects in words and over time, then a table."""
    versus = "“{}” against “{}”".format(
        *(effects.about[role]["title"] for role in ("scenario", "against"))
    )
    drawings = [
        panel_drawing(
            partial(effect_panel, results=effects, name=name),
            f"{versus}: effect on {label_of(name)} over time, median with 50 and 90 % of paired "
            "worlds; the numbers stand in the table of effects.",
            "" if at else effect_caption(effects),
        )
        for at, name in enumerate(names_of(effects))
    ]
    named = {name for name, _ in leading(effects)}
    others = [name for name in WORDED if name not in named]
    points = _effect_sentences(effects, others)
    why = why_little(effects)
    shown = Section(f"Effects: {versus}", [why] if why else [], points, drawings)
    return [shown, outcome_tables(effects, f"Effects of {versus}")]


def _side_by_side(runs: list[Results]) -> Section:
    """Several runs of the same worlds, outcome by outcome."""
    caption = SIDE_BY_SIDE_CAPTION.format(worlds=runs[0].about["worlds"])
    titles = ", ".join(run.about["scenario"]["title"] for run in runs)
    drawings = [
        panel_drawing(
            partial(runs_panel, runs=runs, name=name, is_log=is_log),
            f"{name} of {titles}, medians with 50 and 90 % of worlds",
            "" if at else caption,
        )
        for at, (name, is_log) in enumerate(SIDE_BY_SIDE.items())
    ]
    return Section("Side by side", drawings=drawings)


def _parts(explanation: Explanation) -> Section:
    """An effect by channel, instrument or act: sentences, bars, a table of all parts."""
    explanation = with_act_names(explanation)
    splits = {name: in_points(split) for name, split in explanation.splits.items()}
    month, by, head = explanation.month, explanation.by, ["outcome, unit"]
    drawings: list[Drawing] = []
    rows: list[list[str]] = []
    for name, split in splits.items():
        alone = replace(explanation, splits={name: split})
        drawing = whole(parts_figure(alone), f"Effect on {name} in {month} by {by}, as bars")
        drawings.append(replace(drawing, caption="") if drawings else drawing)
        if not split.share_defined:
            continue  # the sentence says why
        parts = from_terminal(table(split))
        head = ["outcome, unit", *parts.head]
        rows += [[f"{name}, {split.unit}", *row] for row in parts.rows]
    every = Table("Every part with its range over worlds", head, rows, is_folded=True)
    points = _split_sentences(explanation)
    title = f"Effects by {by}"
    return Section(title, [method(explanation)], points, drawings, [every])
