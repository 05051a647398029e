"""A chronicle: every series of every actor, month by month, as quantiles over worlds.

The first page needs few series and stays fast. Network and actor pages need all of them: they
simulate the same worlds again, in the background, and keep quantiles only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate_block
from sim.model.race import Race
from sim.outcomes.measures import Array, Record
from sim.record.network import network
from sim.record.recorder import Recorder, Series, series
from sim.record.restrictions import NAMES
from sim.scenario.load import ResolvedScenario
from sim.scenario.schema import Scenario
from viz.dashboard.case import Case
from viz.dashboard.ensemble import PERCENT, SupersededError, turn
from viz.dashboard.stories import open_case


@dataclass
class Chronicle:
    """What everybody did in a case.

    Attributes:
        quantiles: by series, 5, 25, 50, 75, 95 % over worlds, `[5, month, row]`.
        about: each series with unit and meaning.
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
    _graphs: dict[int, nx.DiGraph] = field(default_factory=dict)

    def graph(self, month: int) -> nx.DiGraph:
        """The network of a month, flows at their median over worlds."""
        if month not in self._graphs:
            medians = {name: q[2, month][:, None] for name, q in self.quantiles.items()}
            self._graphs[month] = network(self.scenario, medians, self.names)
        return self._graphs[month]

    def at(self, name: str, month: int) -> dict[str, float]:
        """Medians of a series in a month, by row."""
        rows = self.names[self.about[name].rows]
        return dict(zip(rows, map(float, self.quantiles[name][2, month]), strict=True))


def chronicle(
    case: Case, worlds: int, seed: int, wanted: Callable[[int], bool] = lambda done: True
) -> Chronicle:
    """Simulate a case with everything recorded.

    Args:
        wanted: called after each month with the months done; False gives up.

    Raises:
        ScenarioError: the case cannot be used.
        SupersededError: `wanted` said no.
    """
    resolved = open_case(case)
    done = 0

    def tick(_: int) -> None:
        nonlocal done
        done += 1
        if not wanted(done):
            raise SupersededError

    about = {one.name: one for one in _everything(resolved)}
    with turn:
        if not wanted(0):
            raise SupersededError
        record = simulate_block(resolved, Worlds(range(worlds)), seed, tick=tick, only=set(about))
    return _told(resolved.scenario, record, worlds, about)


def _everything(resolved: ResolvedScenario) -> list[Series]:
    race = Race(resolved, worlds=1, months=1)
    race.step()
    return Recorder(race, {one.name for one in series(race)} | set(NAMES)).series


def _told(scenario: Scenario, record: Record, worlds: int, about: dict[str, Series]) -> Chronicle:
    arrays = record.arrays
    released, opened = _releases(arrays["flagship_points"]), _releases(arrays["open_capability"])
    return Chronicle(
        scenario,
        record.calendar.labels(),
        worlds,
        record.names,
        about,
        {name: over_worlds(block) for name, block in arrays.items()},
        released.mean(axis=2),
        (released & opened).mean(axis=2),
    )


def _releases(points: Array) -> Array:
    """Where the best of a lab's own became better, `[month, lab, world]`."""
    before = np.concatenate([np.zeros_like(points[:1]), points[:-1]])
    return points > before + 1e-6


def over_worlds(block: Array) -> Array:
    """Quantiles of the page over the last axis, foremost in the result.

    As `np.percentile` (linear), which sorts once for each percentage.
    """
    ordered = np.sort(block, axis=-1)
    places = np.array(PERCENT) / 100 * (block.shape[-1] - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, block.shape[-1] - 1)
    found = ordered[..., low] + (places - low) * (ordered[..., high] - ordered[..., low])
    return np.moveaxis(found, -1, 0).astype(np.float32)


def of_race(race: Race) -> Chronicle:
    """The month that a race has just simulated, as a chronicle of one month."""
    recorder = Recorder(race, {one.name for one in series(race)} | set(NAMES))
    recorder.take(race)
    arrays = recorder.arrays()
    return Chronicle(
        race.inputs,
        [race.calendar.label(race.month - 1)],
        race.worlds.count,
        race.row_names(),
        {one.name: one for one in recorder.series},
        {name: over_worlds(block) for name, block in arrays.items()},
        *(np.zeros((1, race.labs.rows)) for _ in range(2)),
    )
