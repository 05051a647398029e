"""An ensemble: all worlds of a scenario, run block by block, as a record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.core.worlds import Block, Worlds
from sim.model.race import Race
from sim.outcomes.catalogue import BY_NAME
from sim.outcomes.record import Record
from sim.record.recorder import Recorder
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import Overrides
from sim.scenario.load import ResolvedScenario, Source, load
from sim.scenario.structures import ALL, REFERENCE, needs_one
from sim.uncertainty.posterior import Posterior, find, shipped
from sim.uncertainty.structure_weights import part_of, weights

BLOCK = 1024  # worlds to a block: the arrays of a month fit the processor's cache

POSTERIOR, PRIOR = "posterior", "prior"  # kinds of ensembles
PRIOR_OF = f"{PRIOR}:"  # before the name of a structure: the priors of its numbers

# Worlds to run in: a kind, the name of a shipped posterior or of a structure, the file of a
# posterior, or one in memory.
Ensemble = str | Path | Posterior
Progress = Callable[[int, int], None]


def load_in(
    source: Source, ensemble: Ensemble = POSTERIOR, overrides: Overrides = ()
) -> ResolvedScenario:
    """A scenario in the worlds of an ensemble, and in the form of the model that they have.

    For the arguments see `load` and `posterior_of`.

    Raises:
        ScenarioError: the scenario is not valid, or there is no such ensemble.
    """
    if ensemble == ALL:
        by_structure = weights()
        parts = [load_in(source, name, overrides) for name in by_structure]
        return replace(parts[0], parts=tuple(parts), shares=tuple(by_structure.values()))
    return of_worlds(load(source, overrides, structure_of(ensemble)), ensemble)


def structure_of(ensemble: Ensemble) -> str:
    """The form of the model that the worlds of an ensemble have (`sim.scenario.structures`)."""
    if isinstance(ensemble, str) and ensemble.startswith(PRIOR_OF):
        return ensemble.removeprefix(PRIOR_OF)
    fitted = posterior_of(ensemble)
    return fitted.structure if fitted else REFERENCE


def of_worlds(resolved: ResolvedScenario, ensemble: Ensemble = POSTERIOR) -> ResolvedScenario:
    """A scenario with the worlds in which it runs.

    Args:
        ensemble: see `posterior_of`. A scenario that starts in another month than the posterior
            runs in worlds of its prior.

    Raises:
        ScenarioError: there is no such ensemble, or its file is damaged; or the scenario asks about
            an outcome that does not exist.
    """
    _check_question(resolved)
    fitted = posterior_of(ensemble)
    if (structure := structure_of(ensemble)) != resolved.structure:
        wrong = f"its structure is '{resolved.structure}', that of the worlds '{structure}'"
        hint = f'load it with sim.load(..., structure="{structure}")'
        raise ScenarioError(Problem(resolved.name, "", wrong, hint))
    fits = fitted is not None and resolved.scenario.start == fitted.about["start"]
    return replace(resolved, posterior=fitted if fits else None)


def _check_question(resolved: ResolvedScenario) -> None:
    question = resolved.scenario.question
    for name in question.outcomes if question else ():
        if name not in BY_NAME:
            file = resolved.origin.get("question.outcomes", resolved.layers[-1])
            wrong = f"there is no outcome '{name}'"
            raise ScenarioError(Problem(file, "question.outcomes", wrong, nearest(name, BY_NAME)))


def posterior_of(ensemble: Ensemble) -> Posterior | None:
    """The posterior of an ensemble; None for numbers and luck as drawn from the priors.

    Args:
        ensemble: `posterior` (the newest that is shipped), `prior`, the name of a shipped
            posterior (`2024-12`: worlds that fit history to its end), of a structure (its newest
            fit; `prior:NAME` for its priors), the file of a posterior, or one. Not `all`: worlds
            of all structures, in shares by their weights, have no single posterior.

    Raises:
        ScenarioError: there is none of this name, or its file is damaged.
    """
    if isinstance(ensemble, Posterior):
        return ensemble
    if str(ensemble).startswith(PRIOR_OF):
        return None
    if ensemble == ALL:
        raise needs_one()
    if ensemble in (PRIOR, POSTERIOR):
        return shipped() if ensemble == POSTERIOR else None
    return find(ensemble)


def simulate(
    resolved: ResolvedScenario,
    worlds: int | Iterable[int],
    seed: int = 0,
    months: int | None = None,
    progress: Progress | None = None,
    block: int = BLOCK,
) -> Record:
    """Run a scenario.

    Args:
        worlds: how many worlds of the ensemble, from the first, or their numbers.
        months: how many months from the start (None: all of the scenario).
        progress: called with the world-months done and their total.
        block: worlds simulated at once; results never depend on it.

    Returns:
        the recorded series of all worlds, in order.
    """
    numbers = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
    horizon = resolved.scenario.horizon(months)
    done = 0

    def tick(moved: int) -> None:
        nonlocal done
        done += moved
        if progress:
            progress(done, numbers.count * horizon)

    parts = numbers.blocks(block)
    return joined([simulate_block(resolved, part, seed, months, tick) for part in parts])


def simulate_block(
    resolved: ResolvedScenario,
    worlds: Worlds,
    seed: int = 0,
    months: int | None = None,
    tick: Callable[[int], None] | None = None,
    columns: Mapping[str, Block] | None = None,
    only: Collection[str] | None = None,
) -> Record:
    """Run one block of worlds, all at once.

    Args:
        worlds: numbers of the worlds; one may occur several times, with different columns.
        tick: called after each month with the world-months done in it.
        columns: numbers and channels set per world, by dotted path, `[world]` each.
        only: names of the series to record (None: all).
    """
    if resolved.parts:
        return _of_parts(resolved, worlds, seed, months, tick, columns or {}, only)
    race = Race(resolved, worlds.numbers, seed, months, columns=columns)
    return finish(race, Recorder(race, only), tick)


def _of_parts(
    resolved: ResolvedScenario,
    worlds: Worlds,
    seed: int,
    months: int | None,
    tick: Callable[[int], None] | None,
    columns: Mapping[str, Block],
    only: Collection[str] | None,
) -> Record:
    """A block whose worlds have several structures: each part is run by itself."""
    part = part_of(worlds.numbers, np.array(resolved.shares))
    places = [np.flatnonzero(part == number) for number in range(len(resolved.parts))]
    records = [
        simulate_block(
            one,
            Worlds(worlds.numbers[at]),
            seed,
            months,
            tick,
            {key: np.broadcast_to(row, worlds.count)[at] for key, row in columns.items()},
            only,
        )
        for one, at in zip(resolved.parts, places, strict=True)
        if at.size
    ]
    record, back = joined(records), np.argsort(np.concatenate(places))
    arrays = {name: array[..., back] for name, array in record.arrays.items()}
    return replace(record, arrays=arrays)


def finish(
    race: Race,
    recorder: Recorder,
    tick: Callable[[int], None] | None = None,
    before: Callable[[], None] | None = None,
) -> Record:
    """Run a race from its present month to its end.

    Args:
        before: called before each month.

    For `tick` see `simulate_block`.
    """
    while race.running:
        if before:
            before()
        race.step()
        recorder.take(race)
        if tick:
            tick(race.worlds.count)
    return recorder.record(race)


def joined(records: list[Record]) -> Record:
    """Records of blocks of worlds, joined along the worlds."""
    first = records[0]
    if len(records) == 1:
        return first
    arrays = {
        name: np.concatenate([record.arrays[name] for record in records], axis=-1)
        for name in first.arrays
    }
    return Record(arrays, first.names, first.calendar)
