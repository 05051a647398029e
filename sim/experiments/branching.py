"""One run that others go on from: the quick answer to a change of something that is to come."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sim.core.worlds import Worlds
from sim.experiments.ensemble import finish
from sim.model.race import Race
from sim.outcomes.measures import Record
from sim.record.checkpoints import Checkpoint, CheckpointKeeper, first_difference, resume
from sim.record.recorder import Recorder
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import SharedDraws, shared_draws

Tick = Callable[[int], None]


class Baseline:
    """A run of some worlds, from whose past the same worlds of other scenarios go on.

    The numbers are those of a run of the other scenario from its first month, bit for bit (law 3):
    only months in which nothing can differ yet are not computed again.

    Args:
        loaded: the scenario.
        worlds: which, in one block.
        seed: of the ensemble's luck.
        only: names of the series to record (None: all).
        every: months between two moments from which others can go on; a moment takes about
            12 kB of memory a world.
        tick: called after each month with the world-months done in it.
        kin: one of another scenario with the same worlds and seed: what both declare alike is
            drawn once.
    """

    def __init__(
        self,
        resolved: ResolvedScenario,
        worlds: Worlds,
        seed: int = 0,
        only: Collection[str] | None = None,
        every: int = 12,
        tick: Tick | None = None,
        kin: Baseline | None = None,
    ) -> None:
        self.resolved, self.worlds, self.seed = resolved, worlds, seed
        race = Race(resolved, worlds.numbers, seed, shared=kin._shared(resolved) if kin else None)
        self._drawn = race.chance, race.numbers
        self._moments = CheckpointKeeper(race, every)
        self._recorder = Recorder(race, only)
        self.record = finish(race, self._recorder, tick, self._moments.take)

    def shared(self, other: ResolvedScenario) -> int:
        """How many months of the other scenario need not be computed."""
        moment = self._moment(other)
        return moment.month if moment else 0

    def _moment(self, other: ResolvedScenario) -> Checkpoint | None:
        """The last one before the other scenario can differ."""
        if not self._is_akin(other):
            return None
        return self._moments.last(first_difference(self.resolved, other))

    def _is_akin(self, other: ResolvedScenario) -> bool:
        """Whether the other scenario runs in the same worlds."""
        return other.posterior is self.resolved.posterior

    def _shared(self, other: ResolvedScenario) -> SharedDraws | None:
        """What the other scenario in these worlds need not draw again."""
        return shared_draws(self.resolved, *self._drawn, other) if self._is_akin(other) else None

    def go_on(self, other: ResolvedScenario, tick: Tick | None = None) -> Record:
        """The record of another scenario in the same worlds, with the same luck."""
        race = Race(other, self.worlds.numbers, self.seed, shared=self._shared(other))
        moment = self._moment(other)
        if moment:
            resume(race, moment)
        recorder = self._recorder.following(race)
        return finish(race, recorder, tick)
