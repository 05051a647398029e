"""Every number of a laboratory moves that laboratory, by how much, and nothing before it enters.

Each case changes one number of one lab in `as_enacted` and compares the same worlds without the
change. A bound is the least median change; it lies well below what was measured in 24 worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from sim.outcomes.record import Record
from sim.scenario.actors import Lab

from .pairs import at, moved_before, numbers_set, record, scenario, series, year_before

UNTIL = "2026-12"
ENTRY = "2021-06"  # DeepSeek's


@dataclass(frozen=True)
class Moves:
    """What must move: a lab's series (row None: an outcome) in a month, by at least `by`.

    The sign of `by` is the direction. `how` is "log", "points" or "year" (logs of yearly sums).
    """

    name: str
    month: str
    by: float
    how: str = "log"
    row: str | None = "DeepSeek"


@dataclass(frozen=True)
class Case:
    """A lab's number set to a value, and what that must move."""

    value: float
    moves: tuple[Moves, ...]
    lab: str = "DeepSeek"


KNOW_HOW, SERVING = "log_training_efficiency", "log_inference_efficiency"
CASES = {
    "budget": Case(  # USD 0.08 to 0.3 bn a year at entry: ln 3.75 = 1.3
        0.3,
        (
            Moves("budget", "2022-12", 1.0),
            Moves("chips", "2024-12", 1.0),
            Moves("largest_run", "2025-12", 0.8),
        ),
    ),
    "growth_premium": Case(  # 0.75 to 1.1 for three and a half years
        1.1,
        (Moves("budget", "2024-12", 1.0), Moves("chips", "2024-12", 0.7)),  # +1.5, +1.1
    ),
    "chips_at_entry": Case(  # 300 to 3,000 H100e
        3000,
        (
            Moves("chips", "2021-06", 1.5),
            Moves("chips", "2022-06", 0.4),  # +0.79: what it buys counts ever more
            Moves("largest_run", "2022-06", 0.8),  # +1.5
        ),
    ),
    "researchers_at_entry": Case(300, (Moves(KNOW_HOW, "2023-06", 0.08, "points"),)),  # +0.16
    "researchers_2024": Case(
        1500,
        (
            Moves(KNOW_HOW, "2024-12", 0.15, "points"),  # +0.29
            Moves(KNOW_HOW, "2026-12", 0.1, "points"),  # +0.14
        ),
    ),
    "ability": Case(  # 1.7 to 3
        3,
        (
            Moves(KNOW_HOW, "2024-12", 0.9, "points"),  # +1.8
            Moves(SERVING, "2024-12", 0.9, "points"),  # +1.8
            Moves("capability", "2025-12", 0.8, "points"),  # +1.7
        ),
    ),
    "efficiency_at_entry": Case(  # 0.55 to 1.5 of the frontier's path
        1.5,
        (
            Moves(KNOW_HOW, ENTRY, 0.6, "points"),  # +1.0 = ln(1.5 / 0.55)
            Moves("capability", "2023-06", 1.5, "points"),  # +3.0
        ),
    ),
    "effort": Case(  # 0.4 to 0.7 of the research
        0.7,
        (
            Moves("effort", "2023-06", 0.2, "points"),  # +0.32
            Moves(KNOW_HOW, "2024-12", 0.4, "points"),  # +0.93
        ),
    ),
    "flagship_share": Case(  # 0.07 to 0.25 of the chips
        0.25,
        (
            Moves("largest_run", "2024-12", 0.8),
            Moves("capability", "2024-12", 1.0, "points"),
        ),  # +2.2
    ),
    "experiment_share": Case(  # 0.6 to 0.1 of the chips
        0.1,
        (Moves(KNOW_HOW, "2024-12", -0.08, "points"),),  # -0.16
    ),
    "cadence": Case(  # 7 to 14 months: half as many releases, of runs twice as long
        14,
        (Moves("releases", "2026-12", -3.0, "points"), Moves("largest_run", "2026-12", 0.1)),
    ),
    "openness": Case(  # OpenAI gives all weights away
        1,
        (
            Moves("open_capability", "2024-12", 100.0, "points", "OpenAI"),  # from none to 133
            # While OpenAI leads; later others' weights are near.
            Moves("open_frontier", "2023-06", 1.5, "points", None),  # +3.4
            Moves("open_lag_months", "2023-06", -1.2, "points", None),  # -2.8
        ),
        lab="OpenAI",
    ),
    "foreign_funding": Case(  # all of it foreign: the ban of 2025 takes half
        1,
        (Moves("spent", "2025-12", -0.3, "year"), Moves("chips", "2026-12", -0.3)),  # -0.53, -0.61
    ),
    "reach": Case(  # from a tenth of OpenAI's to all of it
        1,
        (
            Moves("tokens", "2024-12", 0.15, "year"),  # +0.17: compute is soon the limit
            Moves("revenue", "2024-12", 0.4, "year"),  # +0.79
            Moves("serving", "2024-12", 0.04, "points"),  # +0.07
        ),
    ),
}
each_number = pytest.mark.parametrize("field", CASES)


def changed(field: str) -> Record:
    """The run in which the case's number is set."""
    cases = {f"labs.{case.lab}.{name}": case.value for name, case in CASES.items()}
    return numbers_set(cases, UNTIL)[f"labs.{CASES[field].lab}.{field}"]


def history() -> Record:
    """The run with which it is compared."""
    return record("as_enacted", "", (), UNTIL)


def values(run: Record, wanted: Moves) -> np.ndarray:
    """The worlds' values that a case is about; `releases` counts ever larger flagships."""
    if wanted.name == "releases":
        runs = series(run, "largest_run", wanted.row)
        return (np.diff(runs, axis=0) > 0).sum(axis=0)
    count = year_before if wanted.how == "year" else at
    found = count(run, series(run, wanted.name, wanted.row), wanted.month)
    return found if wanted.how == "points" else np.log(np.maximum(found, 1e-9))


def test_every_number_of_a_lab_has_a_case():
    """Who gives laboratories another number says here what it moves."""
    numbers = {name for name, info in Lab.model_fields.items() if info.json_schema_extra}
    assert set(CASES) == numbers
    assert set(Lab.model_fields) - numbers == {"bloc", "about", "entry", "exit", "independent"}


@each_number
def test_it_moves_its_lab(field):
    """In the median over worlds, in the stated direction, by at least the stated bound."""
    short = []
    for wanted in CASES[field].moves:
        found = float(np.median(values(changed(field), wanted) - values(history(), wanted)))
        if found * np.sign(wanted.by) < abs(wanted.by):
            short.append(f"{wanted.name} {wanted.month}: {found:.3g}, {wanted}")
    assert short == []


@each_number
def test_nothing_moves_before_the_lab_enters(field):
    """Every recorded series is bit for bit the same until its entry (its own effort stands)."""
    lab = scenario("as_enacted").scenario.labs[CASES[field].lab]
    entry = history().calendar.month(lab.entry)
    moved = moved_before(changed(field), history(), entry)
    assert set(moved) <= ({"effort"} if field == "effort" else set())


def test_who_is_not_exposed_does_not_move():
    """A ban on foreign funding takes nothing from a lab that has none."""
    still = ("capital.rank_response=0", "belief.funding_response=0")
    still += ("capital.rivalry=0", "capital.confidence=0", "capital.payback_response=0")
    foreign = f"labs.DeepSeek.foreign_funding={CASES['foreign_funding'].value}"
    for overrides, most in (
        ((), 0.01),
        (still, 0.0),
    ):  # rank, news, rivalry and sales answer what follows
        runs = [record("as_enacted", "", (*more, *overrides), UNTIL) for more in ((foreign,), ())]
        ours, funded = (at(run, series(run, "budget", "DeepSeek"), UNTIL) for run in runs)
        # the plan stands; the money does not come
        assert np.median(np.abs(np.log(ours / funded))) <= most
    alone = changed("foreign_funding")
    rivals = [series(run, "spent", "Anthropic") for run in (alone, history())]
    assert (
        np.median(
            np.abs(
                np.log(year_before(alone, rivals[0], UNTIL) / year_before(alone, rivals[1], UNTIL))
            )
        )
        < 0.02
    )


@pytest.mark.parametrize(
    ("field", "series_of", "month", "least"),
    [
        ("ability", "capability", "2025-12", 2.0),  # +4.2 instead of +1.6
        ("flagship_share", "capability", "2024-12", 2.5),  # +5.1 instead of +2.4
        ("openness", "open_frontier", "2024-12", 0.3),  # +0.4: others' weights are near
    ],
)
def test_users_take_compute_from_models(field, series_of, month, least):
    """With demand switched off serving displaces nothing, and a lab's numbers move more."""
    off, case = ("channels.demand=false",), CASES[field]
    number = f"labs.{case.lab}.{field}={case.value}"
    runs = [record("as_enacted", "", (*more, *off), UNTIL) for more in ((number,), ())]
    row = None if series_of == "open_frontier" else case.lab
    found = [at(run, series(run, series_of, row), month) for run in runs]
    assert np.median(found[0] - found[1]) > least


def test_entry_counts_from_its_month():
    """DeepSeek a year later: nothing of it before, less by the end of 2022, others untouched."""
    late = record("as_enacted", "", ('labs.DeepSeek.entry="2022-06"',), UNTIL)
    entry = late.calendar.month("2022-06")
    for name in ("active", "budget", "spent", "chips", "training", "largest_run", "capability"):
        assert np.all(series(late, name, "DeepSeek")[:entry] == 0), name
    assert np.all(series(late, "chips", "DeepSeek")[entry:] > 0)
    assert moved_before(late, history(), late.calendar.month(ENTRY)) == []
    chips = [at(run, series(run, "chips", "DeepSeek"), "2022-12") for run in (late, history())]
    assert np.median(np.log(chips[0] / chips[1])) < -0.4  # -0.74


def test_exit_counts_from_its_month():
    """DeepSeek gives up in 2025: no chips, no money, no new model; what it released stays."""
    gone = record("as_enacted", "", ('labs.DeepSeek.exit="2025-01"',), UNTIL)
    leave = gone.calendar.month("2025-01")
    assert moved_before(gone, history(), leave) == []
    for name in ("active", "budget", "spent", "chips", "training", "rented"):
        assert np.all(series(gone, name, "DeepSeek")[leave:] == 0), name
    capability = series(gone, "capability", "DeepSeek")
    assert np.all(capability[leave:] == capability[leave - 1])
    later = at(history(), series(history(), "capability", "DeepSeek"), UNTIL)
    assert np.median(later - capability[-1]) > 10  # 22 points
