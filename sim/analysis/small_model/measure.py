"""The numbers of the small model, measured in paired worlds of the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from sim.analysis.small_model.algebra import Numbers
from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import load_in
from sim.model.race import STEPS, Race
from sim.outcomes.capability import NEAR, largest_run
from sim.outcomes.catalogue import compute_effects
from sim.outcomes.record import RIVAL, Array, Record
from sim.record.recorder import Recorder
from sim.uncertainty.posterior import Posterior

SCENARIO, AGAINST = "as_enacted", "no_controls"  # the comparison that the small model explains
EFFECTS = ("innovation_effect", "lead_months")
MONTHS = ("2026-12", "2030-12")
YEARS = 5  # in which research, progress and catching up are measured
BLOCK = 512  # worlds at once
SERIES = ("active", "capability", "flagship_points", "largest_run", "log_training_efficiency")

_NAMES = [field.name for field in fields(Numbers)]
Measured = dict[str, Block]  # by name, `[world]`


@dataclass(frozen=True)
class Watched:
    """A run, and where the methods of Chinese labs came from, `[month, lab, world]`.

    Attributes:
        record: the series that the small model and the effects read.
        own: ln of methods that own research found in the month.
        absorbed: ln of methods learnt from others.
        catch_up: rate at which a gap to better methods that others show closes, 1/month.
    """

    record: Record
    own: Array
    absorbed: Array
    catch_up: Array


def watch(scenario: str, ensemble: Posterior, worlds: Worlds, seed: int, last: str) -> Watched:
    """Run a scenario to a month, and take down what research and learning bring."""
    resolved = load_in(scenario, ensemble)
    race = Race(resolved, worlds.numbers, seed, resolved.scenario.calendar.month(last) + 1)
    recorder = Recorder(race, SERIES)
    rows = [row for row, lab in enumerate(race.labs.table.values()) if lab.bloc == RIVAL]
    months = []
    while race.running:
        months.append([block[rows].astype(np.float32) for block in _month(race)])
        recorder.take(race)
    own, absorbed, catch_up = (np.array(blocks) for blocks in zip(*months, strict=True))
    return Watched(recorder.record(race), own, absorbed, catch_up)


def _month(race: Race) -> tuple[Block, Block, Block]:
    """Take a month: what own research and learning add, and how fast gaps close, `[lab, world]`."""
    gained = {}
    catch_up = np.zeros((1, 1))
    for step in STEPS:
        if step.run is Race.learn:
            catch_up = _catch_up(race)
        before = race.labs.log_training_efficiency
        step.run(race)
        gained[step.name] = race.labs.log_training_efficiency - before
    race.month += 1
    race.running = race.month < race.horizon
    return gained[Race.research.__name__], gained[Race.learn.__name__], catch_up


def _catch_up(race: Race) -> Block:
    """Rate at which each lab's gaps to better methods close, 1/month (M9); 0 without a gap."""
    p, labs, known = race.parameters.spillover, race.labs, race.public_state
    access = race.parameters.channels.spillover * labs.purchasing.active
    access = access * labs.inputs**p.absorption
    own = labs.log_training_efficiency
    rate = (known.published > own) / p.open_lag + (known.shown > own) / p.imitation_lag
    return np.minimum(access * rate, 1.0)


def measure(
    ensemble: Posterior,
    worlds: Worlds,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Measured]:
    """What the small model reads and what it explains, by month and name, `[world]`.

    Args:
        progress: called with the number of worlds of each block that is done.
    """
    blocks: list[dict[str, Measured]] = []
    for block in worlds.blocks(BLOCK):
        this, reference = (
            watch(name, ensemble, block, seed, MONTHS[-1]) for name in (SCENARIO, AGAINST)
        )
        blocks.append({month: at_month(this, reference, month) for month in MONTHS})
        if progress:
            progress(block.count)
    return {
        month: {
            name: np.concatenate([one[month][name] for one in blocks]) for name in blocks[0][month]
        }
        for month in MONTHS
    }


def at_month(this: Watched, reference: Watched, month: str) -> Measured:
    """The same of one block at one month."""
    record = reference.record
    last = record.calendar.month(month)
    years = slice(last + 1 - YEARS * MONTHS_PER_YEAR, last + 1)
    worlds = np.arange(reference.own.shape[-1])
    methods = record.labs("log_training_efficiency", RIVAL)[last]
    best = np.where(record.labs("active", RIVAL)[last] > 0, methods, -np.inf).argmax(axis=0)

    def in_years(rows: Array) -> Block:
        return rows[years].sum(axis=0, dtype=float)[best, worlds]

    capability = record.labs("capability", RIVAL)[last]
    leader, ranked = capability.argmax(axis=0), np.sort(capability, axis=0)
    flagship = record.labs("flagship_points", RIVAL)[last]
    runs = [largest_run(RIVAL)(one.record)[last] for one in (this, reference)]
    own, absorbed = in_years(reference.own), in_years(reference.absorbed)
    effects = compute_effects(this.record, record, EFFECTS)
    return {name: effects[name][last] for name in EFFECTS} | {
        "own": own,
        "lost": own - in_years(this.own),
        "progress": own + absorbed,
        "catch_up": in_years(reference.catch_up) / YEARS,
        "runs_lost": 1 - runs[0] / np.maximum(runs[1], 1.0),
        "height": ranked[-1] - ranked[-2],
        "own_run": ((capability - flagship)[leader, worlds] < NEAR).astype(float),
    }


def numbers_of(measured: Measured) -> Numbers:
    """The numbers of the small model, from what was measured in worlds or means of it."""
    named = {name: measured[name] for name in _NAMES if name in measured}
    return Numbers(research_lost=measured["lost"] / measured["own"], **named)
