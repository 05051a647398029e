"""`moat calibrate`: worlds that fit history up to a month, from the priors of a scenario."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.files import write
from sim.record import provenance
from sim.record.stored import readable
from sim.research.calibration import smc
from sim.research.calibration.own_observations import OwnObservations
from sim.research.calibration.problem import CalibrationProblem, in_processes
from sim.research.calibration.smc import Particles
from sim.scenario.load import load
from sim.scenario.structures import REFERENCE
from sim.uncertainty.posterior import Posterior

SCENARIO = "as_enacted"
STAGE = "stage.npz"
STAGE_KEYS = {"tempering": "power", "acceptance": "taken"}  # names in the file, where they differ

Progress = Callable[[Particles], None]


def calibrate(
    particles: int,
    seed: int,
    until: str,
    passes: int,
    last: int,
    folder: Path | None = None,
    progress: Progress = lambda stage: None,
    processes: int = 1,
    own: OwnObservations | None = None,
    structure: str = REFERENCE,
) -> Posterior:
    """Fit the priors to history as enacted; the same arguments give the same posterior.

    Args:
        until: last month of history that counts, `YYYY-MM`.
        passes, last: rounds of moves in a stage, and in the last stage.
        folder: where the last stage is saved; a calibration with the same settings resumes there.
        progress: called with the particles of each stage.
        own: observations that are fitted beside the history, or in its place.
        structure: form of the model that is fitted (`sim.scenario.structures`).

    Raises:
        FileExistsError: the folder holds a stage of a calibration with other settings.
    """
    facts = own.history("fit", until) if own else None
    resolved = load(SCENARIO, structure=structure)
    problem = CalibrationProblem(resolved, seed, particles, until, facts)
    settings = {"particles": particles, "seed": seed, "until": until, "passes": passes}
    settings |= {"last": last, **problem.hashes(), **({"observations": own.about} if own else {})}
    file = folder / STAGE if folder else None
    stage = _resumed(file, settings) if file else None
    with in_processes(problem.residuals, processes) as residuals:
        sizes = len(problem.priors), len(problem.actors), particles
        stage = stage or smc.prior_particles(residuals, *sizes, seed)
        progress(stage)
        for later in smc.sample(residuals, stage, seed, passes, last, problem.owners):
            _save_stage(file, stage := later, settings)
            progress(stage)
    return problem.posterior(stage.scores, stage.lucks, _about(problem, settings, stage))


def _about(
    problem: CalibrationProblem, settings: dict[str, Any], final: Particles
) -> dict[str, Any]:
    """Provenance of a posterior."""
    return {
        "scenario": SCENARIO,
        "start": problem.resolved.scenario.start,
        "structure": problem.resolved.structure,
        **settings,
        "stages": final.stage,
        "evidence": round(final.evidence, 3),
        "distinct": final.distinct,
        "taken": [round(float(rate), 4) for rate in final.acceptance],
        "versions": provenance.versions(),
    }


def _save_stage(file: Path | None, stage: Particles, settings: dict[str, Any]) -> None:
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    arrays = {STAGE_KEYS.get(name, name): value for name, value in vars(stage).items()}
    content = io.BytesIO()
    np.savez(content, settings=json.dumps(settings, sort_keys=True), **arrays)
    write(file, content.getvalue())


def _resumed(file: Path, settings: dict[str, Any]) -> Particles | None:
    """The saved stage of this calibration; None where none is saved."""
    if not file.exists():
        return None
    with readable(file, "moat calibrate, after removing it"), np.load(file) as arrays:
        saved = {name: arrays[name] for name in arrays}
        stage = Particles(
            saved["scores"],
            saved["lucks"],
            saved["residuals"],
            float(saved["power"]),
            int(saved["stage"]),
            saved["shares"],
            tuple(saved["taken"]),
            float(saved["evidence"]),
        )
        found = str(saved["settings"])
    if found != json.dumps(settings, sort_keys=True):
        raise FileExistsError(
            f"{file} is of a calibration with other settings, facts or scenario; "
            "choose another --out"
        )
    return stage
