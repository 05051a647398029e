"""A baseline run from which other scenarios branch where they first differ from it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sim.core.worlds import Worlds
from sim.experiments.ensemble import finish
from sim.model.race import Race
from sim.outcomes.record import Record
from sim.record.checkpoints import Checkpoint, CheckpointKeeper, first_difference, resume
from sim.record.recorder import Recorder
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import SharedDraws, shared_draws

Tick = Callable[[int], None]


class Baseline:
    """A run of some worlds from which other scenarios branch in the same worlds.

    The results are those of a run of the other scenario from its first month, bit for bit (law 3):
    only the months in which nothing can differ yet are not computed again.

    Args:
        resolved: the scenario.
        worlds: the worlds, in one block.
        seed: seed of the ensemble's luck.
        only: names of the series to record (None: all).
        every: months between two checkpoints; each takes about 12 kB of memory a world.
        tick: called after each month with the world-months done in it.
        related: a baseline of another scenario with the same worlds and seed: numbers that both
            declare alike are drawn once.
    """

    def __init__(
        self,
        resolved: ResolvedScenario,
        worlds: Worlds,
        seed: int = 0,
        only: Collection[str] | None = None,
        every: int = 12,
        tick: Tick | None = None,
        related: Baseline | None = None,
    ) -> None:
        self.resolved, self.worlds, self.seed = resolved, worlds, seed
        shared = related._shared_draws(resolved) if related else None
        race = Race(resolved, worlds.numbers, seed, shared=shared)
        self._drawn = race.chance, race.parameters
        self._checkpoints = CheckpointKeeper(every)
        self._recorder = Recorder(race, only)
        self.record = finish(race, self._recorder, tick, lambda: self._checkpoints.take(race))

    def shared(self, other: ResolvedScenario) -> int:
        """How many months of the other scenario need not be computed."""
        past = self._last_checkpoint(other)
        return past.month if past else 0

    def _last_checkpoint(self, other: ResolvedScenario) -> Checkpoint | None:
        """The last checkpoint before the other scenario can differ."""
        if not self._has_same_worlds(other):
            return None
        return self._checkpoints.last(first_difference(self.resolved, other))

    def _has_same_worlds(self, other: ResolvedScenario) -> bool:
        """Whether the other scenario runs in the same worlds."""
        return other.posterior is self.resolved.posterior

    def _shared_draws(self, other: ResolvedScenario) -> SharedDraws | None:
        """Draws of these worlds that the other scenario shares."""
        if not self._has_same_worlds(other):
            return None
        return shared_draws(self.resolved, *self._drawn, other)

    def branch(self, other: ResolvedScenario, tick: Tick | None = None) -> Record:
        """The record of another scenario in the same worlds, with the same luck."""
        race = Race(other, self.worlds.numbers, self.seed, shared=self._shared_draws(other))
        past = self._last_checkpoint(other)
        if past:
            resume(race, past)
        recorder = self._recorder.following(race)
        return finish(race, recorder, tick)
