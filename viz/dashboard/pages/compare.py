"""The page Compare: up to four scenarios in one chart, a table of outcomes, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import solara
from markupsafe import Markup

from sim.experiments.verdict import Verdict, verdict
from sim.outcomes.catalogue import meaning_of, unit_of
from sim.outcomes.presentation import POINTS, title_of
from sim.scenario.paths import is_number, join_key
from viz.dashboard.charts.chart import Chart, Layer
from viz.dashboard.charts.chart_panel import (
    DIFFERENCES,
    ChartFiles,
    ChartSwitches,
    Marked,
    differences_of,
    name_of,
)
from viz.dashboard.charts.differences import Differences
from viz.dashboard.charts.fan_chart import NARROW, number_text
from viz.dashboard.charts.panels import LEAD, PANELS, Line, Panel
from viz.dashboard.charts.svg import element
from viz.dashboard.controls import button, html, select
from viz.dashboard.pages.answer import Waiting
from viz.dashboard.pages.cards import OUTCOMES
from viz.dashboard.pages.notices import Empty
from viz.dashboard.state import available
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import SHOWN, Ensemble, SupersededError, effects
from viz.dashboard.state.limits import MAX_COMPARED
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.text.format import SHORT, capitalised, number, percent, ranged, signed_amount, when
from viz.text.sentences import size

LOOKS = ("case", "second", "third", "fourth")
TABLED = (  # of the cards the first, which is a difference only, comes first
    OUTCOMES[0],
    "lead_months",
    "us_frontier",
    "china_frontier",
    "efficiency_ratio",
    "compute_ratio",
    "replication_cost",
    "moat_half_life",
    "quality_price",
    "domestic_share",
    "domestic_share_units",
    "domestic_share_value",
    "application_share",
    "china_use_abroad",
    "us_supplier_revenue",
    "us_supplier_revenue_china",
    "value_chips",
    "lead_reversed",
)
MOST_KEYS = 60
TEXT_KEYS = ("title", "why", "source", "note", "description", "about")  # not compared
Row = tuple[str, str, list[str]]  # head, meaning, a cell a scenario
LEVELS = (
    "Lines: medians; bands: 50 % of {worlds} worlds, which differ in uncertain parameters and in "
    "luck."
)
OF_DIFFERENCES = (
    "Each scenario minus “{against}” in the same world (same luck, same parameters). Lines: "
    "medians of the differences; bands: 50 % of {worlds} worlds. Above 0: more than there."
)
LARGE = (1000.0, 290.0)


@dataclass(frozen=True, eq=False)
class Compared:
    """One scenario of the comparison.

    Attributes:
        ensemble: as it is shown.
        differences: from the page's baseline, in the same worlds (None: there are none, or charts
            show levels).
    """

    scenario: EditedScenario
    ensemble: Ensemble
    differences: Differences | None = None

    @property
    def name(self) -> str:
        """Title, and how many keys were changed."""
        return name_of(self.scenario)


@solara.component
def Compare(session: Session):
    """The scenario on the page beside others that were added."""
    simulation = session.simulation.value
    if session.saved is not None:
        Empty("Nothing to compare", "A saved run is replayed alone.")
    elif simulation is None:
        Waiting(session)
    else:
        Others(session, simulation)


@solara.component
def Others(session: Session, simulation: Simulation):
    """Simulates the others, then shows all."""
    others = session.compared.value
    charts = session.compare_charts
    with_differences = charts.value == DIFFERENCES and simulation.effects is not None

    def work() -> list[Compared]:
        def is_wanted(_: int) -> bool:
            return session.compared.value == others

        against = None
        if with_differences:
            against = session.ensemble(EditedScenario(session.reference), is_wanted)
        return [
            compared(session, session.ensemble(scenario, is_wanted), scenario, against)
            for scenario in others
        ]

    inputs = (session.worlds, session.seed, session.start, charts)
    dependencies = [
        others,
        with_differences,
        session.reference,
        *(value.value for value in inputs),
    ]
    task = solara.lab.use_task(work, dependencies=dependencies, raise_error=False)
    Chosen(session)
    ChartSwitches(session, simulation, is_compare=True)
    if task.pending:
        solara.ProgressLinear(True)
    elif task.error and not isinstance(task.exception, SupersededError):
        solara.Error(f"Cannot be compared: {task.exception}")
    elif task.finished:
        found = side_by_side(simulation, task.value or [], with_differences)
        Comparison(session, simulation, found, with_differences)


def compared(
    session: Session, raw: Ensemble, scenario: EditedScenario, baseline: Ensemble | None
) -> Compared:
    """A scenario of the comparison.

    Args:
        raw: its worlds, as simulated.
        baseline: that is subtracted (None: levels are shown).
    """
    differs = baseline is not None and raw is not baseline and raw.months == baseline.months
    differences = Differences(effects(raw, baseline)) if baseline and differs else None
    return Compared(scenario, session.shown(raw), differences)


def side_by_side(
    simulation: Simulation, others: Sequence[Compared], with_differences: bool = False
) -> list[Compared]:
    """The scenario on the page, then the others; while there are none, the baseline.

    Args:
        with_differences: leave those out that do not differ from the baseline.
    """
    own = differences_of(simulation) if with_differences else None
    page = Compared(simulation.scenario, simulation.ensemble, own)
    baseline = simulation.differing_baseline
    if not others and baseline is not None:
        others = [Compared(EditedScenario(baseline.name), baseline)]
    others = [one for one in others if one.scenario != page.scenario]
    months = simulation.ensemble.months
    found = [page, *(one for one in others if one.ensemble.months == months)]
    return [one for one in found if one.differences] if with_differences else found


@solara.component
def Chosen(session: Session):
    """Which scenarios are compared with the one on the page."""
    names = dict(available.titles())
    compared = session.compared.value
    is_full = len(compared) >= MAX_COMPARED

    def add(title: str) -> None:
        session.add_to_comparison(EditedScenario(names[title]))

    with solara.Div(classes=["moat-panel", "moat-row"]):
        button(
            "Keep the scenario on the page",
            lambda: session.add_to_comparison(session.scenario.value),
            "mdi-pin-outline",
            disabled=is_full,
        )
        select("Add a scenario", [*names], None, add, disabled=is_full).key(
            f"after {compared}"
        )  # a new one is empty again
        for scenario in compared:
            label = name_of(scenario)
            button(
                f"{label} ×",
                partial(session.remove_from_comparison, scenario),
                title=f"Remove {label}",
            )
        solara.Text(f"Up to {MAX_COMPARED + 1} scenarios, in the same worlds.")


@solara.component
def Comparison(
    session: Session, simulation: Simulation, found: Sequence[Compared], with_differences: bool
):
    """Chart, table, differences."""
    panels = chart_panels(with_differences)
    chosen, set_title = solara.use_state("")
    title = chosen if chosen in panels else next(iter(panels))
    month, names = simulation.ensemble.months[session.at(simulation)], [one.name for one in found]
    chart = solara.use_memo(
        lambda: chart_of(session, panels[title], found, with_differences),
        [title, with_differences, tuple(id(one.differences or one.ensemble) for one in found)],
    )
    drawings = solara.use_memo(lambda: (chart.svg(LARGE)[0], chart.svg(NARROW)[0]), [chart])
    with solara.Div(classes=["moat-panel"]):
        select("Outcome", list(panels), title, set_title)
        html(legend(names))
        Marked(*drawings)
        note = f"{chart.panel.note} {chart.caption}"
        html(note, "moat-note", tag="p")
        ChartFiles(session, simulation, chart)
    with solara.Div(classes=["moat-panel", "moat-scroll"]):
        what = "Paired differences" if with_differences else "Outcomes"
        worlds = f"the {simulation.ensemble.worlds} worlds simulated here"
        caption = f"{what} in {when(month)}: median and 90 % of {worlds}"
        html(html_table(caption, "", names, outcomes(found, month)))
        html(keys_table(names, [one.ensemble.tree for one in found]))


def chart_of(
    session: Session, panel: Panel, found: Sequence[Compared], with_differences: bool
) -> Chart:
    """One outcome of all scenarios in one chart."""
    text, against = LEVELS, available.title_of(session.reference)
    first = found[0].differences
    if with_differences and first is not None:
        panel, text = first.panel(panel, against), OF_DIFFERENCES
    layers = tuple(
        Layer(one.differences or one.ensemble, one.name, look)
        for one, look in zip(found, LOOKS, strict=False)
    )
    caption = text.format(worlds=found[0].ensemble.worlds, against=against)
    name = f"comparison-{panel.name}"
    return Chart(panel, layers, name, caption, is_overlay=True)


def chart_panels(with_differences: bool = False) -> dict[str, Panel]:
    """Panels of a single outcome, by title; that of the question first, where it can be drawn."""
    single = [panel for panel in (LEAD, *PANELS) if len(panel.lines) == 1]
    drawn = {panel.lines[0].outcome for panel in single}
    others = [
        Panel(
            name, title_of(name), unit_of(name), (Line(name),), f"{capitalised(meaning_of(name))}."
        )
        for name in tabled(with_differences)
        if name not in drawn
    ]
    first = [panel for panel in others if panel.name == OUTCOMES[0]]
    return {panel.title: panel for panel in [*first, *single, *others]}


def tabled(with_differences: bool) -> tuple[str, ...]:
    """Outcomes of the table; without differences those that a scenario has by itself."""
    return tuple(name for name in TABLED if with_differences or name in SHOWN)


def outcomes(found: Sequence[Compared], month: str) -> list[Row]:
    """Rows of outcomes: median and 90 % of worlds of each scenario, or of its differences."""

    def cell(name: str, one: Compared) -> str:
        at = one.ensemble.months.index(month)
        if one.differences is not None:
            return _difference(verdict(one.differences.effects, name, month))
        if name == "lead_reversed":
            return f"{percent(one.ensemble.outcomes[name][at].mean())} of worlds"
        return number_text(one.ensemble, name, at, unit_of(name))

    return [
        (
            title_of(name),
            f"{meaning_of(name)} ({unit_of(name)})",
            [cell(name, one) for one in found],
        )
        for name in tabled(any(one.differences is not None for one in found))
    ]


def _difference(found: Verdict) -> str:
    """A verdict in a cell; of what is the case or not, by how much that has become more likely."""
    if not found.is_defined:
        return found.undefined
    if found.is_of_probability:
        return signed_amount(100 * (found.share_positive - found.share_negative), POINTS, SHORT)
    return size(found)


def differences(trees: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Keys of the resolved scenarios that are not the same in all, with each one's value."""
    flat = [dict(_leaves(tree, ())) for tree in trees]
    keys = sorted(set().union(*flat))
    rows = {key: [tree.get(key) for tree in flat] for key in keys}
    return [
        (key, "", [_text(value) for value in values])
        for key, values in rows.items()
        if any(_number(value) != _number(values[0]) for value in values)
    ]


def _number(value: Any) -> Any:
    """Of a number only itself, without its source."""
    return (value.get("value"), value.get("prior")) if is_number(value) else value


def _leaves(node: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[tuple[str, Any]]:
    for key, value in node.items():
        if key in TEXT_KEYS:
            continue
        if isinstance(value, Mapping) and not is_number(value):
            yield from _leaves(value, (*path, key))
        else:
            yield join_key((*path, key)), value


def _text(value: Any) -> str:
    """A value in a cell: a number, or the median of its prior with 5 and 95 %."""
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        if "value" in value:
            return number(value["value"])
        prior = value["prior"]
        names = ("p5", "p95") if "p5" in prior and "p95" in prior else ("low", "high")
        low, high = (prior[name] for name in names)
        return ranged(prior.get("median", prior.get("mode", (low + high) / 2)), low, high)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def legend(names: list[str]) -> Markup:
    """Colour, stroke and name of each scenario."""
    key = Markup(
        '<span class="legend"><svg width="34" height="10" class="fan" aria-hidden="true">'
        '<g class="{}"><path class="middle" d="M0 5H34"/></g></svg>{}</span>'
    )
    return Markup("").join(key.format(*both) for both in zip(LOOKS, names, strict=False))


def keys_table(names: list[str], trees: Sequence[Mapping[str, Any]]) -> Markup:
    """The keys of the scenarios that differ."""
    rows = differences(trees)
    if not rows:
        same = "These scenarios are the same: add another one."
        return element("p", same) if len(names) > 1 else Markup("")
    more = f" (the first {MOST_KEYS} of {len(rows)})" if len(rows) > MOST_KEYS else ""
    return html_table(f"What differs{more}", "key", names, rows[:MOST_KEYS], look="keys")


def html_table(
    caption: str, head: str, names: list[str], rows: list[Row], look: str = ""
) -> Markup:
    """A table with a column a scenario."""
    heads = (element("th", name, scope="col") for name in names)
    lines = []
    for label, meaning, cells in rows:
        title = meaning or None
        texts = (element("td", cell, title=title) for cell in cells)
        lines.append(element("tr", element("th", label, scope="row", title=title), *texts))
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", element("th", head), *heads)),
        element("tbody", *lines),
        look=look,
    )
