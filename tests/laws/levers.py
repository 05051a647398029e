"""Levers for the law of levers: what is made stronger, and which way its target must move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from levers.cases import CHINA, US, Case
from levers.pairs import at, scenario, series, year_before

from sim.experiments.ensemble import POSTERIOR, of_worlds, simulate
from sim.outcomes.record import RIVAL, Record, trailing

ASCEND, NVIDIA = "Huawei Ascend", "Nvidia > China"
PEOPLE = "Researchers in"
AFTER = (12, 24, 48)  # months after the act takes effect
PAST, AHEAD = ("baseline", "2022-07-01"), ("as_enacted", "2026-06-01")  # base, and from when


@dataclass(frozen=True)
class Target:
    """What a lever moves: an outcome or a row of a series, in a month or over a year, and its way.

    Attributes:
        way: 1: more strength raises it; -1: lowers it.
        is_year: the sum of the twelve months that end with the month.
        of: computes it from a record, `[month, world]`, where it is neither.
    """

    name: str
    row: str | None
    way: int
    is_year: bool = False
    of: Callable[[Record], np.ndarray] | None = None

    def values(self, run: Record, month: str) -> np.ndarray:
        """Its values in the worlds of a run."""
        paths = self.of(run) if self.of else series(run, self.name, self.row)
        return (year_before if self.is_year else at)(run, paths, month)


@dataclass(frozen=True)
class Lever:
    """An act added to a scenario, weaker and stronger.

    Attributes:
        weak, strong: the fields of the act that differ; `weak=None`: no act.
        excused: months after the effect for which the law does not hold, with the reason.
        idle: why it may move nothing (empty: it must move its target in most worlds).
    """

    kind: str
    act: dict
    weak: dict | None
    strong: dict
    targets: tuple[Target, ...]
    bases: tuple[tuple[str, str], ...] = (PAST, AHEAD)
    excused: dict[int, str] = field(default_factory=dict)
    idle: str = ""
    overrides: tuple[str, ...] = ()

    def text(self, fields: dict | None, start: str) -> str:
        """The act as a table of a scenario file; empty without one."""
        if fields is None:
            return ""
        dates = {"announced": start, "effective": start}
        return Case({**dates, **self.act, **fields}, ()).text(self.kind)


def foreign_training(run: Record) -> np.ndarray:
    """Training worth of foreign chips that reach China: twelve months' imports, and rental, H100e.

    Legal and smuggled chips of foreign suppliers, and the mean of what labs rent abroad.
    """
    legal = run.flows("flow_training", None, RIVAL) - run.flows("flow_training", RIVAL, RIVAL)
    smuggled = run.flows("flow_smuggled_training", None, RIVAL)
    return trailing(legal + smuggled, 12) + trailing(run.total("lab", "rented", RIVAL), 12) / 12


def total_training(run: Record) -> np.ndarray:
    """Training worth of all chips that are installed in China, H100e."""
    return run.total("lab", "training", RIVAL) + run.total("cloud", "cloud_training", RIVAL)


@cache
def worlds_of(
    base: str, text: str, overrides: tuple[str, ...], ensemble: str, until: str, worlds: int
) -> Record:
    """A run of a scenario with an act added, in worlds of the prior or the posterior."""
    resolved = of_worlds(scenario(base, text, overrides), ensemble)
    return simulate(resolved, worlds, months=resolved.scenario.calendar.month(until) + 1)


def later(start: str, months: int) -> str:
    """The month so many months after a date."""
    year, month = map(int, start.split("-")[:2])
    years, rest = divmod(month - 1 + months, 12)
    return f"{year + years}-{rest + 1:02d}"


def moves(
    lever: Lever, target: Target, base: tuple[str, str], ensemble: str, months: int, worlds: int
) -> np.ndarray:
    """By how much more strength moves a target its stated way, in its median, `[world]`."""
    name, start = base
    until = later(start, AFTER[-1])
    weak, strong = (
        target.values(
            worlds_of(name, lever.text(act, start), lever.overrides, ensemble, until, worlds),
            later(start, months),
        )
        for act in (lever.weak, lever.strong)
    )
    usual = max(abs(float(np.median(weak))), abs(float(np.median(strong))))
    return target.way * (strong - weak) / max(usual, 1e-12)


def against(destination: str = "China", **more) -> dict:
    """An American act against a bloc."""
    return {"by": US, "destination": destination, **more}


def inside(bloc: str, by: str) -> dict:
    """An act inside a bloc."""
    return {"by": by, "bloc": bloc}


def by_strength(
    kind: str, act: dict, strong: float, *targets: Target, weak: float | None = None, **more
) -> tuple[Lever, ...]:
    """No act, the act at half strength, and at full strength: two levers."""
    half = {"strength": weak or strong / 2}
    full = {"strength": strong}
    return tuple(Lever(kind, act, *pair, targets, **more) for pair in ((None, half), (half, full)))


HOME_SHARE = Target("domestic_share", None, 1)
SMIC = Target("foundry_capacity", "SMIC", -1)
POSTERIORS = (POSTERIOR,)

LEVERS: dict[str, tuple[Lever, ...]] = {
    "entity_listing": by_strength(
        "entity_listing",
        {"by": US, "targets": ["DeepSeek"]},
        1,
        Target("trade_units", "Nvidia > DeepSeek", -1, is_year=True),
        Target("training", "DeepSeek", -1),
    ),
    "foundry_rule": by_strength(
        "foundry_rule",
        {"by": US, "targets": [ASCEND]},
        1,
        Target("die_flow", f"TSMC 7 nm > {ASCEND}", -1, is_year=True),
        Target("supplier_delivered", ASCEND, -1, is_year=True),
    ),
    "tool_control": by_strength("tool_control", against(), 1, SMIC),
    "allied_alignment": by_strength("allied_alignment", against(), 1, SMIC),
    "hbm_control": by_strength(
        "hbm_control", against(), 1, Target("supplier_delivered", ASCEND, -1, is_year=True)
    ),
    "remote_access": by_strength(
        "remote_access", against(), 1, Target("rented", "Alibaba", -1, is_year=True)
    ),
    "enforcement": by_strength(
        "enforcement",
        against(),
        1,
        Target("flow_smuggled", NVIDIA, -1, is_year=True),
        Target("leaked_share", None, -1),
        bases=(AHEAD,),
    ),
    "investment_ban": by_strength(
        "investment_ban",
        against(),
        1,
        Target("china_investment", None, -1),
        Target("china_spending", None, -1),
    ),
    "fab_subsidy": (
        *by_strength("fab_subsidy", inside("Rest", US), 0.6, Target("foundry_capacity", "TSMC", 1)),
        *by_strength(
            "fab_subsidy", inside("US", US), 0.6, Target("foundry_capacity", "US fabs", 1)
        ),
        *by_strength(
            "fab_subsidy", inside("China", CHINA), 0.6, Target("foundry_capacity", "SMIC", 1)
        ),
    ),
    "chip_fund": by_strength(
        "chip_fund",
        inside("China", CHINA),
        1,
        Target("foundry_capacity", "SMIC", 1),
        HOME_SHARE,
    ),
    "import_guidance": by_strength(
        "import_guidance",
        inside("China", CHINA),
        1,
        Target("flow_units", NVIDIA, -1, is_year=True),
        HOME_SHARE,
    ),
    "domestic_mandate": by_strength(
        "domestic_mandate",
        inside("China", CHINA),
        1,
        Target("flow_units", NVIDIA, -1, is_year=True),
        HOME_SHARE,
    ),
    "compute_voucher": by_strength(
        "compute_voucher",
        inside("China", CHINA),
        0.6,
        Target("flow_units", f"{ASCEND} > China", 1, is_year=True),
        HOME_SHARE,
    ),
    "crackdown": (
        *by_strength("crackdown", inside("China", CHINA), 0.5, Target("china_spending", None, -1)),
        *by_strength("crackdown", inside("US", US), 0.5, Target("us_spending", None, -1)),
    ),
    "model_registration": (
        *by_strength(
            "model_registration", inside("China", CHINA), 0.8, Target("china_frontier", None, -1)
        ),
        *by_strength("model_registration", inside("US", US), 0.8, Target("us_frontier", None, -1)),
    ),
    "minerals_retaliation": by_strength(
        "minerals_retaliation",
        {"by": CHINA, "destination": "US"},
        1,
        Target("supplier_price", "Nvidia", 1),
    ),
    "service_ban": (
        *by_strength(
            "service_ban",
            {"by": CHINA, "market": "China", "origin": "US"},
            1,
            Target("use_share", "China > OpenAI", -1),
            bases=(PAST,),
        ),
        *by_strength(
            "service_ban",
            {"by": US, "market": "United States", "origin": "China"},
            1,
            Target("use_share", "United States > DeepSeek", -1),
        ),
    ),
    "visa_restriction": by_strength(
        "visa_restriction",
        against(),
        1,
        Target("talent_pool_people", f"{PEOPLE} the US", -1),
        Target("talent_pool_people", f"{PEOPLE} China", 1),
    ),
    "talent_program": (
        *by_strength(
            "talent_program",
            inside("China", CHINA),
            1,
            Target("talent_pool_people", f"{PEOPLE} China", 1),
        ),
        *by_strength(
            "talent_program",
            inside("US", US),
            1,
            Target("talent_pool_people", f"{PEOPLE} the US", 1),
        ),
    ),
    "power_program": (
        *by_strength(
            "power_program", inside("US", US), 1, Target("power_supplier_capacity", "US grid", 1)
        ),
        *by_strength(
            "power_program",
            inside("China", CHINA),
            1,
            Target("power_supplier_capacity", "China grid", 1),
        ),
    ),
    "power_subsidy": (
        *by_strength("power_subsidy", inside("US", US), 0.9, Target("unit_cost", "OpenAI", -1)),
        *by_strength(
            "power_subsidy", inside("China", CHINA), 0.9, Target("unit_cost", "Alibaba", -1)
        ),
    ),
    "adoption_program": (
        *by_strength(
            "adoption_program", inside("China", CHINA), 1, Target("market_adoption", "China", 1)
        ),
        *by_strength(
            "adoption_program", inside("US", US), 1, Target("market_adoption", "United States", 1)
        ),
    ),
}
