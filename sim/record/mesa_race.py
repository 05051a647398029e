"""`sim.Race`: the race as Mesa's users take it, with what Mesa collects month by month.

>>> race = Race("as_enacted", rng=7, months=24)
>>> race.run_model()
>>> last = race.datacollector.get_model_vars_dataframe().iloc[-1]
>>> last["month"], bool(last["compute_ratio"] == race.outcomes["compute_ratio"])
('2021-12', True)
"""

from __future__ import annotations

from functools import cached_property, partial

import mesa

from sim.model import race
from sim.outcomes.catalogue import OUTCOMES, compute_outcomes
from sim.record.recorder import Recorder

# An index has its base in a month that is still to come when Mesa collects.
COLLECTED = tuple(outcome.name for outcome in OUTCOMES if not outcome.against)


class Race(race.Race):
    """US-China AI competition in a block of worlds, month by month, as a Mesa model.

    `mesa.batch_run` runs it. Arguments and attributes are those of `sim.model.race.Race`; in one
    world there are also the following.

    Attributes:
        outcomes: every outcome of the last month, but indices.
        datacollector: what Mesa collects, those among it. One's own takes its place by assignment.
    """

    def step(self) -> None:
        """One month: the steps of `sim.model.race.STEPS`, then what Mesa collects."""
        super().step()
        if self.worlds.count == 1:
            self._recorder.take(self)
            self.__dict__.pop("outcomes", None)  # those of the month before
            self.datacollector.collect(self)

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """Every outcome of the last month but indices, in one world: the numbers of `sim.run`.

        Raises:
            ValueError: the race has several worlds.
        """
        self._check_alone()
        values = compute_outcomes(self._recorder.record(self), COLLECTED)
        return {name: float(block[-1, 0]) for name, block in values.items()}

    @cached_property
    def datacollector(self) -> mesa.DataCollector:
        """What Mesa collects month by month, in one world.

        Raises:
            ValueError: the race has several worlds.
        """
        self._check_alone()
        return mesa.DataCollector(model_reporters=REPORTERS)

    @cached_property
    def _recorder(self) -> Recorder:
        return Recorder(self)

    def _check_alone(self) -> None:
        if self.worlds.count > 1:
            raise ValueError(
                f"Mesa collects one world, this race has {self.worlds.count}: leave out worlds and "
                "give mesa.batch_run rng=[None] * N, or run many worlds at once by sim.run"
            )


def _outcome(model: Race, name: str) -> float:
    return model.outcomes[name]


REPORTERS = {
    "seed": lambda model: model.seed,
    "month": lambda model: model.calendar.label(model.month - 1),
    "frontier": lambda model: float(model.public_state.frontier[0]),
    **{name: partial(_outcome, name=name) for name in COLLECTED},
}
