"""The page Why: the difference against the baseline, split by its causes, in the background."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import solara
from markupsafe import Markup

from sim.analysis.small_model.fitted import SmallModel, small_model_of
from sim.experiments.explain import BY, explain
from sim.experiments.parts import Explanation
from viz.dashboard.charts.chart_panel import ChartFiles, Marked
from viz.dashboard.charts.parts_chart import NARROW, WIDE, PartsChart, parts_file
from viz.dashboard.controls import button, html, select
from viz.dashboard.pages.answer import known_answer
from viz.dashboard.pages.cards import OUTCOMES
from viz.dashboard.pages.notices import Empty
from viz.dashboard.state import available
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import turns
from viz.dashboard.state.scenario_file import scenario_file
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.dashboard.state.turns import Turns
from viz.text.explanation import method, sentence
from viz.text.format import date, percent
from viz.text.small_model import account, validity

WORLDS, ORDERS = 32, 2  # a few seconds to a minute; the command `moat explain` takes more
NOTICEABLE = 0.02  # share of the work between two updates of the progress bar
HOW = {  # how a split is made, by what it is split by
    "channel": "Both scenarios run again with channels switched off one after another",
    "instrument": "The first scenario runs again with the acts of one instrument after another "
    "taken from the second",
    "act": "The first scenario runs again with one act after another taken from the second",
}
BLOCK = 128  # columns computed at once: a month of them is a short turn
_splits = Turns(1, 0, math.inf)  # one split at a time, however many wait


class CancelledError(Exception):
    """The visitor no longer wants the split."""


@dataclass(frozen=True)
class SplitRequest:
    """What is to be split: a scenario against a baseline at a month."""

    scenario: EditedScenario
    baseline: str
    month: str
    seed: int
    worlds: int = WORLDS
    by: str = BY[0]


def split(
    request: SplitRequest, progress: Callable[[float], None], is_wanted: Callable[[], bool]
) -> Explanation:
    """Split an effect by channel, instrument or act.

    Args:
        progress: called with the share done.
        is_wanted: False gives up.

    Raises:
        CancelledError: `is_wanted` said no.
    """

    def ask(_before: int = 0) -> None:
        if not is_wanted():
            raise CancelledError

    with (
        tempfile.TemporaryDirectory() as folder,
        _splits.computing(1, ask),
        turns.computing(BLOCK, ask) as pause,
    ):

        def tick(done: int, of: int) -> None:
            ask()
            progress(done / of)
            pause()

        return explain(
            _file(request, Path(folder)),
            available.paths()[request.baseline],
            OUTCOMES,
            request.worlds,
            request.seed,
            request.month,
            orders=ORDERS,
            progress=tick,
            by=request.by,
            block=BLOCK,
        )


def _named(explanation: Explanation, request: SplitRequest) -> Explanation:
    """The explanation with the names that the page uses."""
    changed = ", changed" if request.scenario.changes else ""
    explanation.about["scenario"]["name"] = f"{request.scenario.name}{changed}"
    explanation.about["against"]["name"] = request.baseline
    return explanation


def _file(request: SplitRequest, folder: Path) -> Path:
    """The scenario as a file: `explain` takes changes of one side alone only so."""
    scenario = request.scenario
    parent = available.paths()[scenario.name]
    if not scenario.changes:
        return parent
    file = folder / f"{scenario.name}.toml"
    text = scenario_file(scenario, request.worlds, request.seed, str(parent))
    file.write_text(text, "utf-8")
    return file


@solara.component
def Why(session: Session):
    """Asks for the split, shows its progress, then figure and sentences."""
    simulation, progress = session.simulation.value, solara.use_reactive(0.0)
    request, set_request = solara.use_state(cast(SplitRequest | None, None))
    by, set_by = solara.use_state(BY[0])

    def on_progress(share: float) -> None:
        if share - progress.peek() >= NOTICEABLE:  # each update draws the page anew
            progress.set(share)

    def work() -> Explanation | None:
        if request is None:
            return None
        return _named(split(request, on_progress, lambda: session.explaining is request), request)

    task = solara.lab.use_task(work, dependencies=[request], raise_error=False)
    solara.use_effect(lambda: lambda: setattr(session, "explaining", None), [])
    if simulation is None or (baseline := simulation.differing_baseline) is None:
        Nothing(session)
        return
    month = simulation.ensemble.months[session.at(simulation)]
    wanted = SplitRequest(simulation.scenario, session.reference, month, session.seed.value, by=by)

    def start(new: SplitRequest | None) -> None:
        progress.set(0.0)
        session.explaining = new
        set_request(new)

    is_busy = task.pending and request is not None
    is_done = request == wanted and (task.pending or task.finished)
    title = f"Why “{simulation.ensemble.title}” differs from “{baseline.title}”"
    Ask(title, wanted, set_by, start, is_done, progress.value if is_busy else None)
    if model := plain_model(wanted):
        Account(model)
    if request is None:
        Shipped(session, simulation, month, by)
    elif task.finished and task.value is not None:
        Split(session, simulation, task.value, method(task.value))
    elif task.error and not isinstance(task.exception, CancelledError):
        solara.Error(f"The effect could not be split: {task.exception}")


def plain_model(request: SplitRequest) -> SmallModel | None:
    """The small model of a comparison, None for one to which it was not fitted.

    Of its months it is the first that is not before the month shown, else the last.
    """
    if request.scenario.changes:
        return None
    return small_model_of(request.scenario.name, request.baseline, request.month)


@solara.component
def Account(model: SmallModel):
    """The chain of the small model in sentences."""
    with solara.Div(classes=["moat-panel"]):
        html(Markup("<h3>The plain account, by {}</h3>").format(date(model.month)))
        sentences = [Markup("<p>{}</p>").format(sentence) for sentence in account(model)]
        html(Markup("").join(sentences), "moat-sentences")
        html(validity(model), "moat-note", tag="p")


@solara.component
def Ask(
    title: str,
    wanted: SplitRequest,
    set_by: Callable[[str], None],
    start: Callable[[SplitRequest | None], None],
    is_done: bool,
    share: float | None,
):
    """What can be asked for, and how far it is.

    Args:
        share: of the work that is done (None: nothing is being computed).
    """
    with solara.Div(classes=["moat-panel"]):
        html(Markup("<h3>{}</h3>").format(title))
        solara.Text(
            f"{HOW[wanted.by]}, in many orders (Shapley values); the parts add up to the whole "
            "difference in every world. "
        )
        with solara.Row(gap="10px"):
            select("Split by", BY, wanted.by, set_by)
            button(
                f"Split the effect at {wanted.month}",
                lambda: start(wanted),
                color="primary",
                disabled=is_done,
            )
            if share is not None:
                button("Stop", lambda: start(None))
                solara.Text(f"{percent(share)} of {wanted.worlds} worlds in every order")
        if share is not None:
            solara.ProgressLinear(100 * share)


@solara.component
def Nothing(session: Session):
    """When there is no difference to explain."""
    text = (
        "Nothing differs from the baseline yet. Move a lever or choose another scenario, "
        "then come back to see which channels its effect goes through."
    )
    if session.saved is not None:
        text = "A saved run stands alone: there is no baseline to explain a difference from."
    Empty("Nothing to explain", text)


@solara.component
def Shipped(session: Session, simulation: Simulation, month: str, by: str):
    """The split that was computed before, where it is one of what is on the page."""
    known = known_answer(session)
    found = solara.use_memo(lambda: known and known.explained(by, OUTCOMES), [known, by])
    if known and found and month == found.month:
        Split(session, simulation, found, f"Computed before, in {known.whose}.")


@solara.component
def Split(session: Session, simulation: Simulation, explanation: Explanation, worlds: str):
    """Sentence and drawing of each effect that was split.

    Args:
        worlds: which ones, and how it was split.
    """

    def draw() -> tuple[PartsChart, dict[str, tuple[Markup, Markup]]]:
        chart = PartsChart(explanation, worlds)
        names = explanation.splits
        return chart, {name: (chart.svg(name, WIDE), chart.svg(name, NARROW)) for name in names}

    chart, drawings = solara.use_memo(draw, [explanation, worlds])
    with solara.Div(classes=["moat-panel", "moat-split"]):
        html(Markup("<h3>{}</h3>").format(chart.title), "moat-numbers")
        for name, both in drawings.items():
            html(sentence(explanation, name), "moat-sentence", tag="p")
            Marked(*both)
        html(chart.note, "moat-note", tag="p")
        ChartFiles(session, simulation, chart, parts_file)
