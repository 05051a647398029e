"""The report of a sweep: what varied, how outcomes are spread, what moves them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sim.analysis.outputs import Output, default_names, last_month, read_outputs
from sim.analysis.sensitivity import Sensitivity, sensitivity
from sim.experiments.io import scenario_of
from sim.experiments.verdict import verdict_of, verdict_on_effect
from sim.record.stored import read_about
from sim.scenario.errors import ScenarioError
from sim.scenario.paths import meaning_at
from sim.sweeps.factors import Factor
from sim.sweeps.store import Sweep, finished
from viz.figures.sensitivity import distribution_panel, influence_figure, luck_of
from viz.report.assumptions import TITLE, Numbers
from viz.report.drawing import panel_drawing, whole
from viz.report.limits import limits
from viz.report.origin import sweep_origin
from viz.report.page import CAVEAT, Drawing, Report, Section, Table, from_terminal
from viz.report.scenario import one_line
from viz.text.format import SHORT, capitalised, counted, exact, ranged, unit
from viz.text.sensitivity import left_out, level_means, ranking_table, sentences, titled
from viz.text.sentences import shares

INFLUENCES = "What moves the outcomes"
LISTED = 8  # levels of a factor that are written out
MOST = 5  # outcomes of which distributions and influences are shown
SIZE = (7.6, 2.4)  # inches of a distribution
RUNS = (
    "Numbers are medians over the runs of the design, with the range of 90 % of runs. Shares of "
    "runs are no probabilities, unless the design draws from the priors."
)
CAPTION = (
    "Share of the sweep's runs in each bin; runs beyond the 1st and 99th percentile stand in "
    "the outermost bins. They are shares of the design, and probabilities only where the design "
    "draws from the priors. Solid line: median; dashed lines: 5 and 95 %."
)


def report(sweep: Sweep) -> Report:
    """The report of a sweep."""
    outputs, undefined = outputs_of(sweep)
    return Report(
        "Report of a sweep",
        one_line(sweep.design.why or "") or title_of(sweep),
        [f"{title_of(sweep)}: {counted(len(sweep.points), 'point')} of a design."],
        [*map(spread_sentence, outputs), *undefined],
        basis(outputs),
        [
            factors(sweep),
            spread(outputs),
            _influences(sweep, outputs),
            assumed(sweep),
            limits(),
            sweep_origin(sweep),
        ],
    )


def foundations(sweep: Sweep, analysis: str) -> list[Section]:
    """The last sections of an analysis of a sweep.

    Args:
        analysis: its command.
    """
    return [factors(sweep), assumed(sweep), limits(), sweep_origin(sweep, analysis)]


def basis(outputs: list[Output], ranges: str = RUNS) -> str:
    """The worlds on which a sweep rests, and what ranges mean."""
    first = outputs[0]
    each = counted(first.replicates, "world")
    luck = f"the same {each}" if first.same_luck else f"{each} of its own"
    return f"{len(first.points)} points of the design, {luck} at each. {ranges} {CAVEAT}"


def title_of(sweep: Sweep) -> str:
    """Its question."""
    return sweep.about.get("title") or sweep.design.title


def outputs_of(sweep: Sweep) -> tuple[list[Output], list[str]]:
    """What is shown of a sweep: effects where it has two branches, else outcomes.

    Returns:
        the first that are defined in all worlds, and a sentence on each that is not.
    """
    is_effect = len(sweep.branches) > 1
    names = default_names(sweep, is_effect)
    outputs, left_out = read_outputs(sweep, names, [last_month(sweep)], is_effect)
    return outputs[:MOST], [f"Not shown: {label} {why}." for label, why in left_out.items()]


def spread_sentence(output: Output) -> str:
    """One distribution over the runs of a sweep in words."""
    values = output.values.ravel()[None]
    unit, month = output.unit, output.month
    if output.is_effect:
        found = verdict_on_effect(output.name, unit, month, [month], values)
    else:
        found = verdict_of(output.name, unit, month, [month], values)
    size = f"{ranged(found.median, found.low, found.high, found.unit, SHORT)}"
    sentence = f"{capitalised(titled(output))}: median {size}"
    if not output.is_effect:
        return f"{sentence}."
    sides = shares(found.share_positive, found.share_negative)
    return f"{sentence}, {sides.replace('of worlds', 'of runs')}."


def spread(outputs: list[Output], points: list[str] | None = None) -> Section:
    """How each output is spread over the worlds, as figures."""
    drawings = [
        panel_drawing(
            partial(distribution_panel, output=output),
            f"Distribution of {titled(output)} over the runs of the sweep",
            "" if at else CAPTION,
            SIZE,
        )
        for at, output in enumerate(outputs)
    ]
    return Section("Distribution of the outcomes", points=points or [], drawings=drawings)


def factors(sweep: Sweep) -> Section:
    """What was varied, and between which ends."""
    scenario = _numbers(sweep).scenario
    rows = [
        [
            factor.name,
            factor.key or "named sets",
            meaning_at(scenario, factor.key),
            _values(factor),
            unit(factor.unit),
        ]
        for factor in sweep.factors
    ]
    branches = counted(len(sweep.branches), "branch")
    texts = [
        f"{len(sweep.points)} points ({sweep.design.sampler.kind}), {sweep.design.replicates} "
        f"worlds each, {branches} ({' against '.join(sweep.branches)})."
    ]
    done = len(finished(sweep.folder))
    if done < sweep.blocks:
        texts.append(f"The sweep is not finished: {done} of {sweep.blocks} blocks are done.")
    head = ["factor", "key", "meaning", "values", "unit"]
    return Section("What was varied", texts, tables=[Table("The factors", head, rows)])


def _values(factor: Factor) -> str:
    """What a factor can be."""
    if factor.kind == "switch":
        return "off, on"
    if factor.levels is not None:
        levels = [
            exact(float(f"{level:.4g}")) if isinstance(level, float) else str(level)
            for level in factor.levels
        ]
        ends = f"{len(levels)} values from {levels[0]} to {levels[-1]}"
        return ", ".join(levels) if len(levels) <= LISTED else ends
    if factor.low is None or factor.high is None:
        return "as its prior"
    scale = ", evenly on a log scale" if factor.log else ""
    return f"[{exact(factor.low)}, {exact(factor.high)}]{scale}"


def assumed(sweep: Sweep) -> Section:
    """Every number of the scenario that was swept, where the sweep says it."""
    names = ", ".join(factor.name for factor in sweep.factors)
    text = (
        "All numbers that are not factors are as listed below: fixed, or drawn for each world if "
        f"they have a range. Factors ({names}) are listed with their values in the scenario."
    )
    return Section(TITLE, [text], tables=[_numbers(sweep).table()])


def _numbers(sweep: Sweep) -> Numbers:
    """The numbers of the scenario that was swept, the first where there are two."""
    about = read_about(sweep.folder, "sweep")
    return Numbers(scenario_of(about["scenarios"][0]))


def _influences(sweep: Sweep, outputs: list[Output]) -> Section:
    """What moves the outputs, or why that cannot be said."""
    names, is_effect = [output.name for output in outputs], outputs[0].is_effect
    try:
        ranking = sensitivity(sweep, names, effect=is_effect)
    except ScenarioError as wrong:
        problems = "; ".join(str(problem) for problem in wrong.problems)
        return Section(INFLUENCES, [f"This sweep cannot show it: {problems}."])
    return influences(ranking)


def influences(sensitivity: Sensitivity) -> Section:
    """What moves each output: sentences, figures, a table each."""
    drawings: list[Drawing] = []
    for ranking in sensitivity.rankings:
        alt = f"What moves {ranking.output.label}, factor by factor"
        drawing = whole(influence_figure(sensitivity, ranking), alt)
        short = f"Read as the first; {luck_of(ranking)}"
        drawings.append(replace(drawing, caption=short) if drawings else drawing)
    tables = [
        from_terminal(ranking_table(ranking), is_folded=True, is_numeric=True)
        for ranking in sensitivity.rankings
    ]
    points = influence_sentences(sensitivity)
    return Section(INFLUENCES, points=points, drawings=drawings, tables=tables)


def influence_sentences(sensitivity: Sensitivity) -> list[str]:
    """A few sentences for each output."""
    still = [f"Nothing in this sweep moves {titled(output)}." for output in sensitivity.still]
    texts = (
        ". ".join([sentences(one).rstrip("."), *level_means(one)]) + "."
        for one in sensitivity.rankings
    )
    return [*texts, *still, *left_out(sensitivity)]
