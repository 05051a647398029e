"""A visitor's session: what is on the page, what was simulated for it, and what can be done."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from functools import partial
from typing import Any
from weakref import WeakSet

import solara

from sim.scenario.errors import Problem, ScenarioError
from viz.dashboard.state import limits, link
from viz.dashboard.state.actor_series import ActorSeriesRequests, forget_actor_series
from viz.dashboard.state.available import actors, paths, resolved, usable_view
from viz.dashboard.state.bounds import Checked, of_type, one_of, whole
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import LEAST, Ensemble, SupersededError, Wanted, effects
from viz.dashboard.state.ensembles import EnsembleStore, store
from viz.dashboard.state.history import History
from viz.dashboard.state.memory import give_back_later
from viz.dashboard.state.moves import lead_moved
from viz.dashboard.state.simulation import Simulation
from viz.dashboard.state.view import View, reference_of

BROKEN = "This could not be simulated; the last result is shown. Undo the last change."
EVERY = 0.4  # s after which the page shows again how far a simulation is


class Session:
    """One visitor: reactive values that the page is drawn from.

    Only results are shared with others, and nobody changes these.

    Args:
        view: what is on the page at first.
        saved: a saved run that is only replayed (None: simulate).
        store: where results are kept and looked for.

    Attributes:
        drawn_once: a block at whose end the page is drawn, not after each value that is set.
    """

    def __init__(
        self,
        view: View | None = None,
        saved: Ensemble | None = None,
        store: EnsembleStore = store,
    ) -> None:
        view = view or View()
        self.saved = saved
        self._opening_month = view.month
        self._store = store
        self.drawn_once: AbstractContextManager[Any] = nullcontext()
        self._showed = 0.0  # when the page last showed how far a simulation is
        self._offer(view)
        self._answer()
        _open.add(self)
        if saved is not None:
            self._show(Simulation(view.scenario, saved))

    def _offer(self, view: View) -> None:
        """What a visitor sets; every value that comes from a browser is checked."""
        few = of_type(tuple, lambda them: len(them) <= max(limits.MAX_PINNED, limits.MAX_COMPARED))
        self.scenario = Checked("Scenario", view.scenario, of_type(EditedScenario, _is_available))
        self.baseline = Checked("Baseline", view.baseline, one_of(["", *paths()]))
        self.worlds = Checked("Worlds", view.worlds, one_of(limits.WORLDS))
        self.seed = Checked("Luck", view.seed, whole(0, limits.MAX_SEED))
        self.start = Checked("Bands start from", view.start, one_of(limits.STARTS))
        # Number of the month of the clock; -1: the last.
        self.month = Checked("Month", -1, whole(-1, limits.MAX_MONTH))
        self.charts = Checked("Charts show", view.charts, one_of(limits.CHARTS))
        self.compare_charts = Checked("Charts show", view.compare_charts, one_of(limits.CHARTS))
        self.singles = Checked("Single worlds", view.singles, one_of((False, True)))
        self.pinned = Checked("Pin world", view.pinned, few)
        self.compared = Checked("Compare", view.compared, few)
        self.actor = Checked("Actor", view.actor, self._actor)  # whose page is open
        self.tab = Checked("Page", view.tab, one_of(limits.TABS))
        self.playing = Checked("Play", False, one_of((False, True)))
        self.speed = Checked("Months a second", 6, one_of(limits.SPEEDS))

    def _answer(self) -> None:
        """What the page says back."""
        self.simulation: solara.Reactive[Simulation | None] = solara.Reactive(None)
        self.progress: solara.Reactive[float | None] = solara.Reactive(None)  # None: idle
        self.problems: solara.Reactive[dict[str, str]] = solara.Reactive({})  # by key of a lever
        self.moves: solara.Reactive[dict[str, str]] = solara.Reactive({})  # what keys moved last
        self.notices: solara.Reactive[tuple[str, ...]] = solara.Reactive(())
        self.tour: solara.Reactive[int | None] = solara.Reactive(None)  # step that is shown
        self.explaining: object = None  # the split by channel that is under way
        self.greeted = False  # the tour is offered once
        self.toured = solara.Reactive(False)
        self.waiting = solara.Reactive(0)  # how many others are computed before
        self.actor_series = ActorSeriesRequests()
        self._request = 0  # number of the newest request to simulate
        self.history = History(self.view())
        self.answered = solara.Reactive(0)  # number of the browser's last move that was followed
        self._is_restoring = False  # values are partly those of one state, partly of another

    def _actor(self, name: Any) -> str:
        """Check that there is such an actor; nobody is fine."""
        return one_of(["", *sorted(actors(self.scenario.value))])(name)

    def at(self, simulation: Simulation) -> int:
        """Number of the month on which the clock stands."""
        month = self.month.value
        return simulation.last if month < 0 else min(month, simulation.last)

    def view(self) -> View:
        """What is on the page, as one value."""
        month, simulation = self.month.value, self.simulation.value
        label = self._opening_month
        if simulation is not None and 0 <= month < simulation.last:
            label = simulation.ensemble.months[month]
        names = [field.name for field in fields(View) if field.name != "month"]
        return View(month=label, **{name: getattr(self, name).value for name in names})

    @property
    def reference(self) -> str:
        """Name of the scenario with which the one on the page is compared."""
        return self.baseline.value or reference_of(self.scenario.value)

    # --- simulating ---------------------------------------------------------------------------

    def ensemble(self, scenario: EditedScenario, is_wanted: Wanted = lambda done: True) -> Ensemble:
        """The worlds of a scenario, from memory where they were simulated before."""
        return self._store.of((scenario, self.worlds.value, self.seed.value), is_wanted)

    def shown(self, ensemble: Ensemble) -> Ensemble:
        """An ensemble as it is drawn: from the last observations on, unless that is switched off.

        Effects are those of the simulated worlds: both sides have the same error.
        """
        from_observed = self.start.value == limits.STARTS[0]
        return ensemble.started or ensemble if from_observed else ensemble

    def simulate(self) -> None:
        """Simulate the scenario on the page; gives up when something newer is asked for.

        What cannot be simulated leaves the last result on the page, with a problem.
        """
        if self.saved is not None:
            return
        self._request += 1
        request = self._request
        self._showed = time.monotonic()
        with self.drawn_once:
            self.progress.set(0.0)
        try:
            simulation = self._pair(self.scenario.value, lambda done: self._goes_on(request, done))
            show = partial(self._show, simulation)
        except SupersededError:
            return
        except ScenarioError as wrong:
            show = partial(self._set_problem, "", "; ".join(map(str, wrong.problems)))
        except Exception:
            logging.getLogger(__name__).exception("a simulation broke")
            show = partial(self._set_problem, "", BROKEN)
        if request == self._request:
            with self.drawn_once:
                show()
                self.progress.set(None)

    def _goes_on(self, request: int, done: int) -> bool:
        """Whether a simulation is still wanted; shows how far it is, or how many are before."""
        if request != self._request:
            return False
        if time.monotonic() - self._showed > EVERY:
            self._showed = time.monotonic()
            with self.drawn_once:
                self.waiting.set(max(0, -done))
                self.progress.set(float(max(0, done)))
        return True

    def _pair(self, scenario: EditedScenario, is_wanted: Wanted) -> Simulation:
        behind_it = EditedScenario(self.reference)
        if not scenario.changes and self.simulation.peek() is None:  # charts need not wait for both
            first = self.ensemble(scenario, is_wanted)
            self._show(Simulation(scenario, self.shown(first), lead=first.outcomes[LEAST]))
        baseline = self.ensemble(behind_it, is_wanted)
        ensemble = self.ensemble(scenario, is_wanted)
        shown, behind = self.shown(ensemble), self.shown(baseline)
        lead = ensemble.outcomes[LEAST]
        if ensemble is baseline:
            return Simulation(scenario, shown, behind, lead=lead)
        if ensemble.months != baseline.months:
            return Simulation(scenario, shown, lead=lead)
        return Simulation(scenario, shown, behind, effects(ensemble, baseline), lead)

    def _show(self, simulation: Simulation) -> None:
        months = simulation.ensemble.months
        if self._opening_month in months:
            self.month.set(months.index(self._opening_month))
        elif not 0 <= self.month.value <= simulation.last:
            self.month.set(simulation.last)
        self._opening_month = ""
        self._clear_problems("")
        self._note_moves(simulation)
        self.simulation.set(simulation)

    def _note_moves(self, simulation: Simulation) -> None:
        """Keep for the levers that were moved what that did to the US lead."""
        before = self.simulation.value
        if before is not None and (moved := lead_moved(before, simulation, self.at(simulation))):
            self.moves.set({**self.moves.value, **moved})

    def _set_problem(self, lever: str, text: str) -> None:
        self.problems.set({**self.problems.value, lever: text})

    def _clear_problems(self, *levers: str) -> None:
        self.problems.set({k: text for k, text in self.problems.value.items() if k not in levers})

    # --- what a visitor does ------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Open a scenario without changes."""
        if not isinstance(name, str) or name not in paths():
            return
        with self.drawn_once:
            self.problems.set({})
            self.moves.set({})
            self.scenario.set(EditedScenario(name))

    def change(self, key: str, value: Any) -> None:
        """Change one key; a bad value is reported at its lever and changes nothing."""
        self.change_all({key: value}, key)

    def change_all(self, values: Mapping[str, Any], lever: str) -> None:
        """Change several keys at once; problems are reported under the name of the lever."""
        scenario = self.scenario.value
        try:
            for key, value in values.items():
                scenario = scenario.put(key, value)
            resolved(scenario)
        except ScenarioError as wrong:
            self._set_problem(lever, "; ".join(map(_at_lever, wrong.problems[:2])))
            return
        with self.drawn_once:
            self._clear_problems(lever)
            self.scenario.set(scenario)

    def undo(self, *keys: str) -> None:
        """Put keys back."""
        with self.drawn_once:
            self._clear_problems(*keys)
            self.scenario.set(self.scenario.value.undo(*keys))

    def reset(self) -> None:
        """Put every key back."""
        with self.drawn_once:
            self.problems.set({})
            self.scenario.set(self.scenario.value.reset())

    def states(self, now: float) -> int:
        """How many states were begun so far (see `history.py`), with what is on the page.

        Args:
            now: time by a clock that never goes back, s.
        """
        if self._is_restoring:
            return self.history.count
        return self.history.note(self.view(), now, self.progress.peek() is not None)

    def restore(self, query: str, asked: int) -> None:
        """Show a state to which the browser went back or on; the clock stays where it is.

        Args:
            query: of the state's link.
            asked: number of the browser's move.
        """
        view, problems = link.read(query, limits.MAX_MESSAGE)
        view, unusable = usable_view(view)
        with self.drawn_once:
            self._is_restoring = True
            try:
                self.problems.set({})
                self.notices.set((*problems, *unusable))
                for field in fields(View):
                    if field.name != "month":
                        getattr(self, field.name).set(getattr(view, field.name))
                self.history.went(self.view())
            finally:
                self._is_restoring = False
            self.answered.set(asked)

    def new_luck(self) -> None:
        """The same scenario with other random numbers."""
        self.seed.set((self.seed.value + 1) % (limits.MAX_SEED + 1))

    def go(self, month: int) -> None:
        """Set the clock, within the months there are."""
        if (simulation := self.simulation.value) is not None:
            self.month.set(max(0, min(month, simulation.last)))

    def _is_at_end(self) -> bool:
        simulation = self.simulation.value
        return simulation is not None and self.month.value >= simulation.last

    def step(self, months: int = 1) -> None:
        """Move the clock; at the end it stops."""
        self.go(self.month.value + months)
        if self._is_at_end():
            self.playing.set(False)

    def play(self) -> None:
        """Start or stop the clock; at the end it starts again from the first month."""
        if self._is_at_end():
            self.month.set(0)
        self.playing.set(not self.playing.value)

    def pin(self, world: int) -> None:
        """Follow a world, or no longer."""
        now = self.pinned.value
        if world in now:
            self.pinned.set(tuple(other for other in now if other != world))
        elif len(now) < limits.MAX_PINNED:
            self.pinned.set((*now, world))

    def pin_text(self, text: str) -> str:
        """Follow a world whose number was typed; returns what was wrong, or nothing."""
        text = text.strip()
        if not text:
            return ""
        if not (text.isascii() and text.isdigit()):
            return "a whole number"
        world, count = int(text), self.worlds.value if self.saved is None else self.saved.worlds
        if world >= count:
            return f"0 to {count - 1}"
        if world in self.pinned.value:  # a browser reports it twice: by Enter, by leaving
            return ""
        if len(self.pinned.value) >= limits.MAX_PINNED:
            return f"at most {limits.MAX_PINNED}"
        self.pin(world)
        return ""

    def choose(self, actor: str | None) -> None:
        """Open the page of an actor; the same actor once more closes it."""
        self.actor.set("" if actor in (None, self.actor.value) else actor)

    def add_to_comparison(self, scenario: EditedScenario) -> None:
        """Compare a scenario with the one on the page, up to the limit."""
        others = self.compared.value
        if scenario not in others and len(others) < limits.MAX_COMPARED:
            self.compared.set((*others, scenario))

    def remove_from_comparison(self, scenario: EditedScenario) -> None:
        """Take a scenario out of the comparison."""
        self.compared.set(tuple(other for other in self.compared.value if other != scenario))

    def draw_once(self, block: AbstractContextManager[Any]) -> None:
        """Draw the page at the end of a block, however many values change in it."""
        self.drawn_once = block
        for value in vars(self).values():
            if isinstance(value, Checked):
                value.drawn_once = block

    def close(self) -> None:
        """Forget everything: the visitor has left."""
        self._request += 1
        self.draw_once(nullcontext())
        self.actor_series.stop()
        self.simulation.set(None)
        _open.discard(self)
        give_back_later(_forget_unless_open)


_open: WeakSet[Session] = WeakSet()  # sessions of visitors who are there


def _forget_unless_open() -> None:
    """Drop what visitors share once the last one has left."""
    if not _open:
        store.clear()
        forget_actor_series()


def _is_available(scenario: EditedScenario) -> bool:
    return scenario.name in paths() and len(scenario.changes) <= limits.MAX_CHANGES


def _at_lever(problem: Problem) -> str:
    """A problem in words, without file and key: they are plain at the lever."""
    return problem.wrong + (f" ({problem.hint})" if problem.hint else "")
