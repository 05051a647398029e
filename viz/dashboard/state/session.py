"""A visitor's session: what is on the page, what was simulated for it, and what can be done."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import solara

from sim.record.results import Results
from sim.scenario.errors import Problem, ScenarioError
from viz.dashboard.state import limits as bounds
from viz.dashboard.state.actor_series_cache import Chronicles
from viz.dashboard.state.available import open_case
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.ensemble import Ensemble, SupersededError, effects, simulate_case
from viz.dashboard.state.view import View

BROKEN = "This could not be simulated; the last result stays. Put the last change back."


@dataclass(frozen=True, eq=False)
class Found:
    """What was simulated last: the case, the baseline behind it, and their difference.

    Attributes:
        effects: paired differences (None: nothing differs, or a saved run is shown).
    """

    case: Case
    this: Ensemble
    baseline: Ensemble | None = None
    effects: Results | None = None
    seconds: float = 0.0

    @property
    def last(self) -> int:
        """Number of the last month."""
        return len(self.this.months) - 1


class Session:
    """One visitor: reactive values that the page is drawn from; nothing is shared.

    Args:
        view: where to begin.
        saved: a saved run that is only replayed (None: simulate).
    """

    def __init__(self, view: View | None = None, saved: Ensemble | None = None) -> None:
        view = view or View()
        self.saved = saved
        self.case = solara.Reactive(view.case)
        self.baseline = solara.Reactive(view.baseline)
        self.worlds = solara.Reactive(view.worlds)
        self.seed = solara.Reactive(view.seed)
        self.month = solara.Reactive(-1)  # number of the month of the clock; -1: the last
        self.pinned = solara.Reactive(view.pinned)
        self.compared = solara.Reactive(view.compared)
        self.actor = solara.Reactive(view.actor)  # whose page is open on the network page
        self.tab = solara.Reactive(view.tab)
        self.playing = solara.Reactive(False)
        self.speed = solara.Reactive(6)  # months per second
        self.found: solara.Reactive[Found | None] = solara.Reactive(None)
        self.progress: solara.Reactive[float | None] = solara.Reactive(None)  # None: idle
        self.problems: solara.Reactive[dict[str, str]] = solara.Reactive({})  # by key of a lever
        self.notices: solara.Reactive[tuple[str, ...]] = solara.Reactive(())
        self.tour: solara.Reactive[int | None] = solara.Reactive(None)  # step that is shown
        self.explaining: Any = None  # what is being split by channel
        self.greeted = False  # the tour is offered once
        self.toured = solara.Reactive(False)
        self._opening_month = view.month
        self._kept: OrderedDict[Any, Ensemble] = OrderedDict()
        self.chronicles = Chronicles()
        self._asked = 0
        self._lock = threading.Lock()
        if saved is not None:
            self._show(Found(view.case, saved))

    def at(self, found: Found) -> int:
        """Number of the month on which the clock stands."""
        month = self.month.value
        return found.last if month < 0 else min(month, found.last)

    def view(self) -> View:
        """What is on the page, as one value."""
        month = self.month.value
        found = self.found.value
        at_end = month < 0 or found is None or month >= found.last
        return View(
            self.case.value,
            self.baseline.value,
            self.worlds.value,
            self.seed.value,
            "" if at_end else found.this.months[month],
            self.pinned.value,
            self.compared.value,
            self.tab.value,
            self.actor.value,
        )

    # --- simulating ---------------------------------------------------------------------------

    def ensemble(self, case: Case, wanted: Callable[[int], bool] = lambda done: True) -> Ensemble:
        """The worlds of a case, from memory where they were simulated before."""
        key = (case, self.worlds.value, self.seed.value)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            pasts = [one.past for at, one in self._kept.items() if one.past and at[1:] == key[1:]]
        fresh = simulate_case(*key, wanted, pasts)
        with self._lock:
            self._kept[key] = fresh
            while len(self._kept) > bounds.KEPT:
                self._kept.popitem(last=False)
            self._forget_pasts()
        return fresh

    def _forget_pasts(self) -> None:
        """They are large: kept are the baseline's and the newest of the others."""
        baseline = (Case(self.baseline.value), self.worlds.value, self.seed.value)
        others = [one for at, one in self._kept.items() if one.past and at != baseline]
        for older in others[:-1]:
            older.past = None

    def simulate(self) -> None:
        """Simulate what is asked for now; gives up when something newer is asked.

        What cannot be simulated leaves the last result on the page, with a problem.
        """
        if self.saved is not None:
            return
        self._asked += 1
        number, case = self._asked, self.case.value
        self.progress.set(0.0)
        try:
            found = self._pair(case, lambda done: self._goes_on(number, done))
        except SupersededError:
            return
        except ScenarioError as wrong:
            self._tell(wrong)
        except Exception:
            logging.getLogger(__name__).exception("a simulation broke")
            self.problems.set({**self.problems.value, "": BROKEN})
        else:
            if number == self._asked:
                self._show(found)
        if number == self._asked:
            self.progress.set(None)

    def _goes_on(self, number: int, done: int) -> bool:
        """Whether a simulation is still wanted; tells how far it is, once a year."""
        if number == self._asked and done % 12 == 0:
            self.progress.set(float(done))
        return number == self._asked

    def _pair(self, case: Case, is_wanted: Callable[[int], bool]) -> Found:
        began = time.perf_counter()
        baseline = self.ensemble(Case(self.baseline.value), is_wanted)
        this = self.ensemble(case, is_wanted)
        taken = time.perf_counter() - began
        if this is baseline:
            return Found(case, this, baseline, None, taken)
        if this.months != baseline.months:
            return Found(case, this, None, None, taken)
        return Found(case, this, baseline, effects(this, baseline), taken)

    def _show(self, found: Found) -> None:
        months = found.this.months
        if self._opening_month in months:
            self.month.set(months.index(self._opening_month))
        elif self.month.value < 0 or self.month.value > found.last:
            self.month.set(found.last)
        self._opening_month = ""
        self.problems.set({key: told for key, told in self.problems.value.items() if key})
        self.found.set(found)

    def _tell(self, wrong: ScenarioError) -> None:
        told = "; ".join(str(problem) for problem in wrong.problems)
        self.problems.set({**self.problems.value, "": told})

    # --- what a visitor does ------------------------------------------------------------------

    def open(self, scenario: str) -> None:
        """Take a scenario as it is."""
        self.problems.set({})
        self.case.set(Case(scenario))

    def change(self, key: str, value: Any) -> None:
        """Change one key; a bad value is told at its lever and changes nothing."""
        self.change_all({key: value}, key)

    def change_all(self, values: Mapping[str, Any], lever: str) -> None:
        """Change several keys at once; what is wrong is told under the name of the lever."""
        case = self.case.value
        try:
            for key, value in values.items():
                case = case.put(key, value)
            open_case(case)
        except ScenarioError as wrong:
            told = "; ".join(_told(problem) for problem in wrong.problems[:2])
            self.problems.set({**self.problems.value, lever: told})
            return
        self.problems.set({k: v for k, v in self.problems.value.items() if k != lever})
        self.case.set(case)

    def undo(self, *keys: str) -> None:
        """Put keys back."""
        self.problems.set({k: v for k, v in self.problems.value.items() if k not in keys})
        self.case.set(self.case.value.undo(*keys))

    def reset(self) -> None:
        """Put every key back."""
        self.problems.set({})
        self.case.set(self.case.value.reset())

    def new_luck(self) -> None:
        """The same scenario with other luck."""
        self.seed.set((self.seed.value + 1) % (bounds.MOST_SEED + 1))

    def go(self, month: int) -> None:
        """Set the clock, within the months there are."""
        found = self.found.value
        if found is not None:
            self.month.set(max(0, min(month, found.last)))

    def step(self, months: int = 1) -> None:
        """Move the clock; at the end it stops."""
        self.go(self.month.value + months)
        found = self.found.value
        if found is not None and self.month.value >= found.last:
            self.playing.set(False)

    def play(self) -> None:
        """Let the clock run, from the start again where it stands at the end."""
        found = self.found.value
        if found is not None and self.month.value >= found.last:
            self.month.set(0)
        self.playing.set(not self.playing.value)

    def pin(self, world: int) -> None:
        """Follow a world, or no longer."""
        now = self.pinned.value
        if world in now:
            self.pinned.set(tuple(one for one in now if one != world))
        elif len(now) < bounds.MOST_PINNED:
            self.pinned.set((*now, world))

    def pin_text(self, text: str) -> str:
        """Follow a world that was typed; says what was wrong, or nothing."""
        if not text.strip():
            return ""
        if not (text.strip().isascii() and text.strip().isdigit()):
            return "a whole number"
        world, known = int(text), self.worlds.value if self.saved is None else self.saved.worlds
        if world >= known:
            return f"0 to {known - 1}"
        if world not in self.pinned.value and len(self.pinned.value) >= bounds.MOST_PINNED:
            return f"at most {bounds.MOST_PINNED}"
        if world not in self.pinned.value:  # a browser tells it twice: by Enter, by leaving
            self.pin(world)
        return ""

    def choose(self, actor: str | None) -> None:
        """Open the page of an actor; once more closes it."""
        self.actor.set("" if actor == self.actor.value else str(actor or "")[:80])

    def keep_for_comparison(self, case: Case) -> None:
        """Put a case beside the one on the page, as far as there is room."""
        others = self.compared.value
        if case not in others and len(others) < bounds.MOST_COMPARED:
            self.compared.set((*others, case))

    def leave_comparison(self, case: Case) -> None:
        """Take a case out of the comparison."""
        self.compared.set(tuple(one for one in self.compared.value if one != case))

    def close(self) -> None:
        """Forget everything: the visitor has left."""
        self._asked += 1
        self._kept.clear()
        self.chronicles.clear()
        self.found.set(None)


def _told(problem: Problem) -> str:
    """A problem at its lever, where file and key are plain."""
    return problem.wrong + (f" ({problem.hint})" if problem.hint else "")
