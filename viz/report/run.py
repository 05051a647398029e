"""The report of a run: lead, moat, efficiency, compute, money, use, network, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sim.outcomes.presentation import label_of
from sim.record.results import Results
from sim.research.forecasting.own import OwnObservation
from viz.figures import network
from viz.figures import run as figures
from viz.figures.observations import observations_figure
from viz.figures.panels import Panel
from viz.report.assumptions import assumptions
from viz.report.drawing import Drawing, panel_drawing, whole
from viz.report.limits import limits
from viz.report.origin import run_origin
from viz.report.page import CAVEAT, MEDIANS, Report, Section, Table
from viz.report.scenario import one_line, scenario_section
from viz.text import run_answer as sentences
from viz.text.binding import METHOD, lines_of_run
from viz.text.format import capitalised, counted
from viz.text.months import reported_month, shown_months
from viz.text.notes import notes_on
from viz.text.outcome_tables import with_ranges
from viz.text.results import WORDED, gaps, which_worlds

DEPENDS = ("lead_months", "china_frontier", "domestic_share")  # outcomes of the answer
THEMES: tuple[tuple[str, Callable[[Results], str], tuple[Panel, ...]], ...] = (
    ("The lead", sentences.capability, (figures.LEAD, figures.CAPABILITY)),
    ("The moat", sentences.moat, (figures.REPLICATION, figures.EROSION)),
    ("Efficiency", sentences.efficiency, (figures.EFFICIENCY,)),
    (
        "Compute and home chips",
        sentences.compute,
        (figures.COMPUTE, figures.HOME_CHIPS, figures.POWER),
    ),
    (
        "Money and application",
        sentences.money,
        (figures.REVENUE, figures.PRICE, figures.WORTH, figures.INVESTMENT, figures.SHARES),
    ),
)


def report(results: Results, own: Sequence[OwnObservation] = ()) -> Report:
    """The report of a run."""
    about, scenario = results.about, results.about["scenario"]
    year = reported_month(results)[:4]
    return Report(
        "Report of a run",
        f"{scenario['title']}: who leads in {year}, by how much, and why?",
        [one_line(scenario["resolved"]["why"])],
        sentences.answer(results),
        f"{counted(about['worlds'], 'possible world')}, {results.months[0]} to "
        f"{results.months[-1]}. {which_worlds(scenario['ensemble'])} {MEDIANS} {CAVEAT}",
        [
            *figure_sections(results, own=own),
            *_binding(results),
            outcome_tables(results),
            scenario_section(scenario),
            assumptions(results, DEPENDS),
            limits(),
            run_origin([about]),
        ],
        notes=notes_on(about),
    )


def figure_sections(
    results: Results, prefix: str = "", own: Sequence[OwnObservation] = ()
) -> list[Section]:
    """The figures of a run by theme; the prefix stands before the headings."""
    title = results.about["scenario"]["title"]
    span = f"{results.months[0]} to {results.months[-1]}"
    caption = figures.caption_of(results, own)
    sections = []
    for heading, sentence, panels in THEMES:
        drawings = [
            panel_drawing(
                partial(panel.draw, results=results, own=own),
                f"{title}: {panel.title}, {panel.unit}, {span}, median with 50 and 90 % of worlds; "
                "the numbers are in the table of outcomes.",
                caption if panel is panels[0] else "",
            )
            for panel in panels
        ]
        sections.append(Section(f"{prefix}{heading}", [sentence(results)], drawings=drawings))
    if any(one.target.outcome in results.outcomes for one in own):
        beside = observations_figure(results, own)
        alt = f"{title}: your observations, a panel for each series, beside the run"
        sections.append(Section(f"{prefix}Your observations", drawings=[whole(beside, alt)]))
    tied = Section(f"{prefix}Supply network", drawings=[_network(results)])
    return [*sections, tied]


def _binding(results: Results) -> list[Section]:
    """What holds Chinese chips and US compute back."""
    found = lines_of_run(results)
    return [Section("What binds", [*found, METHOD])] if found else []


def _network(results: Results) -> Drawing:
    """The network of the month of the answer."""
    month = reported_month(results)
    alt = (
        f"{results.about['scenario']['title']}: network of tool and memory makers, foundries, "
        f"chip suppliers, labs and markets in {month}"
    )
    return whole(network.network_figure(results, month), alt)


def outcome_tables(results: Results, title: str = "Outcomes") -> Section:
    """Outcomes at year ends: the main ones, and all of them on demand."""
    whose = "of differences between" if results.is_comparison else "of"
    basis = f"at year ends: median [5 %, 95 %] {whose} {results.about['worlds']} worlds"
    head = ["outcome, unit", *shown_months(results)]
    main, every = {}, []
    for name, unit, *ranges in with_ranges(results, shown_months(results)).rows:
        cells = [text.replace(", ", ",\u00a0") for text in ranges]  # no break at the comma
        label = capitalised(label_of(name))
        main[name] = [label if unit == "1" else f"{label}, {unit}", *cells]
        meaning = one_line(results.outcomes[name].attrs["meaning"])
        every.append([f"{name}, {unit}", *cells, meaning])
    rows = [main[name] for name in WORDED if name in main]
    tables = [
        Table(f"{title} {basis}", head, rows, is_numeric=True),
        Table(
            f"All {len(every)} with their names and meanings, {basis}",
            [*head, "meaning"],
            every,
            is_folded=True,
            is_numeric=True,
        ),
    ]
    return Section(title, gaps(results), tables=tables)
