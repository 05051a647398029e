"""The sections of a sweep: what varied, how outcomes are spread, what moves them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sim.analysis.outputs import Held, Output, default_names, last_month, read_output
from sim.analysis.sensitivity import Sensitivity, analyse
from sim.experiments.compare import judged
from sim.moved import sentences
from sim.scenario.errors import ScenarioError
from sim.screen import figure_of
from sim.sweeps.store import Sweep, finished
from viz import theme
from viz.report.drawing import Drawing, drawn, whole
from viz.report.of_pair import readable
from viz.report.page import Section, Table
from viz.sensitivity import influence_figure

MOST = 5  # outcomes of which distributions and influences are shown
CAPTION = (
    "Share of the sweep's worlds in each bin; worlds beyond the 1st and 99th percentile stand in "
    "the outermost bins. They are shares of the design, and chances only where the design draws "
    "from the priors. Black: median; dashed: 5 and 95 %."
)


def title_of(sweep: Sweep) -> str:
    """Its question."""
    return sweep.about.get("title") or sweep.design.title


def outputs_of(sweep: Sweep) -> list[Output]:
    """What is told of a sweep: effects where it has two branches, else outcomes."""
    effect = len(sweep.branches) > 1
    held = Held(sweep)
    names = default_names(held, effect)[:MOST]
    return [read_output(held, name, last_month(sweep), effect) for name in names]


def answer(outputs: list[Output]) -> list[str]:
    """How each output is spread, with the share of worlds on either side where it is an effect."""
    return [spread_sentence(one) for one in outputs]


def spread_sentence(output: Output) -> str:
    """One distribution in words; an effect whose sign most worlds do not share is unclear."""
    values = output.values.ravel()[None]
    found = judged(output.name, output.unit, output.month, [output.month], values)
    found = readable(found) if output.is_effect else found
    low, median, high = (figure_of(x) for x in (found.low, found.median, found.high))
    unit = "" if found.unit == "1" else f" {found.unit}"
    told = f"{output.title}: {median}{unit} [{low}, {high}]"
    if output.is_effect and found.sign == 0:
        told = f"Unclear: {told}"
    if output.is_effect:
        up, down = found.share_positive, found.share_negative
        told += f", up in {up:.0%} of worlds, down in {down:.0%}"
    return f"{told[0].upper()}{told[1:]}."


def sections(sweep: Sweep, outputs: list[Output]) -> list[Section]:
    """What a sweep shows."""
    spread = Section(
        "How outcomes are spread",
        drawings=[_spread(one, CAPTION if at == 0 else "") for at, one in enumerate(outputs)],
    )
    return [_factors(sweep), spread, _influences(sweep, outputs)]


def _factors(sweep: Sweep) -> Section:
    rows = [[one.name, one.key or "named sets", one.kind, _between(one), one.unit] for one in
            sweep.factors]  # fmt: skip
    done = len(finished(sweep.folder))
    words = [
        f"{len(sweep.points)} points ({sweep.design.sampler.kind}), {sweep.design.replicates} "
        f"worlds each, {len(sweep.branches)} branch{'es' if len(sweep.branches) > 1 else ''} "
        f"({' against '.join(sweep.branches)})."
    ]
    if done < sweep.blocks:
        words.append(f"The sweep is not finished: {done} of {sweep.blocks} blocks are there.")
    head = ["factor", "key", "kind", "values", "unit"]
    return Section("What was varied", words, tables=[Table("The factors", head, rows)])


def _between(factor: Any) -> str:
    if factor.kind == "switch":
        return "off, on"
    if factor.levels is not None:
        return ", ".join(str(level) for level in factor.levels)
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
    title = "What moves them"
    if isinstance(found, str):
        return Section(title, [f"It cannot be told from this sweep: {found}."])
    drawings = [
        whole(influence_figure(found, one), f"What moves {one.output.label}, factor by factor")
        for one in found.rankings
    ]
    drawings = [*drawings[:1], *(replace(one, caption="") for one in drawings[1:])]
    still = [f"Nothing in this sweep moves {one.title}." for one in found.still]
    return Section(title, points=[*map(sentences, found.rankings), *still], drawings=drawings)
