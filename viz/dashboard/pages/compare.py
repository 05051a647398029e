"""The page Compare: up to four scenarios in one chart, a table of outcomes, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import solara
from markupsafe import Markup

from sim.outcomes.catalogue import label_of, meaning_of, unit_of
from sim.scenario.paths import is_number, join_key
from viz.dashboard.charts.fan_chart import number_text, overlay
from viz.dashboard.charts.panels import LEAD, PANELS, Line, Panel
from viz.dashboard.charts.svg import element
from viz.dashboard.controls import button, html, select
from viz.dashboard.pages.answer import Waiting
from viz.dashboard.pages.notices import Empty
from viz.dashboard.state import available
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import Ensemble, SupersededError
from viz.dashboard.state.limits import MAX_COMPARED
from viz.dashboard.state.session import Session, Simulation
from viz.figures.marks import when
from viz.text.format import counted, number, percent, ranged

LOOKS = ("case", "second", "third", "fourth")
TABLED = (
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
Compared = list[tuple[EditedScenario, Ensemble]]


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

    def work() -> Compared:
        def is_wanted(_: int) -> bool:
            return session.compared.value == others

        return [(scenario, session.ensemble(scenario, is_wanted)) for scenario in others]

    dependencies = [(others, session.worlds.value, session.seed.value)]
    task = solara.lab.use_task(work, dependencies=dependencies, raise_error=False)
    Chosen(session)
    if task.pending:
        solara.ProgressLinear(True)
    elif task.error and not isinstance(task.exception, SupersededError):
        solara.Error(f"Cannot be compared: {task.exception}")
    elif task.finished:
        Comparison(session, simulation, side_by_side(simulation, task.value or []))


def side_by_side(simulation: Simulation, others: Compared) -> Compared:
    """The scenario on the page, then the others; while there are none, the baseline."""
    baseline = simulation.differing_baseline
    if not others and baseline is not None:
        others = [(EditedScenario(baseline.name), baseline)]
    months = simulation.ensemble.months
    others = [pair for pair in others if pair[0] != simulation.scenario]
    return [
        (simulation.scenario, simulation.ensemble),
        *(pair for pair in others if pair[1].months == months),
    ]


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
                title=f"Take {label} out",
            )
        solara.Text(f"Up to {MAX_COMPARED + 1} in all; the worlds are the same in each.")


def name_of(scenario: EditedScenario) -> str:
    """A scenario in a legend: title, and how many keys were changed."""
    title, count = available.title_of(scenario.name), len(scenario.changes)
    return f"{title} + {counted(count, 'change')}" if count else title


@solara.component
def Comparison(session: Session, simulation: Simulation, scenarios: Compared):
    """Chart, table, differences."""
    panels = chart_panels()
    title, set_title = solara.use_state(next(iter(panels)))
    panel, month = panels[title], simulation.ensemble.months[session.at(simulation)]
    names = [name_of(scenario) for scenario, _ in scenarios]
    ensembles = [ensemble for _, ensemble in scenarios]

    def draw() -> Markup:
        return overlay(panel, [*zip(ensembles, LOOKS, names, strict=False)], (1000.0, 290.0))

    svg = solara.use_memo(draw, [title, tuple(map(id, ensembles))])
    with solara.Div(classes=["moat-panel"]):
        select("Outcome", list(panels), title, set_title)
        html(legend(names))
        html(svg)
        note = f"{panel.note} Unit: {panel.unit}. Lines: medians; bands: 50 % of "
        note += f"{ensembles[0].worlds} worlds, which differ in uncertain parameters and in luck."
        html(note, "moat-note", tag="p")
    with solara.Div(classes=["moat-panel", "moat-scroll"]):
        caption = f"Outcomes in {when(month)}: median [90 % of worlds]"
        html(html_table(caption, "", names, outcomes(ensembles, month)))
        html(keys_table(names, [item.tree for item in ensembles]))


def chart_panels() -> dict[str, Panel]:
    """Panels of a single outcome, by title."""
    single = [panel for panel in (LEAD, *PANELS) if len(panel.lines) == 1]
    drawn = {panel.lines[0].outcome for panel in single}
    others = [
        Panel(name, label_of(name).capitalize(), unit_of(name), (Line(name),), meaning_of(name))
        for name in TABLED
        if name not in drawn
    ]
    return {panel.title: panel for panel in [*single, *others]}


def outcomes(ensembles: Sequence[Ensemble], month: str) -> list[Row]:
    """Rows of outcomes: median and 90 % of worlds in each scenario."""

    def cell(name: str, ensemble: Ensemble) -> str:
        at = ensemble.months.index(month)
        if name == "lead_reversed":
            return f"{percent(ensemble.outcomes[name][at].mean())} of worlds"
        return number_text(ensemble, name, at, unit_of(name))

    return [
        (
            label_of(name),
            f"{meaning_of(name)} ({unit_of(name)})",
            [cell(name, ensemble) for ensemble in ensembles],
        )
        for name in TABLED
    ]


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
        same = "The scenarios say the same: add another one."
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
