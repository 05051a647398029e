"""The report of a sweep: what varied, how outcomes are spread, what moves them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sim.analysis.outputs import Held, Output, default_names, last_month, read_output
from sim.analysis.sensitivity import Sensitivity, analyse
from sim.core.units import figure_of
from sim.experiments.io import scenario_of
from sim.experiments.verdict import verdict_of
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.sweeps.store import SESSIONS, Sweep, finished
from viz.figures import theme
from viz.figures.sensitivity import influence_figure, luck_of
from viz.report.assumptions import TITLE, all_numbers, meanings_of
from viz.report.differences import plain
from viz.report.drawing import Drawing, drawn, whole
from viz.report.limits import limits
from viz.report.page import Report, Section, Table, of_terminal
from viz.report.words import CAVEAT, RANGES
from viz.text.moved import ranking_table, sentences
from viz.text.sentences import readable

MOVES = "What moves them"
LISTED = 8  # levels of a factor that are written out
MOST = 5  # outcomes of which distributions and influences are shown
CAPTION = (
    "Share of the sweep's worlds in each bin; worlds beyond the 1st and 99th percentile stand in "
    "the outermost bins. They are shares of the design, and chances only where the design draws "
    "from the priors. Solid: median; dashed: 5 and 95 %."
)


def report(sweep: Sweep) -> Report:
    """The report of a sweep."""
    outputs = outputs_of(sweep)
    return Report(
        "Report of a sweep",
        title_of(sweep),
        [plain(sweep.design.why or "")],
        spread_sentences(outputs),
        basis(outputs),
        [*sections(sweep, outputs), assumed(sweep), limits(), origin(sweep)],
    )


def basis(outputs: list[Output], ranges: str = RANGES) -> str:
    """Of how many worlds a sweep speaks."""
    first = outputs[0]
    each = f"{first.replicates} world{'' if first.replicates == 1 else 's'}"
    luck = f"the same {each}" if first.same_luck else f"{each} of its own"
    return f"{len(first.points)} points of the design, {luck} at each. {ranges} {CAVEAT}"


def title_of(sweep: Sweep) -> str:
    """Its question."""
    return sweep.about.get("title") or sweep.design.title


def outputs_of(sweep: Sweep) -> list[Output]:
    """What is told of a sweep: effects where it has two branches, else outcomes."""
    effect = len(sweep.branches) > 1
    held = Held(sweep)
    names = default_names(held, effect)[:MOST]
    return [read_output(held, name, last_month(sweep), effect) for name in names]


def spread_sentences(outputs: list[Output]) -> list[str]:
    """How each is spread, with the share of worlds on either side where it is an effect."""
    return [spread_sentence(one) for one in outputs]


def spread_sentence(output: Output) -> str:
    """One distribution in words; an effect whose sign most worlds do not share is unclear."""
    values = output.values.ravel()[None]
    found = verdict_of(output.name, output.unit, output.month, [output.month], values)
    found = readable(found) if output.is_effect else found
    low, median, high = (figure_of(x) for x in (found.low, found.median, found.high))
    unit = "" if found.unit == "1" else f" {found.unit}"
    told = f"{output.title}: {median}{unit} [{low}, {high}]"
    if output.is_effect and found.sign == 0 and np.any(values):
        told = f"Unclear: {told}"
    if output.is_effect:
        up, down = found.share_positive, found.share_negative
        told += f", up in {up:.0%} of worlds, down in {down:.0%}"
    return f"{told[0].upper()}{told[1:]}."


def sections(sweep: Sweep, outputs: list[Output]) -> list[Section]:
    """What a sweep shows."""
    return [factors(sweep), spread(outputs), _influences(sweep, outputs)]


def spread(outputs: list[Output]) -> Section:
    """How each output is spread over the worlds, as figures."""
    drawings = [_spread(one, CAPTION if at == 0 else "") for at, one in enumerate(outputs)]
    return Section("How outcomes are spread", drawings=drawings)


def factors(sweep: Sweep) -> Section:
    """What was varied, and between which ends."""
    meanings = meanings_of(_story(sweep))
    rows = [
        [
            one.name,
            one.key or "named sets",
            meanings.get(one.key, ""),
            _between(one),
            one.unit if one.unit != "1" else "",
        ]
        for one in sweep.factors
    ]
    done = len(finished(sweep.folder))
    words = [
        f"{len(sweep.points)} points ({sweep.design.sampler.kind}), {sweep.design.replicates} "
        f"worlds each, {len(sweep.branches)} branch{'es' if len(sweep.branches) > 1 else ''} "
        f"({' against '.join(sweep.branches)})."
    ]
    if done < sweep.blocks:
        words.append(f"The sweep is not finished: {done} of {sweep.blocks} blocks are there.")
    head = ["factor", "key", "meaning", "values", "unit"]
    return Section("What was varied", words, tables=[Table("The factors", head, rows)])


def _between(factor: Any) -> str:
    if factor.kind == "switch":
        return "off, on"
    if factor.levels is not None:
        levels = [f"{one:.3g}" if isinstance(one, float) else str(one) for one in factor.levels]
        ends = f"{len(levels)} values from {levels[0]} to {levels[-1]}"
        return ", ".join(levels) if len(levels) <= LISTED else ends
    if factor.low is not None:
        return f"{factor.low:g} to {factor.high:g}{', even in the log' if factor.log else ''}"
    return "as its prior"


def _spread(output: Output, caption: str) -> Drawing:
    values = output.values.ravel()
    low, high = np.percentile(values, [1, 99])
    low, high = (low, high) if low < high else (low - 0.5, high + 0.5)
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(7.6, 2.4), layout="constrained")
        axes = figure.subplots()
        weights = np.full(values.size, 100 / values.size)
        axes.hist(np.clip(values, low, high), 40, weights=weights, color=theme.BLUE, alpha=0.75)
        for at, style in zip(np.percentile(values, [5, 50, 95]), ("--", "-", "--"), strict=True):
            axes.axvline(at, color=theme.INK, linestyle=style, linewidth=1)
        if output.is_effect:
            axes.axvline(0, color=theme.GREY, linewidth=0.9)
        axes.set_title(output.title[0].upper() + output.title[1:], pad=8)
        axes.set_xlabel("ratio" if output.unit == "1" else output.unit)
        axes.set_ylabel("% of worlds")
    alt = f"Distribution of {output.label} over the worlds of the sweep"
    return drawn(figure, caption, alt)


def assumed(sweep: Sweep) -> Section:
    """Every number of the scenario that was swept, where the sweep says it."""
    named = ", ".join(one.name for one in sweep.factors)
    words = [
        "All numbers that are no factor are as below: fixed, or drawn anew for each world where "
        f"they have a range. Factors ({named}) stand there as the scenario has them."
    ]
    return Section(TITLE, words, tables=[all_numbers(_story(sweep))])


def _story(sweep: Sweep) -> Scenario:
    """The scenario that was swept, the first where there are two."""
    about = json.loads((sweep.folder / SESSIONS).read_text("utf-8"))
    return scenario_of(about["scenarios"][0])


def origin(sweep: Sweep, again: str = "") -> Section:
    """How to make a sweep again, and what was found in it by the command `again`."""
    rows = [["found again", again]] if again else []
    rows += [["again", f"moat sweep {sweep.folder / 'design.toml'} --out FOLDER"]]
    rows += [
        [key, ", ".join(f"{name} {said}" for name, said in value.items())]
        if isinstance(value, dict)
        else [key, str(value)]
        for key, value in sweep.about.items()
        if isinstance(value, str | int | dict)
    ]
    rows += [[f"hash of {one['name']}", one["hash"]] for one in sweep.about["branches"]]
    table = Table("The sweep", ["what", "value"], rows)
    return Section("Where the numbers come from", tables=[table])


def influences_of(sweep: Sweep, outputs: list[Output]) -> Sensitivity | str:
    """What moves the outputs, or why that cannot be told."""
    effect = outputs[0].is_effect
    try:
        return analyse(
            sweep, [one.name for one in outputs], effect=effect, folder=str(sweep.folder)
        )
    except ScenarioError as wrong:
        return "; ".join(str(problem) for problem in wrong.problems)


def _influences(sweep: Sweep, outputs: list[Output]) -> Section:
    found = influences_of(sweep, outputs)
    if isinstance(found, str):
        return Section(MOVES, [f"It cannot be told from this sweep: {found}."])
    return influences(found)


def influences(found: Sensitivity) -> Section:
    """What moves each output: sentences, figures, a table each."""
    drawings = [
        whole(influence_figure(found, one), f"What moves {one.output.label}, factor by factor")
        for one in found.rankings
    ]
    others = zip(drawings[1:], found.rankings[1:], strict=True)
    drawings = [
        *drawings[:1],
        *(replace(one, caption=f"Read as the first; {luck_of(of)}") for one, of in others),
    ]
    tables = [
        replace(of_terminal(ranking_table(one)), folded=True, numeric=True)
        for one in found.rankings
    ]
    return Section(MOVES, points=moved(found), drawings=drawings, tables=tables)


def moved(found: Sensitivity) -> list[str]:
    """A few sentences for each output."""
    still = [f"Nothing in this sweep moves {one.title}." for one in found.still]
    return [*map(sentences, found.rankings), *still]
