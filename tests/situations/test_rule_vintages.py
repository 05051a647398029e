"""Which chip which rule catches, against an independent reading of the regulations.

The table is that of github.com/airensurzyn/export-control-threshold-analysis (its `rules.py` and
README), which scores chips by ECCN 3A090 as of October 2022, October 2023 and, for China, January
2026: controlled or free; from 2026 on a controlled chip is reviewed case by case or denied. It
knows regulations only, so the letter on the H20 is switched off here.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.model.mechanisms import rules
from sim.model.mechanisms.chips import Spec
from sim.policy.agenda import Agenda
from sim.scenario.load import load
from sim.uncertainty.draw import draw

LETTER = "events.chips_bandwidth_licensed_jan_2026.active=false"
CHIPS = {  # TFLOP/s of dense FP16, TB/s, GB/s (data sheets)
    "A100": (312, 2.04, 600),
    "A800": (312, 2.04, 400),
    "H100": (989, 3.35, 900),
    "H800": (989, 3.35, 400),
    "H20": (148, 4.0, 900),
    "H200": (989, 4.8, 900),
    "B200": (2250, 7.7, 1800),
    "MI300X": (1307.4, 5.3, 896),
    "MI325X": (1307.4, 6.0, 896),
}
FREE, CONTROLLED, REVIEWED, DENIED = "free", "controlled", "case by case", "denied"
TABLE = {
    "A100": (CONTROLLED, CONTROLLED, REVIEWED),
    "A800": (FREE, CONTROLLED, REVIEWED),
    "H100": (CONTROLLED, CONTROLLED, REVIEWED),
    "H800": (FREE, CONTROLLED, REVIEWED),
    "H20": (FREE, FREE, FREE),
    "H200": (CONTROLLED, CONTROLLED, REVIEWED),
    "B200": (CONTROLLED, CONTROLLED, DENIED),
    "MI300X": (CONTROLLED, CONTROLLED, REVIEWED),
    "MI325X": (CONTROLLED, CONTROLLED, REVIEWED),
}
VINTAGES = ("2022-12", "2023-12", "2026-03")


@pytest.fixture(scope="module")
def clauses():
    """Clauses on chips for China in the month of each vintage."""
    scenario = load("as_enacted", (LETTER,)).scenario
    agenda = Agenda(scenario, draw(scenario, Chance(0, Worlds(range(1)))))
    china = agenda.blocs.index("China")
    by_month = agenda.clauses(["Nvidia"], np.ones(1))
    found = {}
    for label in VINTAGES:
        (part,) = by_month[scenario.calendar.month(label)][china]
        found[label] = part.clauses
    return found


def status(chip: str, clauses: list, reviewed: bool) -> str:
    spec = Spec(*(np.full((1, 1), float(number)) for number in CHIPS[chip]))
    terms = rules.terms(spec, clauses, (1, 1))
    if not terms.controlled.item():
        return FREE
    if not reviewed:
        return CONTROLLED
    return REVIEWED if terms.licence.item() > 0 else DENIED


@pytest.mark.parametrize("chip", TABLE)
@pytest.mark.parametrize("vintage", VINTAGES)
def test_rules_catch_what_an_independent_table_says(chip, vintage, clauses):
    expected = TABLE[chip][VINTAGES.index(vintage)]
    assert status(chip, clauses[vintage], reviewed=vintage == "2026-03") == expected
