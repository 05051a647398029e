"""The page Compare: up to four scenarios in one chart, a table of outcomes, and what differs."""

from __future__ import annotations

from html import escape

import solara

from viz.dashboard.charts.fan_chart import overlay
from viz.dashboard.pages.answer import Waiting
from viz.dashboard.pages.compare_table import MOST_KEYS, chart_panels, differing, table
from viz.dashboard.state import available as stories
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.ensemble import Ensemble, SupersededError
from viz.dashboard.state.limits import MOST_COMPARED
from viz.dashboard.state.session import Found, Session
from viz.figures.marks import when

LOOKS = ("case", "second", "third", "fourth")


@solara.component
def Compare(session: Session):
    """The case on the page beside others that were chosen or kept."""
    found = session.found.value
    if session.saved is not None:
        text = "<h3>Nothing to compare</h3><p>A saved run is replayed alone.</p>"
        solara.HTML(unsafe_innerHTML=text, classes=["moat-panel", "moat-empty"])
    elif found is None:
        Waiting(session)
    else:
        Beside(session, found)


@solara.component
def Beside(session: Session, found: Found):
    """Simulates the others, then shows all."""
    chosen = session.compared.value
    asked = (chosen, session.worlds.value, session.seed.value)

    def work() -> list[tuple[Case, Ensemble]]:
        still = lambda _: session.compared.value == chosen  # noqa: E731
        return [(case, session.ensemble(case, still)) for case in chosen]

    task = solara.lab.use_task(work, dependencies=[asked], raise_error=False)
    Chosen(session)
    if task.pending:
        solara.ProgressLinear(True)
    elif task.error and not isinstance(task.exception, SupersededError):
        solara.Error(f"Cannot be compared: {task.exception}")
    elif task.finished:
        Shown(session, beside(found, task.value))


def beside(found: Found, chosen: list[tuple[Case, Ensemble]]) -> list[tuple[Case, Ensemble]]:
    """The case on the page, then the chosen ones; while none is chosen, the baseline."""
    if not chosen and found.effects is not None:
        chosen = [(Case(found.baseline.name), found.baseline)]
    others = [one for one in chosen if one[0] != found.case]
    return [
        (found.case, found.this),
        *(one for one in others if one[1].months == found.this.months),
    ]


@solara.component
def Chosen(session: Session):
    """Which cases stand beside the one on the page."""
    names = dict(stories.titled())
    full = len(session.compared.value) >= MOST_COMPARED

    def add(title: str) -> None:
        session.keep_for_comparison(Case(names[title]))

    with solara.Div(classes=["moat-panel", "moat-row"]):
        solara.Button(
            "Keep the scenario on the page",
            on_click=lambda: session.keep_for_comparison(session.case.value),
            icon_name="mdi-pin-outline",
            small=True,
            outlined=True,
            disabled=full,
        )
        solara.Select(
            "Add a scenario",
            values=list(names),
            value=None,
            on_value=add,
            dense=True,
            disabled=full,
        ).key(f"after {session.compared.value}")  # a new one is empty again
        for case in session.compared.value:
            label = called(case)
            solara.Button(
                f"{label} ×",
                on_click=lambda case=case: session.leave_comparison(case),
                small=True,
                outlined=True,
                attributes={"aria-label": f"Take {label} out"},
            )
        solara.Text(f"Up to {MOST_COMPARED + 1} in all; the worlds are the same in each.")


def called(case: Case) -> str:
    """A case in a legend: title, and how many keys were changed."""
    count = len(case.changes)
    title = stories.name_of(case.scenario)
    return title if not count else f"{title} + {count} change{'s' if count > 1 else ''}"


@solara.component
def Shown(session: Session, cases: list[tuple[Case, Ensemble]]):
    """Chart, table, differences."""
    found = session.found.value
    panels = chart_panels()
    title, set_title = solara.use_state(next(iter(panels)))
    month = found.this.months[session.at(found)]
    names = [called(case) for case, _ in cases]
    ensembles = [one for _, one in cases]

    def draw() -> str:
        shown = list(zip(ensembles, LOOKS, names, strict=False))
        return overlay(panels[title], shown, (1000.0, 290.0))

    svg = solara.use_memo(draw, [title, tuple(map(id, ensembles))])
    with solara.Div(classes=["moat-panel"]):
        solara.Select("Outcome", values=list(panels), value=title, on_value=set_title, dense=True)
        solara.HTML(unsafe_innerHTML=legend(names))
        solara.HTML(unsafe_innerHTML=svg)
        note = f"{panels[title].note} Unit: {panels[title].unit}. Lines: medians; bands: 50 % of "
        note += f"{found.this.worlds} worlds, which differ in uncertain parameters and in luck."
        solara.HTML(tag="p", unsafe_innerHTML=escape(note), classes=["moat-note"])
    with solara.Div(classes=["moat-panel", "moat-scroll"]):
        solara.HTML(unsafe_innerHTML=outcomes_table(names, ensembles, month))
        rows = differing([one.tree for one in ensembles])
        solara.HTML(unsafe_innerHTML=keys_table(names, rows))


def legend(names: list[str]) -> str:
    """Colour, stroke and name of each case."""
    return "".join(
        f'<span class="legend"><svg width="34" height="10" class="fan" aria-hidden="true">'
        f'<g class="{look}"><path class="middle" d="M0 5H34"/></g></svg>{escape(name)}</span>'
        for look, name in zip(LOOKS, names, strict=False)
    )


def outcomes_table(names: list[str], ensembles: list[Ensemble], month: str) -> str:
    """Outcomes at a month, a column a case."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in names)
    lines = [
        f'<tr><th scope="row" title="{escape(meaning)}">{escape(label)}</th>'
        + "".join(f'<td title="{escape(meaning)}">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for label, meaning, cells in table(ensembles, month)
    ]
    caption = f"Outcomes in {when(month)}: median [90 % of worlds]"
    return (
        f"<table><caption>{caption}</caption><thead><tr><th></th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def keys_table(names: list[str], rows: list[tuple[str, list[str]]]) -> str:
    """The keys of the scenarios that differ."""
    if not rows:
        return "<p>The scenarios say the same: add another one.</p>" if len(names) > 1 else ""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in names)
    lines = [
        f'<tr><th scope="row">{escape(key)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for key, cells in rows[:MOST_KEYS]
    ]
    more = f" (the first {MOST_KEYS} of {len(rows)})" if len(rows) > MOST_KEYS else ""
    return (
        f"<table class='keys'><caption>What differs{more}</caption><thead><tr><th>key</th>{head}"
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
