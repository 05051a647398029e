"""Levers for the law of levers: what is made stronger, and which way its target must move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from levers.cases import CHINA, US, Case
from levers.pairs import at, scenario, series, year_before

from sim.core.worlds import Worlds
from sim.experiments.branching import Baseline
from sim.experiments.ensemble import of_worlds
from sim.outcomes.record import RIVAL, Record, trailing

# Reasons why a lever may move its target the other way for a while, or in some worlds.
HOARDED = "a rule that leaves half open lets dies be bought ahead through the open half (M3)"
STOCKS = (
    "equipment bought ahead stands in for what is denied, while home tools spread faster where "
    "foreign ones are denied (shelter, M5)"
)
SHELTERED = "home tools and memory grew faster where foreign ones are denied (shelter, M5)"
IDLE = "capacity built sooner stands idle sooner, and is let go: by then orders decide"
WORKED_OFF = (
    "capacity built sooner works off waiting orders sooner (of the worlds that go the other way, "
    "1.3 months' output is ordered in the median where 1.4 are without the act), grows more slowly "
    "for a while, is behind by 4 % at most, and is ahead again a year later"
)
LARGER = "labs that may release less often train longer: fewer releases, and larger ones"
PROTECTED = "a home market that is protected grows its own makers (infant industry, M5)"
RENTED = "where no foreign chip is sold any more, scarcity makes labs rent more abroad (M4)"
SPENT_ABROAD = "what a voucher saves on home chips buys foreign ones where home chips are short"

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
        bases: scenarios to which the act is added, and from when.
        excused: months after the effect for which the law does not hold, with the reason.
        overrides: channels that are switched off, so that a reason for an exception is tried.
    """

    kind: str
    act: dict
    weak: dict | None
    strong: dict
    targets: tuple[Target, ...]
    bases: tuple[tuple[str, str], ...] = (PAST, AHEAD)
    excused: dict[int, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = [self.act[key] for key in ("bloc", "market", "destination") if key in self.act]
        steps = [
            ",".join(f"{k} {v:g}" for k, v in (one or {"none": 0}).items())
            for one in (self.weak, self.strong)
        ]
        off = [one.partition("=")[0] + " off" for one in self.overrides]
        bases = [base for base, _ in self.bases]
        return " ".join([self.kind, *where, " to ".join(steps), *off, "in", *bases])

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


def chinese_open_weights(run: Record) -> np.ndarray:
    """Capability of the best open weights of Chinese labs, ECI points."""
    return run.labs("open_capability", RIVAL).max(axis=1)


def total_training(run: Record) -> np.ndarray:
    """Training worth of all chips that are installed in China, H100e."""
    return run.total("lab", "training", RIVAL) + run.total("cloud", "cloud_training", RIVAL)


@lru_cache(maxsize=24)  # the last levers, some 25 MB a run of 48 worlds
def worlds_of(
    base: str, text: str, overrides: tuple[str, ...], ensemble: str, until: str, worlds: int
) -> Record:
    """A run of a scenario with an act added, in worlds of the prior or the posterior.

    It branches from the run without the act, which is the same bit for bit (`test_going_on.py`).
    """
    months = scenario(base).scenario.calendar.month(until) + 1
    overrides = (*overrides, f"months={months}")
    without = baseline(base, overrides, ensemble, worlds)
    if not text:
        return without.record
    return without.branch(of_worlds(scenario(base, text, overrides), ensemble))


@lru_cache(maxsize=8)
def baseline(base: str, overrides: tuple[str, ...], ensemble: str, worlds: int) -> Baseline:
    """A run from which levers branch."""
    resolved = of_worlds(scenario(base, "", overrides), ensemble)
    return Baseline(resolved, Worlds(range(worlds)), every=6)


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


def by_strength(kind: str, act: dict, strong: float, *targets: Target, **more) -> tuple[Lever, ...]:
    """No act, the act at half strength, and at full strength: two levers."""
    half, full = {"strength": strong / 2}, {"strength": strong}
    return tuple(Lever(kind, act, *pair, targets, **more) for pair in ((None, half), (half, full)))


OWN_GROWTH = ("channels.infant_industry=false", "channels.stockpiling=false")
NO_HOARDING = ("channels.stockpiling=false",)
HOME_SHARE = Target("domestic_share", None, 1)
SMIC = Target("foundry_capacity", "SMIC", -1)
BUILDS = Target("foundry_capacity", "SMIC", 1)
DIES = Target("die_flow", f"TSMC 7 nm > {ASCEND}", -1, is_year=True)
DELIVERED = Target("supplier_delivered", ASCEND, -1, is_year=True)
MODELS = {bloc: Target(f"{bloc}_frontier", None, -1, is_year=True) for bloc in ("us", "china")}
OPEN_FRONTIER = Target("open_frontier", None, -1, is_year=True)


def of_tools(kind: str) -> tuple[Lever, ...]:
    """Denial of equipment, from where none is denied and from where much is already."""
    return (
        *by_strength(kind, against(), 1, SMIC, bases=(PAST,)),
        *by_strength(
            kind,
            against(),
            1,
            SMIC,
            bases=(AHEAD,),
            excused={12: STOCKS, 24: STOCKS, 48: SHELTERED},
        ),
        *by_strength(
            kind, against(), 1, SMIC, bases=(AHEAD,), overrides=OWN_GROWTH, excused={48: IDLE}
        ),
    )


LEVERS: tuple[Lever, ...] = (
    *by_strength(
        "entity_listing",
        {"by": US, "targets": ["DeepSeek"]},
        1,
        Target("trade_units", "Nvidia > DeepSeek", -1, is_year=True),
    ),
    Lever(
        "foundry_rule",
        {"by": US, "targets": [ASCEND]},
        None,
        {"strength": 0.5},
        (DIES,),
        (PAST,),
        {12: HOARDED, 24: HOARDED, 48: HOARDED},
    ),
    *by_strength(
        "foundry_rule",
        {"by": US, "targets": [ASCEND]},
        1,
        DIES,
        bases=(PAST,),
        overrides=NO_HOARDING,
    ),
    Lever(
        "foundry_rule",
        {"by": US, "targets": [ASCEND]},
        {"strength": 0.5},
        {"strength": 1},
        (DIES,),
    ),
    *of_tools("tool_control"),
    *of_tools("allied_alignment"),
    *by_strength("hbm_control", against(), 1, DELIVERED, excused={48: SHELTERED}),
    *by_strength("remote_access", against(), 1, Target("rented", "Alibaba", -1, is_year=True)),
    *by_strength(
        "enforcement",
        against(),
        1,
        Target("flow_smuggled", NVIDIA, -1, is_year=True),
        Target("leaked_share", None, -1),
        bases=(AHEAD,),
    ),
    *by_strength(
        "investment_ban",
        against(),
        1,
        Target("china_investment", None, -1),
        Target("china_spending", None, -1),
    ),
    *by_strength(
        "fab_subsidy",
        inside("Rest", US),
        0.6,
        Target("foundry_capacity", "TSMC", 1),
        bases=(PAST,),
        excused={24: WORKED_OFF, 48: IDLE},
    ),
    *by_strength(
        "fab_subsidy",
        inside("Rest", US),
        0.6,
        Target("foundry_capacity", "TSMC", 1),
        bases=(AHEAD,),
    ),
    *by_strength("fab_subsidy", inside("US", US), 0.6, Target("foundry_capacity", "US fabs", 1)),
    *by_strength("fab_subsidy", inside("China", CHINA), 0.6, BUILDS, bases=(PAST,)),
    *by_strength(
        "fab_subsidy",
        inside("China", CHINA),
        0.6,
        BUILDS,
        bases=(AHEAD,),
        excused={24: IDLE, 48: IDLE},
    ),
    *by_strength("chip_fund", inside("China", CHINA), 1, BUILDS, HOME_SHARE, bases=(PAST,)),
    *by_strength(
        "chip_fund",
        inside("China", CHINA),
        1,
        BUILDS,
        HOME_SHARE,
        bases=(AHEAD,),
        excused={24: IDLE, 48: IDLE},
    ),
    *by_strength("import_guidance", inside("China", CHINA), 1, HOME_SHARE),
    *by_strength("domestic_mandate", inside("China", CHINA), 1, HOME_SHARE),
    *by_strength(
        "compute_voucher",
        inside("China", CHINA),
        0.6,
        Target("flow_units", f"{ASCEND} > China", 1, is_year=True),
        HOME_SHARE,
        bases=(PAST,),
    ),
    *by_strength(
        "compute_voucher",
        inside("China", CHINA),
        0.6,
        HOME_SHARE,
        bases=(AHEAD,),
        excused={48: SPENT_ABROAD},
    ),
    *by_strength("crackdown", inside("China", CHINA), 0.5, Target("china_spending", None, -1)),
    *by_strength("crackdown", inside("US", US), 0.5, Target("us_spending", None, -1)),
    Lever(
        "model_registration",
        inside("China", CHINA),
        None,
        {"strength": 0.4},
        (MODELS["china"],),
        excused={12: LARGER},
    ),
    Lever(
        "model_registration",
        inside("China", CHINA),
        {"strength": 0.4},
        {"strength": 0.8},
        (MODELS["china"],),
        excused={24: LARGER, 48: LARGER},
    ),
    *by_strength("model_registration", inside("US", US), 0.8, MODELS["us"]),
    *by_strength(
        "open_weights_ban",
        inside("China", CHINA),
        1,
        Target("open_frontier of Chinese labs", None, -1, of=chinese_open_weights),
    ),
    *by_strength("open_weights_ban", inside("US", US), 1, OPEN_FRONTIER),
    *by_strength(
        "minerals_retaliation",
        {"by": CHINA, "destination": "US"},
        1,
        Target("supplier_price", "Nvidia", 1, is_year=True),
    ),
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
    *by_strength(
        "visa_restriction",
        against(),
        1,
        Target("talent_pool_people", f"{PEOPLE} the US", -1),
        Target("talent_pool_people", f"{PEOPLE} China", 1),
    ),
    *by_strength(
        "talent_program",
        inside("China", CHINA),
        1,
        Target("talent_pool_people", f"{PEOPLE} China", 1),
    ),
    *by_strength(
        "talent_program", inside("US", US), 1, Target("talent_pool_people", f"{PEOPLE} the US", 1)
    ),
    *by_strength(
        "power_program", inside("US", US), 1, Target("power_supplier_capacity", "US grid", 1)
    ),
    *by_strength(
        "power_program",
        inside("China", CHINA),
        1,
        Target("power_supplier_capacity", "China grid", 1),
    ),
    *by_strength("power_subsidy", inside("US", US), 0.9, Target("unit_cost", "OpenAI", -1)),
    *by_strength("power_subsidy", inside("China", CHINA), 0.9, Target("unit_cost", "Alibaba", -1)),
    *by_strength(
        "adoption_program", inside("China", CHINA), 1, Target("market_adoption", "China", 1)
    ),
    *by_strength(
        "adoption_program", inside("US", US), 1, Target("market_adoption", "United States", 1)
    ),
)

FOREIGN = Target("foreign training worth", None, -1, of=foreign_training)
TOTAL = Target("total training worth", None, -1, of=total_training)
EARNED = Target("us_supplier_revenue_china", None, -1)
DENIED = {"by": US, "destination": "China", "licence_rate": 0, "levy": 0, "cap": 10}
LICENSED = {**DENIED, "tpp": 2400, "licence_rate": 1}
NO_SHELTER = ("channels.infant_industry=false",)


def of_chips(act: dict, name: str, *steps: float | None) -> tuple[Lever, ...]:
    """A rule on chips, tightened step by step (None: no rule), and what it may not do.

    Tighter may not bring more foreign training worth to China, more revenue from it, a lower home
    share; nor, for two years, more training worth in all, or for four without infant industry.
    Where no rule was before, the first makes buyers fear the next and buy ahead (M3), so that what
    is said of the past is said without buying ahead.
    """
    found: list[Lever] = []
    for loose, tight in pairwise(steps):
        pair = (None if loose is None else {name: loose}, {name: tight})
        found += [
            Lever("chip_rule", act, *pair, (FOREIGN,), (AHEAD,), {48: RENTED}),
            Lever("chip_rule", act, *pair, (EARNED, HOME_SHARE), (AHEAD,)),
            Lever("chip_rule", act, *pair, (TOTAL,), (AHEAD,), {48: PROTECTED}),
            Lever("chip_rule", act, *pair, (TOTAL,), (AHEAD,), overrides=NO_SHELTER),
            Lever("chip_rule", act, *pair, (FOREIGN, EARNED, HOME_SHARE), (PAST,), {}, NO_HOARDING),
            Lever("chip_rule", act, *pair, (TOTAL,), (PAST,), {48: PROTECTED}, NO_HOARDING),
            Lever("chip_rule", act, *pair, (TOTAL,), (PAST,), overrides=OWN_GROWTH),
        ]
    return tuple(found)


CHIP_LEVERS: tuple[Lever, ...] = (
    *of_chips(DENIED, "tpp", None, 10_000, 4800, 2400, 1200, 600),
    *of_chips(DENIED, "bandwidth", None, 3, 1.4, 0.6),
    *of_chips(DENIED, "interconnect", None, 600, 200),
    *of_chips(LICENSED, "licence_rate", 1, 0.5, 0),
    *of_chips(LICENSED, "levy", 0, 0.25, 1),
    *of_chips(LICENSED, "cap", 10, 0.5, 0.1),
)

# Where the law does not hold yet, by the limit that is tightened and its new value: to be mended.
_BANDWIDTH = (
    "a chip with slow memory trains nearly as well and is priced by what it is worth to buyers, "
    "so that a limit on bandwidth alone makes worth for training cheaper"
)
_LINKS = "a chip with slow links counts whole in a share by peak performance, and trains worse"
OPEN: dict[tuple[str, float], str] = {
    ("tpp", 4800): "revenue of the first year is higher than under 10,000 TPP in some worlds",
    **{("tpp", limit): "total after 48 months, in a sixth of worlds" for limit in (2400, 1200)},
    ("cap", 0.5): "total after 48 months without infant industry, in a fifth of worlds",
    ("licence_rate", 0): "revenue of the first year, in a sixth of worlds of the posterior",
    ("levy", 1): "by a thousandth, where few licensed chips are left; cause not traced",
    ("tpp", 600): "money that no weak chip takes buys home chips, which train better",
    **{("bandwidth", limit): _BANDWIDTH for limit in (3, 1.4, 0.6)},
    **{("interconnect", limit): _LINKS for limit in (600, 200)},
}
