"""What made DeepSeek: its gain to January 2025, split among causes that add up to the whole.

Worlds run as enacted to the end of July 2022, the month before the first rule on chips. From there
the same worlds go on once for every set of causes, without those that are not in the set (see
`CAUSES`). The Shapley value splits the gain among the causes; what is gained without any of them is
the part `REST`. In each world the parts add up to the gain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import finish, load_in
from sim.experiments.shapley import exact
from sim.model.race import Race
from sim.record.checkpoints import checkpoint, resume
from sim.record.recorder import Recorder
from sim.research.identification.distribution import LOG_POINTS, distribution, rounded
from sim.research.identification.effects import Progress
from sim.research.identification.ensemble import BLOCK, ENACTED, NO_CONTROLS, Ensemble
from sim.research.identification.prior_dependence import chance_bound, correlations
from sim.scenario.load import ResolvedScenario

LAB = "DeepSeek"
FIRST, LAST = "2022-08", "2025-01"  # months in which causes are off: the first rule, R1
GAINS = {"log_training_efficiency": LOG_POINTS, "capability": "ECI points"}  # series and unit
REST = "field"
CONTROLS = "controls"
NO_EFFORT = "channels.directed_effort=false"  # the channel by which denial can spur
MOST = 2  # numbers named for each share, of those that move it most

Levels = dict[str, Block]  # by series of `GAINS`


@dataclass(frozen=True)
class Cause:
    """A cause of the gain, and what a history without it lacks from `FIRST` on.

    Attributes:
        title: in words.
        without: what is switched off, and why this is the history without the cause.
        scenario: whose acts are in force.
        settings: numbers and channels of the scenario that are set, `KEY=VALUE`.
        emptied: stocks of the lab that are empty at the start of `FIRST`, by place in the race.
        held: numbers of the lab that are set back at the start of each month to what they were.
    """

    title: str
    without: str
    scenario: str = ENACTED
    settings: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


CAUSES = {
    CONTROLS: Cause(
        "the controls",
        "From August 2022 on no act is in force that `no_controls` withholds: American rules on "
        "chips, tools, memory, firms, capital and people, and the Chinese acts that answer them.",
        scenario=NO_CONTROLS,
    ),
    "money": Cause(
        "its money",
        "Its budget for compute, and what it spends again of its revenue, are set back each month "
        "to July 2022, so that it never has more than one month's growth. The budgets of all "
        "others grow, and chips become cheaper.",
        held=("labs.purchasing.budget", "labs.serving.reinvested"),
    ),
    "know_how": Cause(
        "others' know-how",
        "The channel `spillover` is off: nobody learns from open or closed releases, trains on the "
        "outputs of better models, or starts from open weights.",
        settings=("channels.spillover=false",),
    ),
    "old_chips": Cause(
        "chips bought before the controls",
        "It has none of the chips that it had installed by the end of July 2022, and the channel "
        "`stockpiling` is off: nobody buys ahead of a rule that is feared or announced.",
        settings=("channels.stockpiling=false",),
        emptied=tuple(
            f"labs.purchasing.{stock}"
            for stock in (
                "chips", "training", "inference", "training_free", "inference_free", "draw",
            )
        ),
    ),
    "ability": Cause(
        "its people's ability beyond the usual",
        "The pace of its research for equal inputs, `labs.DeepSeek.ability`, is 1: the usual.",
        settings=(f"labs.{LAB}.ability=1",),
    ),
}  # fmt: skip
REMAINDER = {
    "title": "its own research at the usual pace",
    "without": "The gain with all other causes off: what its growing staff finds with the usual "
    "ability and the money of July 2022, at the pace of the field, on chips that become cheaper.",
}


def deepseek(ensemble: Ensemble, progress: Progress = lambda step: None) -> dict[str, Any]:
    """The gain of the lab and its parts, as plain data (`deepseek` in docs/evidence.json)."""
    progress(f"what made {LAB}")
    blocks = [
        gains(Branches(ensemble.name, block, ensemble.seed))
        for block in Worlds(range(ensemble.worlds)).blocks(BLOCK)
    ]
    numbers = {path: row for path, row in ensemble.numbers().items() if np.ptp(row) > 0}
    causes = {name: {"title": one.title, "without": one.without} for name, one in CAUSES.items()}
    return {
        "lab": LAB,
        "first": FIRST,
        "last": LAST,
        "causes": causes | {REST: REMAINDER},
        "gains": {
            name: summary(np.concatenate([one[name] for one in blocks], axis=-1), unit, numbers)
            for name, unit in GAINS.items()
        },
    }


class Branches:
    """Worlds as enacted to the month before `FIRST`, and histories that branch from there.

    Args:
        ensemble: its name (see `posterior_of`).
        worlds: in one block.
        seed: of the ensemble's luck.

    Attributes:
        before: level of each series at the branch, `[world]`.
    """

    def __init__(self, ensemble: str, worlds: Worlds, seed: int) -> None:
        self.ensemble, self.worlds, self.seed = ensemble, worlds, seed
        enacted = self._resolved(ENACTED)
        calendar = enacted.scenario.calendar
        self.months = calendar.month(LAST) + 1
        race = Race(enacted, worlds.numbers, seed, calendar.month(FIRST))
        self.before = self._levels(race)
        self.past = checkpoint(race)

    def _resolved(self, scenario: str, settings: Iterable[str] = ()) -> ResolvedScenario:
        return load_in(scenario, self.ensemble, settings)

    def _levels(self, race: Race, before: Callable[[], None] | None = None) -> Levels:
        """Run a race to its end; the levels of the lab there."""
        arrays = finish(race, Recorder(race, GAINS), before=before).arrays
        row = race.labs.names.index(LAB)
        return {name: arrays[name][-1, row].astype(float) for name in GAINS}

    def branch(self, missing: Sequence[Cause], settings: Iterable[str] = ()) -> Race:
        """A race at the start of `FIRST` that goes on without some causes.

        Args:
            settings: what else is set, `KEY=VALUE`.
        """
        acts = next((one.scenario for one in missing if one.scenario != ENACTED), ENACTED)
        settings = [*settings, *(text for one in missing for text in one.settings)]
        race = Race(self._resolved(acts, settings), self.worlds.numbers, self.seed, self.months)
        resume(race, self.past)
        for place in (place for one in missing for place in one.emptied):
            self._set(race, place, 0.0)
        return race

    def without(self, missing: Sequence[Cause], settings: Iterable[str] = ()) -> Levels:
        """The levels in `LAST` of a history that lacks some causes from `FIRST` on."""
        race = self.branch(missing, settings)
        held = [place for one in missing for place in one.held]

        def hold() -> None:
            for place in held:
                owner, name = place.rsplit(".", 1)
                self._set(race, place, self.past.blocks[owner][name])

        return self._levels(race, hold)

    def _set(self, race: Race, place: str, values: Block | float) -> None:
        """Replace the lab's row of a state; the rows of others stay."""
        where, name = place.rsplit(".", 1)
        owner, row = race.owners[where], np.array([[lab == LAB] for lab in race.labs.names])
        setattr(owner, name, np.where(row, values, getattr(owner, name)))


def gains(branches: Branches, causes: Mapping[str, Cause] = CAUSES) -> dict[str, Block]:
    """Gains with every set of causes, without and with directed effort: `[2, set, world]`.

    A set is a number whose bit `n` is set if the cause `n` is in it. Effort is switched off only
    where there are controls: scarcity directs it, and without controls there is hardly any.
    """
    found: dict[str, list[list[Block]]] = {name: [[], []] for name in GAINS}
    for members in range(2 ** len(causes)):
        there = {name for bit, name in enumerate(causes) if members >> bit & 1}
        missing = [cause for name, cause in causes.items() if name not in there]
        levels = branches.without(missing)
        undirected = branches.without(missing, [NO_EFFORT]) if CONTROLS in there else levels
        for name, base in branches.before.items():
            for effort, after in enumerate((undirected, levels)):
                found[name][effort].append(after[name] - base)
    return {name: np.array(rows) for name, rows in found.items()}


def parts(gained: Block) -> dict[str, Block]:
    """The part of each cause and the rest, `[world]` each: they add up to the gain.

    Args:
        gained: with every set of causes, `[set, world]`.
    """
    return dict(zip(CAUSES, exact(gained), strict=True)) | {REST: gained[0]}


def summary(gained: Block, unit: str, numbers: Mapping[str, Block]) -> dict[str, Any]:
    """A gain, its parts and their shares over worlds, and which numbers move the shares.

    `last` is what is lost where one cause alone is missing; `by_effort` the part of the controls
    that they have only by directed effort. Worlds without a gain have no shares.

    Args:
        gained: without and with directed effort, `[2, set, world]`.
        numbers: of the worlds, by dotted path.
    """
    whole, found = gained[1, -1], parts(gained[1])
    some = whole > 0
    shares = {name: part[some] / whole[some] for name, part in found.items()}
    without_one = {name: gained[1, -1 - (1 << bit)] for bit, name in enumerate(CAUSES)}
    by_effort = found[CONTROLS] - parts(gained[0])[CONTROLS]
    tops = _movers(shares, {path: row[some] for path, row in numbers.items()})
    return {
        "unit": unit,
        "whole": distribution(whole, unit),
        "parts": {name: distribution(part, unit) for name, part in found.items()},
        "shares": {name: distribution(share, "share") for name, share in shares.items()},
        "last": {name: distribution(whole - one, unit) for name, one in without_one.items()},
        "by_effort": distribution(by_effort, unit),
        "moved_by": tops,
    }


def _movers(shares: Levels, numbers: Mapping[str, Block]) -> dict[str, dict[str, float]]:
    """For each share the numbers whose rank correlation with it is largest and beyond chance."""
    worlds = len(next(iter(shares.values())))
    if worlds < 2 or not numbers:
        return {name: {} for name in shares}
    rho = correlations(list(numbers.values()), list(shares.values()))
    bound = chance_bound(rho.size, worlds)
    tops = {}
    for name, column in zip(shares, rho.T, strict=True):
        ranked = sorted(zip(numbers, column.tolist(), strict=True), key=lambda one: -abs(one[1]))
        tops[name] = {
            path: rounded(value, 3) for path, value in ranked[:MOST] if abs(value) > bound
        }
    return tops
