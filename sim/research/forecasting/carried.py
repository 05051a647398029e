"""Outcomes that start, after the last observation, from where the world is.

>>> import sim
>>> run = sim.run("no_controls", worlds=2, months=84)
>>> carried = sim.carry_on(run).carried["china_compute"]
>>> bool((carried == run.outcomes["china_compute"]).sel(month="2025-12").all())
True
>>> bool((carried == run.outcomes["china_compute"]).sel(month="2026-01").any())
False

The error of the model is that of history: what was observed, less what the model says of the acts
as they were, in the same world. It is the same error under any other policy or number, so that a
difference between two scenarios is one of the model and never of the error, and effects need none
of it. It is learnt, and drawn on, as for a forecast (`residuals`).

Only outcomes that are observed themselves carry an error. The lead, in points and in months, is
computed from frontiers with their errors, by its own definition. How long ago the leader stood
where the follower stands now is asked of the past: for this alone, the frontiers have their errors
before the last observation too. What nobody observes stays as simulated; so does whether China has
taken the lead for months in a row, as an error that comes and goes would count as reversals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.experiments.ensemble import Ensemble, load_in, posterior_of, simulate
from sim.outcomes.record import HOME, RIVAL, Record
from sim.record.results import Results, labelled
from sim.research.forecasting.residuals import LEARNT_FROM, CarriedError, model_errors
from sim.research.forecasting.targets import OUTCOME, TARGETS
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.structures import ALL
from sim.uncertainty.posterior import Posterior, find, with_digest

HISTORY = "as_enacted"  # the scenario that is compared with what was observed
FRONTIERS = ("us_frontier", "china_frontier", "open_frontier")
OF_FRONTIERS = (*FRONTIERS, "lead_points", "lead_months", "lead_months_observed", "china_leads")
OBSERVED = {
    target.outcome: target
    for target in TARGETS
    if target.outcome in FRONTIERS or target.outcome not in ("", *OF_FRONTIERS)
}
UNFITTED = "worlds of the priors start from no observation: nothing is carried on"
MIXED = "worlds of several structures have no model error in common: nothing is carried on"
TOO_SHORT = "the run ends before the observations do: nothing is carried on"


@dataclass(frozen=True)
class CarriedErrors:
    """What some worlds carry on, whatever the scenario.

    Attributes:
        origin: month of the last observations.
        errors: of each outcome that is observed, by its name.
        drawn: these errors on their scales, `[month, world]`, from the first month of a run on.
    """

    origin: str
    errors: Mapping[str, CarriedError]
    drawn: Mapping[str, Block]

    def outcomes(self, raw: Mapping[str, Block], calendar: Calendar) -> dict[str, Block]:
        """Outcomes with the error, `[month, world]`: those that carry one, by name.

        Args:
            raw: outcomes as simulated; up to the origin they stay what they are.
            calendar: of their months.
        """
        moved = {
            name: error.moved(raw[name], self.drawn[name][: len(raw[name])])
            for name, error in self.errors.items()
            if name in raw
        }
        moved |= _of_frontiers(moved, raw, calendar)
        first = calendar.month(self.origin) + 1
        is_after = np.arange(calendar.months)[:, None] >= first
        return {
            name: np.where(is_after & np.isfinite(raw[name]), values, raw[name])
            for name, values in moved.items()
        }


def _of_frontiers(
    moved: Mapping[str, Block], raw: Mapping[str, Block], calendar: Calendar
) -> dict[str, Block]:
    """Those of the outcomes `raw` that are made of frontiers, from frontiers with their errors.

    A frontier is the best so far, so it never falls, whatever its error does; no model with open
    weights is better than the best model.
    """
    if not moved.keys() >= {*FRONTIERS[:2]}:
        return {}
    ours, theirs = (np.nan_to_num(moved[name]) for name in FRONTIERS[:2])
    opened = np.nan_to_num(moved.get(FRONTIERS[2], theirs))
    opened = np.minimum(opened, np.maximum(ours, theirs))
    arrays = {
        "capability": np.stack([ours, theirs], axis=1),
        "open_capability": np.stack([opened, opened], axis=1),
    }
    blocs = [HOME, RIVAL]
    record = Record(arrays, {"lab": blocs, "lab_bloc": blocs}, calendar)
    return {name: OUTCOME[name].of(record) for name in OF_FRONTIERS if name in raw}


@lru_cache(maxsize=4)
def carried_errors(posterior: Posterior, worlds: int, seed: int, months: int) -> CarriedErrors:
    """What the first worlds of a posterior carry on.

    Args:
        months: for how many months from the start, at least. A world has the same errors in runs
            of any length up to the end of `as_enacted`.
    """
    resolved = load_in(HISTORY, posterior)
    calendar, origin = resolved.scenario.calendar, posterior.about["until"]
    simulated = simulate(resolved, max(worlds, LEARNT_FROM), seed, calendar.month(origin) + 1)
    learnt = model_errors(simulated, OBSERVED.values(), origin)
    errors = {name: learnt[one.key] for name, one in OBSERVED.items() if one.key in learnt}
    arrays = {name: array[..., :worlds] for name, array in simulated.arrays.items()}
    record = replace(simulated, arrays=arrays)
    labels = Calendar(calendar.start, max(months, calendar.months)).labels()
    drawn = {name: error.drawn(record, labels) for name, error in errors.items()}
    return CarriedErrors(origin, errors, drawn)


def carry_on(results: Results, ensemble: Ensemble = "") -> Results:
    """A run of any scenario whose outcomes start from the last observations.

    Args:
        results: of `sim.run`.
        ensemble: the posterior of the run, where it is neither shipped nor a file.

    Returns:
        the same results with `carried`: outcomes with the error of the model after the last
        observations. `outcomes` and `series` stay as they were simulated. Where nothing is carried
        on (`why_not_carried`) the results as they are.

    Raises:
        ScenarioError: the posterior of the run is not there.
        ValueError: these are effects: the error is the same on both sides.
    """
    if results.about["kind"] != "run":
        raise ValueError("only a run starts from observations: in a difference they cancel")
    if why_not_carried(results):
        return results
    posterior = _posterior(results, ensemble)
    calendar = Calendar(results.months[0], len(results.months))
    numbers = results.outcomes["world"].values
    errors = carried_errors(posterior, len(numbers), results.about["seed"], calendar.months)
    raw = {name: results.outcomes[name].values for name in results.names}
    carried = labelled(errors.outcomes(raw, calendar), results.months, numbers)
    return replace(results, carried=carried, about=results.about | {"carried_from": errors.origin})


def why_not_carried(results: Results) -> str:
    """Why a run carries nothing on, as a sentence; empty where it does."""
    fitted = results.about["scenario"]["ensemble"]
    if fitted["name"] == "prior":
        return UNFITTED
    if fitted.get("structure") == ALL:
        return MIXED
    return "" if results.months[-1] > fitted["until"] else TOO_SHORT


def _posterior(results: Results, ensemble: Ensemble) -> Posterior:
    """The posterior in whose worlds a run was made."""
    about = results.about["scenario"]["ensemble"]
    digest, name = about["hash"], about.get("posterior", "")
    found = posterior_of(ensemble) if ensemble else with_digest(digest) or find(name)
    if found is None or found.digest != digest:
        wrong = f"is another posterior than that of the run ({digest[:12]})"
        raise ScenarioError(Problem("--posterior", name, wrong, "run the scenario again"))
    return found
