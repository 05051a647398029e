"""What published results ask, by hand, in two made-up worlds."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.calendar import Calendar
from sim.outcomes.record import Record
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.measures import QUANTITIES
from sim.research.identification.published_comparison import (
    compare,
    digest,
    in_worlds,
    values_of,
)
from sim.research.identification.published_results import OF_WORLDS, published_results

RUN = Calendar("2020-01", 132)
MONTHS = np.arange(RUN.months)
YEARS = MONTHS / 12
SPLIT = RUN.month("2021-12")  # until then the Chinese run grows ninefold a year
FORK = RUN.month("2025-12")  # from then on the American run stands still behind the power wall
BLOCS = ["US", "China", "Rest"]


def flow(us: float, china: float, home: float = 0.0) -> np.ndarray:
    """A constant flow of Nvidia to the US and China, and of Huawei to China."""
    return constant([[us, china, 0.0], [0.0, home, 0.0]])


def constant(values: object) -> np.ndarray:
    """The same in every month and in both worlds."""
    values = np.array(values, dtype=float)
    return np.broadcast_to(values[None, ..., None], (RUN.months, *values.shape, 2))


def labs(us: np.ndarray, china: np.ndarray) -> np.ndarray:
    """A path for the one lab of each country, the same in both worlds."""
    return np.repeat(np.stack([us, china], axis=1)[..., None], 2, axis=2)


def made_up(to_china: float = 10.0, controls: bool = True, wall: bool = False) -> Record:
    """A record in which everything grows evenly."""
    after = np.maximum(MONTHS - FORK, 0)
    us_run = 1e23 * 4.0 ** ((MONTHS - after if wall else MONTHS) / 12)
    china_run = 1e22 * 9.0 ** (np.minimum(MONTHS, SPLIT) / 12)
    china_run = china_run * 3.0 ** (np.maximum(MONTHS - SPLIT, 0) / 12)
    capability = 100.0 + MONTHS - (0.5 * after if wall else 0.0)
    arrays = {
        "active": constant([1.0, 1.0]),
        "largest_run": labs(us_run, china_run),
        "flagship_cost": labs(0.01 * 2.0**YEARS, np.zeros_like(YEARS)),
        "log_training_efficiency": labs(np.log(3) * YEARS, 0 * YEARS),
        "log_inference_efficiency": labs(np.log(5) * YEARS, 0 * YEARS),
        "capability": labs(capability, capability - 6),
        "open_capability": labs(capability - 9, 0 * YEARS),
        "quality_price": (10 * 20.0**-YEARS)[:, None, None] * np.ones((1, 1, 2)),
        "chips": constant([600.0, 150.0]),
        "cloud_chips": constant([100.0, 50.0, 100.0]),
        "flow_compute": flow(100.0, to_china, home=10.0),
        "flow_smuggled_compute": flow(0.0, 5.0),
        "flow_smuggled": flow(0.0, 2.0),
        "flow_training": flow(0.0, 8.0, home=4.0),
        "flow_smuggled_training": flow(0.0, 4.0),
        "flow_revenue": flow(0.0, 1.0 if controls else 3.0),
        "supplier_revenue": constant([8.0, 1.0] if controls else [10.0, 0.5]),
        "sector_value": constant([90.0 if controls else 100.0]),
    }
    names = {
        "lab": ["A", "B"], "lab_bloc": ["US", "China"],
        "cloud": ["A", "B", "C"], "cloud_bloc": BLOCS, "bloc": BLOCS,
        "supplier": ["Nvidia", "Huawei Ascend"], "supplier_bloc": ["US", "China"],
        "sector": ["Chip makers"], "sector_bloc": ["US"],
    }  # fmt: skip
    return Record(arrays, names, RUN)


RECORDS = {
    "as_enacted": made_up(),
    "no_controls": made_up(controls=False),
    "us_power_wall": made_up(wall=True),
    "no_chip_exports_2026": made_up(to_china=0.0),
    "b30a_allowed_2026": made_up(to_china=35.0),
    "sell_everything": made_up(to_china=185.0),
}
BY_HAND = {
    "ho_2024_rate": 3.0,
    "ho_2024_share": np.log(4) / np.log(12),
    "epoch_china_rate": 3.0,
    "epoch_china_slower": 3 / 4,
    "epoch_china_slowdown": 3 / 9 - 1,
    "sevilla_roldan_rate": 4.0,
    "cottier_2024_cost": 2.0,
    "whitfill_2025_proportional": 0.5,  # half of the rise is lost with all growth of runs
    "epoch_pace": 12.0,
    "epoch_lag": 6.0,
    "cottier_open_lag": 9.0,
    "ifp_no_exports": 100 / 15,
    "ifp_b30a": 100 / 50,
    "ifp_all_chips": 100 / 200,
    "cnas_chips": 24.0,
    "cnas_training": 4 / 16,
    "epoch_smuggled_compute": 120.0,
    "pilz_china": 0.2,
    "pilz_us": 0.7,
    "epoch_price": 20.0,
    "gundlach_price": 20.0,
    "gundlach_efficiency": 5.0,
    "funke_wende_us": -20.0,
    "funke_wende_china": 100.0,
    "crosignani_first_year": -24.0,
    "crosignani_later": -24.0,
    "crosignani_worth": -10.0,
    "allen_returns": -10.0,
}


def test_every_claim_is_computed_by_hand():
    assert set(BY_HAND) == set(published_results().claims)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_measure_by_hand(name):
    values = values_of(published_results().claims[name], RECORDS)
    assert values == pytest.approx([BY_HAND[name]] * 2, rel=1e-6)


def test_a_measure_over_worlds_by_hand():
    """Worlds in which it is not defined are left out; `inside` counts those within the interval."""
    record = made_up()
    run = record.arrays["largest_run"].copy()
    run[:, 0, 1] = 0.0  # no American run in the second world
    record = Record({**record.arrays, "largest_run": run}, record.names, RUN)
    rate = published_results().claims["sevilla_roldan_rate"]
    one = rate.model_copy(update={"low": 3.0})
    ours = in_worlds(one, values_of(one, {"as_enacted": record}))
    assert (ours["worlds"], ours["inside"], ours["above"]) == (1, 1.0, 1.0)
    assert ours["median"] == pytest.approx(4.0)


def test_a_quantity_has_no_name_of_an_outcome():
    assert len(OF_WORLDS) == len(set(OF_WORLDS)) and set(QUANTITIES) < set(OF_WORLDS)
    for name in QUANTITIES:
        assert QUANTITIES[name].of(RECORDS["as_enacted"]).shape == (RUN.months, 2)


class MadeUp(Ensemble):
    """Made-up records in place of runs, longer than one month."""

    def record(self, scenario, months=None, columns=None, only=None):
        return RECORDS[scenario] if only else super().record(scenario, months)


def test_a_comparison_by_hand():
    """Every claim in its scenarios, each of which runs once."""
    steps: list[str] = []
    ours = compare(MadeUp("posterior", 2), steps.append)
    assert sorted(steps) == sorted(f"scenario {name}" for name in RECORDS)
    assert {name: one["median"] for name, one in ours["claims"].items()} == pytest.approx(
        BY_HAND, rel=1e-5
    )
    assert ours["mappings"] == digest(published_results())
