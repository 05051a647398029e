"""The top of the page: the question, what the answer is, and how sure."""

from __future__ import annotations

from functools import partial

import solara
from markupsafe import Markup

from sim.experiments.verdict import Verdict, verdict
from viz.dashboard.charts.chart_panel import name_of
from viz.dashboard.controls import button, html
from viz.dashboard.pages.answer_text import level
from viz.dashboard.pages.cards import CARDS, OUTCOMES, Cards, card_html, in_short
from viz.dashboard.state import available
from viz.dashboard.state.answers import (
    Effect,
    ShippedAnswer,
    is_shipped,
    shipped,
    simulated,
)
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.dashboard.state.view import AGAINST, START, View
from viz.text.format import counted, date
from viz.text.sentences import effect as sentence

ABOUT = (
    "moat simulates the competition of US and Chinese AI month by month, in many possible worlds. "
    "Each is run twice, with the same luck and one thing changed: the difference is the effect."
)
QUESTION = "Did constraint spur innovation?"
CONTROLS = "What the controls did"
IN_A_LINE = ("lead_months", "innovation_effect")
LINE = Markup('<h2 class="moat-line">{}</h2><p>{}</p>')
PRESETS = (
    "strict_enforcement",
    "sell_everything",
    "tools_only",
    "open_weights_closed",
    "efficiency_breakthrough_china",
    "us_power_wall",
)


def known_answer(session: Session) -> ShippedAnswer | None:
    """The answer that was computed before, where it is one to what is on the page."""
    return shipped() if session.saved is None and is_shipped(session.view()) else None


@solara.component
def Question(session: Session):
    """The question on the page, and its answer in cards."""
    simulation = session.simulation.value
    effects = solara.use_memo(lambda: _effects(simulation), [simulation])  # not at each month
    known = known_answer(session)
    is_busy = session.progress.value is not None
    look = ["moat-answer", *(["working"] if is_busy else []), *(["known"] if known else [])]
    with solara.Div(classes=look):
        if known:
            month = known.at if simulation is None else session.at(simulation)
            Asked(session, QUESTION, known.months[month], known.whose)
            Cards(session, known.effects, month, known.splits if month == known.at else {})
            html(again(session, known.effects, effects, month), "moat-note", tag="p")
        elif simulation is None:
            Waiting(session)
        elif simulation.effects is None:
            html(LINE.format(*level(simulation, session.at(simulation))))
        else:
            month = session.at(simulation)
            label = simulation.ensemble.months[month]
            worlds = counted(simulation.ensemble.worlds, "world")
            Asked(session, _question(session), label, worlds, is_busy)
            Cards(session, effects, month, {})
        if session.saved is None:
            Presets(session)


@solara.component
def AnswerLine(session: Session):
    """The answer without cards, for pages that are about something else."""
    simulation, known = session.simulation.value, known_answer(session)
    if simulation is None:
        Waiting(session)
        return
    month = session.at(simulation)
    label, worlds = simulation.ensemble.months[month], ""
    found: list[Verdict] = []
    if known:
        found, worlds = (
            [known.effects[one].verdict_at(month) for one in IN_A_LINE],
            known.whose_verdicts,
        )
    elif simulation.effects is not None:
        found = [verdict(simulation.effects, one, label) for one in IN_A_LINE]
        worlds = counted(simulation.ensemble.worlds, "world")
    text = LINE.format(*(map(sentence, found) if found else level(simulation, month)))
    is_busy = session.progress.value is not None
    with solara.Div(classes=["moat-answer", *(["working"] if is_busy else [])]):
        html(text, aria_live="polite")
        if found:
            scenario = name_of(simulation.scenario)
            html(between(f"“{scenario}”", session.reference, label, worlds), "moat-note", tag="p")


def _question(session: Session) -> str:
    scenario = session.scenario.value
    if scenario.changes:
        return "What does your change do?"
    if scenario.name == START and session.reference == AGAINST:
        return QUESTION
    return f"What does “{available.title_of(scenario.name)}” change?"


def _effects(simulation: Simulation | None) -> dict[str, Effect]:
    """The effects of the cards in the worlds on the page; none while there is no difference."""
    if simulation is None or simulation.effects is None:
        return {}
    return {name: simulated(simulation.effects, name) for name in OUTCOMES}


@solara.component
def Asked(session: Session, question: str, month: str, worlds: str, is_busy: bool = False):
    """The question, and between what the cards compare, in which worlds."""
    scenario = session.scenario.value
    changed = ", changed" if scenario.changes else ""
    title = f"“{available.title_of(scenario.name)}”{changed}"
    busy = Markup(' <span class="badge busy">{}</span>').format(busy_words(session))
    text = asked_html(question, title, session.reference, month, worlds, busy if is_busy else "")
    html(text, aria_live="polite")


def asked_html(
    question: str, title: str, reference: str, month: str, worlds: str, busy: str = ""
) -> Markup:
    """What the page is about, the question, and what is compared."""
    what = f"{CONTROLS}: " if question == QUESTION else ""
    compared = between(title, reference, month, worlds)
    return Markup('<p class="moat-about">{}</p><h2>{}{}</h2><p>{}{}</p>').format(
        ABOUT, question, busy, what, compared
    )


def between(title: str, reference: str, month: str, worlds: str) -> str:
    """Between what an effect is, by when, and in which worlds.

    Args:
        worlds: in words: how many, and of which forms.
    """
    against = f"against “{available.title_of(reference)}”"
    return f"{title} {against}, by {date(month)}, in {worlds}."


def opening_html() -> Markup:
    """The shipped answer as it stands before the page can be used."""
    known = shipped()
    title = f"“{available.title_of(START)}”"
    cards = (card_html(card, known.effects, known.at, known.splits) for card in CARDS)
    return Markup('<div class="moat-answer">{}<div class="moat-cards">{}</div></div>').format(
        asked_html(QUESTION, title, AGAINST, known.month, known.whose),
        Markup("").join(Markup('<div class="moat-card">{}</div>').format(card) for card in cards),
    )


def again(session: Session, known: dict[str, Effect], found: dict[str, Effect], month: int) -> str:
    """What the worlds that were simulated here say of the same question.

    Args:
        known: the shipped effects; found: those of the worlds on the page, none before.
    """
    if not found:
        words = busy_words(session)
        return f"Computed before and shipped. This machine simulates the charts: {words}"
    pairs = [(known[name].verdict_at(month), found[name].verdict_at(month)) for name in found]
    sizes = ", ".join(in_short(here) for _, here in pairs)
    agree = sum(there.certainty == here.certainty for there, here in pairs)
    return (
        f"Simulated here in {session.worlds.value} worlds of the reference form: {sizes}; "
        f"{agree} of {len(pairs)} verdicts are the same."
    )


def busy_words(session: Session) -> str:
    """What is being done for a visitor who waits."""
    before = session.waiting.value
    return f"waiting: {before} ahead of you" if before else "simulating ..."


@solara.component
def Presets(session: Session):
    """Questions to start with, one click each."""
    scenario = session.scenario.value
    with solara.Div(classes=["moat-presets"]):
        if scenario != View().scenario:
            button(CONTROLS, partial(session.open, START))
        for name in PRESETS:
            if name in available.paths() and name != scenario.name:
                button(available.title_of(name), partial(session.open, name))


@solara.component
def Waiting(session: Session):
    """Before the first result: what is being done."""
    if "" not in session.problems.value:
        text = "Eleven years, month by month, in every world."
        if session.waiting.value:
            text = f"First {counted(session.waiting.value, 'simulation')} of other visitors."
        text_of = Markup("<h2>Simulating {} worlds ...</h2><p>{}</p>")
        html(text_of.format(session.worlds.value, text))
        solara.ProgressLinear(True)
