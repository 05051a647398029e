"""Every series of every actor, month by month, as quantiles over worlds.

The first page needs few series and stays fast. Network and actor pages need all of them: they
simulate the same worlds again, in the background, and keep quantiles only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import networkx as nx
import numpy as np

from sim.core import statistics
from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate_block
from sim.model.race import Race
from sim.outcomes.record import Array
from sim.record.network import network
from sim.record.recorder import Recorder, Series, series
from sim.record.restrictions import NAMES
from sim.scenario.schema import Scenario
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import (
    PERCENTILES,
    SupersededError,
    Wanted,
    month_counter,
    turns,
    waiting,
)
from viz.dashboard.state.limits import MAX_ACTOR_SERIES, MAX_GRAPHS
from viz.dashboard.state.shared import Shared

POINTS = "ECI points"  # unit of capability
Key = tuple[EditedScenario, int, int]  # scenario, number of worlds, seed


@dataclass
class ActorSeries:
    """What everybody did in a scenario.

    Attributes:
        names: of the rows of each kind.
        about: each series with unit and meaning.
        quantiles: by series, 5, 25, 50, 75, 95 % over worlds, `[5, month, row]`.
        released: share of worlds in which a lab released a better flagship, `[month, lab]`.
        opened: the same with open weights.
    """

    scenario: Scenario
    months: list[str]
    worlds: int
    names: dict[str, list[str]]
    about: dict[str, Series]
    quantiles: dict[str, Array]
    released: Array
    opened: Array
    _graphs: Shared[int, nx.DiGraph] = field(default_factory=lambda: Shared(MAX_GRAPHS))

    def graph(self, month: int) -> nx.DiGraph:
        """The network of a month, flows at their median over worlds."""

        def make() -> nx.DiGraph:
            medians = {}
            for name, q in self.quantiles.items():
                shape = [len(self.names[axis]) for axis in self.about[name].axes]
                medians[name] = q[2, month].reshape(*shape, 1)
            return network(self.scenario, medians, self.names)

        return self._graphs.of(month, make)

    def at(self, name: str, month: int) -> dict[str, float]:
        """Medians of a series in a month, by row."""
        return dict(zip(self.labels(name), map(float, self.quantiles[name][2, month]), strict=True))

    def labels(self, name: str) -> list[str]:
        """Labels of the rows of a series: `Nvidia`, or `Nvidia > China`."""
        axes = (self.names[axis] for axis in self.about[name].axes)
        return [" > ".join(pair) for pair in product(*axes)]


def simulate_actors(key: Key, is_wanted: Wanted = lambda done: True) -> ActorSeries:
    """Simulate a scenario with everything recorded.

    Args:
        is_wanted: as for `simulate_ensemble`.

    Raises:
        ScenarioError: the scenario cannot be used.
        SupersededError: `is_wanted` said no.
    """
    edited, worlds, seed = key
    scenario = resolved(edited)
    short = Race(scenario, worlds=1, months=1)
    short.step()
    about = _about(_recorder(short))
    with turns.computing(worlds, waiting(is_wanted)) as pause:
        tick = month_counter(is_wanted, pause)
        tick(0)
        record = simulate_block(scenario, Worlds(range(worlds)), seed, tick=tick, only=set(about))
        arrays = record.arrays
        # A new flagship has another compute; an update of the old one has not.
        released, opened = _replaced(arrays["flagship_flop"]), _improved(arrays["open_capability"])
        kept = {}
        for name, block in arrays.items():
            kept[name] = _of_models(block) if _is_capability(about[name]) else quantiles(block)
            pause()  # sorting every series takes as long as some years
    return ActorSeries(
        scenario.scenario,
        record.calendar.labels(),
        worlds,
        record.names,
        about,
        kept,
        released.mean(axis=2),
        (released & opened).mean(axis=2),
    )


def of_race(race: Race) -> ActorSeries:
    """The month that a race has just simulated, as series of one month."""
    recorder = _recorder(race)
    recorder.take(race)
    nothing = np.zeros((1, race.labs.rows))
    return ActorSeries(
        race.inputs,
        [race.calendar.label(race.month - 1)],
        race.worlds.count,
        race.row_names(),
        _about(recorder),
        {name: quantiles(block) for name, block in recorder.arrays().items()},
        nothing,
        nothing,
    )


def _recorder(race: Race) -> Recorder:
    return Recorder(race, {item.name for item in series(race)} | set(NAMES))


def _about(recorder: Recorder) -> dict[str, Series]:
    return {item.name: item for item in recorder.series}


def _improved(points: Array) -> Array:
    """Where the best of a lab's own became better, `[month, lab, world]`."""
    return points > _before(points) + 1e-6


def _replaced(flop: Array) -> Array:
    """Where a lab has another flagship than in the month before, `[month, lab, world]`."""
    return (flop > 0) & (flop != _before(flop))


def _before(values: Array) -> Array:
    """Values of the month before, 0 in the first."""
    return np.concatenate([np.zeros_like(values[:1]), values[:-1]])


def quantiles(block: Array) -> Array:
    """Percentiles of the page over the last axis, which become the first axis.

    As `np.percentile` (linear), which sorts once for each percentage.
    """
    ordered = np.sort(block, axis=-1)
    places = np.array(PERCENTILES) / 100 * (block.shape[-1] - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, block.shape[-1] - 1)
    values = ordered[..., low] + (places - low) * (ordered[..., high] - ordered[..., low])
    flat = np.moveaxis(values, -1, 0).astype(np.float32)
    return flat.reshape(*flat.shape[:2], -1)


def _is_capability(series: Series) -> bool:
    return series.unit == POINTS and series.axes == ("lab",)


def _of_models(points: Array) -> Array:
    """Quantiles of capability over the worlds in which a lab has a model; NaN in fewer than half.

    0 stands for no model.
    """
    having = np.where(points > 0, points, np.nan)
    found = np.where(statistics.share_defined(having) >= 0.5, 1.0, np.nan)
    return (statistics.percentiles(having, PERCENTILES) * found).astype(np.float32)


_shared: Shared[Key, ActorSeries] = Shared(MAX_ACTOR_SERIES)


class ActorSeriesRequests:
    """What one visitor asks for; results are shared with all others."""

    def __init__(self) -> None:
        self._wanted: Key | None = None

    def of(self, key: Key, on_year: Callable[[int], None]) -> ActorSeries:
        """The series of a scenario; a later call with another key makes this one give up.

        Args:
            on_year: called once a year with the months done.

        Raises:
            SupersededError: another key was asked for.
        """
        self._wanted = key

        def is_wanted(month: int) -> bool:
            if month > 0 and month % 12 == 0 and self._wanted == key:
                on_year(month)
            return self._wanted == key

        def ask() -> None:
            if not is_wanted(0):
                raise SupersededError

        return _shared.of(key, lambda: simulate_actors(key, is_wanted), ask)

    def stop(self) -> None:
        """Stop what is being simulated."""
        self._wanted = None


def forget_actor_series() -> None:
    """Give the memory of all results back."""
    _shared.clear()
