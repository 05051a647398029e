"""The page Why: the difference against the baseline, split by its causes, in the background."""

from __future__ import annotations

from html import escape

import solara

from viz.dashboard.pages.explaining import OUTCOMES, CancelledError, Splitting, start
from viz.dashboard.state.session import Session
from viz.figures.parts import parts_figure
from viz.figures.svg import as_svg
from viz.text.explained import method, sentence

NOTICEABLE = 0.02  # of the work, between two tellings


@solara.component
def Why(session: Session):
    """Asks for the split, shows its progress, then figure and sentences."""
    found = session.found.value
    asked, ask = solara.use_state(None)
    progress = solara.use_reactive(0.0)

    def tell(share: float) -> None:
        if share - progress.peek() >= NOTICEABLE:  # each telling draws the page anew
            progress.set(share)

    def work():
        return asked and start(asked, tell, lambda: session.explaining is asked)

    task = solara.lab.use_task(work, dependencies=[asked], raise_error=False)
    solara.use_effect(lambda: lambda: setattr(session, "explaining", None), [])
    if found is None or found.effects is None:
        Nothing(session)
        return
    month = found.this.months[session.at(found)]
    wanted = Splitting(found.case, session.baseline.value, month, session.seed.value)

    def begin(what: Splitting | None) -> None:
        progress.set(0.0)
        session.explaining = what
        ask(what)

    is_busy = task.pending and asked is not None
    is_done = asked == wanted and (task.pending or task.finished)
    Ask(session, wanted, begin, is_done, progress.value if is_busy else None)
    if task.error and not isinstance(task.exception, CancelledError):
        solara.Error(f"The effect could not be split: {task.exception}")
    elif task.finished and task.value is not None:
        Split(task.value)


@solara.component
def Ask(session: Session, wanted: Splitting, begin, is_done: bool, share: float | None):
    """What can be asked for, and how far it is.

    Args:
        share: of the work that is done (None: nothing is under way).
    """
    with solara.Div(classes=["moat-panel"]):
        solara.HTML(unsafe_innerHTML=f"<h3>{escape(title(session))}</h3>")
        solara.Text(
            "Both scenarios run again with channels switched off one after another, in many "
            "orders (Shapley values); the parts add up to the whole difference in every world. "
        )
        with solara.Row(gap="10px"):
            label = f"Split the effect at {wanted.month}"
            solara.Button(
                label,
                on_click=lambda: begin(wanted),
                color="primary",
                small=True,
                disabled=is_done,
            )
            if share is not None:
                solara.Button("Stop", on_click=lambda: begin(None), small=True, outlined=True)
                solara.Text(f"{share:.0%} of {wanted.worlds} worlds in every order")
        if share is not None:
            solara.ProgressLinear(100 * share)


def title(session: Session) -> str:
    """What is to be explained."""
    found = session.found.value
    return f"Why “{found.this.title}” differs from “{found.baseline.title}”"


@solara.component
def Nothing(session: Session):
    """When there is no difference to explain."""
    with solara.Div(classes=["moat-panel", "moat-empty"]):
        if session.saved is not None:
            text = "A saved run stands alone: there is no baseline to explain a difference from."
        else:
            text = (
                "Nothing differs from the baseline yet. Move a lever or choose another scenario, "
                "then come back to see which channels its effect goes through."
            )
        solara.HTML(unsafe_innerHTML=f"<h3>Nothing to explain</h3><p>{text}</p>")


@solara.component
def Split(found):
    """Sentences and figure of a split."""
    drawn = solara.use_memo(lambda: as_svg(parts_figure(found)), [found])
    with solara.Div(classes=["moat-panel"]):
        told = [
            f"<p>{escape(sentence(found.splits[name], found.month))}</p>"
            for name in OUTCOMES
            if name in found.splits
        ]
        solara.HTML(unsafe_innerHTML="".join(told), classes=["moat-sentences"])
        solara.HTML(unsafe_innerHTML=drawn, classes=["moat-figure"])
        solara.HTML(tag="p", unsafe_innerHTML=escape(method(found)), classes=["moat-note"])
