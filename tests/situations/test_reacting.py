"""Reaction rules: when governments act by rule, and that they do nothing while rules are off."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
from levers.pairs import moved_before, record, series

from sim.model.race import Race

WORLDS = 48
SINCE = "2026-12"
OFF = tuple(f"reactions.{name}.active=false" for name in ("tighten", "relax", "answer"))
US, CHINA = "US government", "Chinese government"


@cache
def scenario() -> tuple[Race, list[SimpleNamespace]]:
    """A run of `reacting`, and what both governments did and saw in each month, `[world]`."""
    race = Race("reacting", worlds=WORLDS)
    us, china = (race.regulators.names.index(name) for name in (US, CHINA))
    home, rival = (race.blocs.index(name) for name in ("US", "China"))
    months = []
    for _ in range(race.horizon):
        race.step()
        state, best = race.regulators, race.public_state.bloc_frontier
        months.append(
            SimpleNamespace(
                lead=(best[home] - best[rival]) / np.maximum(race.governments.pace, 0.1),
                steps=np.broadcast_to(state.steps[us], WORLDS),
                granted=np.broadcast_to(state.granted[us], WORLDS),
                denied=np.broadcast_to(state.denied[us], WORLDS),
                answer=np.broadcast_to(state.answer[china], WORLDS),
            )
        )
    return race, months


def rises(name: str) -> np.ndarray:
    """Where something rose in a month over the month before, `[month, world]`."""
    path = np.stack([getattr(month, name) for month in scenario()[1]])
    return np.diff(path, axis=0, prepend=0) > 0


def seen(name: str) -> np.ndarray:
    """What was seen, `[month, world]`."""
    return np.stack([getattr(month, name) for month in scenario()[1]])


def rule(name: str, field: str) -> np.ndarray:
    """A number of a rule by world."""
    return np.broadcast_to(getattr(scenario()[0].parameters.reactions[name], field), WORLDS)


def gaps(happened: np.ndarray) -> list[tuple[int, int]]:
    """Months between neighbouring events of a world, with the world."""
    found = []
    for world in range(happened.shape[1]):
        at = np.flatnonzero(happened[:, world])
        found += [(int(months), world) for months in np.diff(at)]
    return found


def test_washington_tightens_only_when_the_lead_is_short():
    """In every world and month with a step the lead is below L, and steps do happen."""
    stepped = rises("steps")
    assert np.all(
        seen("lead")[stepped]
        < np.broadcast_to(rule("tighten", "lead_below"), stepped.shape)[stepped]
    )
    assert 0.2 < np.mean(np.any(stepped, axis=0)) < 0.95  # 0.6 of the worlds
    never = ~np.any(stepped, axis=0)
    assert np.any(never)  # where the lead is long nothing happens


def test_and_at_most_every_so_many_months():
    """No two steps of a world lie nearer than R."""
    every = rule("tighten", "every")
    found = gaps(rises("steps"))
    assert found
    assert all(months >= every[world] for months, world in found)


def test_it_relaxes_only_when_suppliers_lose_too_much():
    """Licences are added only where rules deny more than X a year, and only so often."""
    eased, above = rises("granted"), seen("denied") > rule("relax", "loss_above")
    assert np.any(eased)
    assert np.all(above[eased])
    every = rule("relax", "every")
    assert all(months >= every[world] for months, world in gaps(eased))


def test_beijing_answers_only_acts():
    """No answer without a step before it, none sooner than D, and no more answers than steps."""
    stepped, answered = rises("steps"), rises("answer")
    days = rule("answer", "delay")
    assert np.any(answered)
    for world in range(WORLDS):
        acts = np.flatnonzero(stepped[:, world])
        for month in np.flatnonzero(answered[:, world]):
            waited = month - acts[acts <= month]
            assert np.any(waited >= np.floor(days[world] / 30.44) - 1e-9), (world, month)
        assert answered[:, world].sum() <= len(acts)


def test_nothing_differs_before_the_rules_begin():
    """Until November 2026 history is as enacted, bit for bit."""
    run = record("reacting")
    assert moved_before(run, record("as_enacted"), run.calendar.month(SINCE)) == []


def test_with_rules_off_nothing_differs():
    """Bit for bit, to the end."""
    off, history = record("reacting", "", OFF), record("as_enacted")
    assert moved_before(off, history, len(history.arrays["chips"])) == []


def test_a_step_is_felt():
    """Where the rule has tightened and nothing was eased, less compute reaches China."""
    run, history = record("reacting"), record("as_enacted")
    steps, granted = (series(run, f"regulator_{what}", US)[-1] for what in ("steps", "granted"))
    since = run.calendar.month(SINCE)
    held = [one.flows("flow_compute", "US", "China")[since:].sum(axis=0) for one in (run, history)]
    tightened = (steps > 0) & (granted == 0)
    assert tightened.sum() >= 5
    assert np.mean(held[0][tightened] <= held[1][tightened]) > 0.8
    assert np.sum(held[0][tightened]) < 0.95 * np.sum(held[1][tightened])
