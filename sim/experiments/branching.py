"""A run from whose past others go on: the quick answer to a change of something in the future."""

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
    """A run of some worlds, from whose past the same worlds of other scenarios go on.

    The results are those of a run of the other scenario from its first month, bit for bit (law 3):
    only months in which nothing can differ yet are not computed again.

    Args:
        resolved: the scenario.
        worlds: which, in one block.
        seed: of the ensemble's luck.
        only: names of the series to record (None: all).
        every: months between two checkpoints from which others can go on; a checkpoint takes about
            12 kB of memory a world.
        tick: called after each month with the world-months done in it.
        kin: a baseline of another scenario with the same worlds and seed: numbers that both
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
        kin: Baseline | None = None,
    ) -> None:
        self.resolved, self.worlds, self.seed = resolved, worlds, seed
        race = Race(
            resolved, worlds.numbers, seed, shared=kin._shared_draws(resolved) if kin else None
        )
        self._drawn = race.chance, race.parameters
        self._checkpoints = CheckpointKeeper(race, every)
        self._recorder = Recorder(race, only)
        self.record = finish(race, self._recorder, tick, self._checkpoints.take)

    def shared(self, other: ResolvedScenario) -> int:
        """How many months of the other scenario need not be computed."""
        past = self._last_checkpoint(other)
        return past.month if past else 0

    def _last_checkpoint(self, other: ResolvedScenario) -> Checkpoint | None:
        """The last checkpoint before the other scenario can differ."""
        if not self._is_akin(other):
            return None
        return self._checkpoints.last(first_difference(self.resolved, other))

    def _is_akin(self, other: ResolvedScenario) -> bool:
        """Whether the other scenario runs in the same worlds."""
        return other.posterior is self.resolved.posterior

    def _shared_draws(self, other: ResolvedScenario) -> SharedDraws | None:
        """Draws of these worlds that the other scenario shares."""
        return shared_draws(self.resolved, *self._drawn, other) if self._is_akin(other) else None

    def go_on(self, other: ResolvedScenario, tick: Tick | None = None) -> Record:
        """The record of another scenario in the same worlds, with the same luck."""
        race = Race(other, self.worlds.numbers, self.seed, shared=self._shared_draws(other))
        past = self._last_checkpoint(other)
        if past:
            resume(race, past)
        recorder = self._recorder.following(race)
        return finish(race, recorder, tick)
