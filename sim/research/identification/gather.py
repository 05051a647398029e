"""All evidence in one go: numbers as plain data, recorded in docs/evidence.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.research.identification import identification as ident
from sim.research.identification import placebos
from sim.research.identification.placebos import ENACTED, FREE, MONTHS
from sim.research.identification.simulated import Ensemble

NUMBERS = (
    ident.ETA,
    "effort.direction",
    "effort.months",
    ident.SIGMA,
    "research.effort_return",
    "research.input_return",
    "research.pace",
    "spillover.imitation_lag",
    "leakage.diverted_share",
    "leakage.appetite",
)
ANSWERS = ("2024-12", "2026-12", "2030-12")
AFTER = ("2022-12", "2023-06", "2023-12", "2024-12", "2026-12", "2030-12")
Say = Callable[[str], None]


def gather(
    posterior: Ensemble, prior: Ensemble, fit: ident.Fit, say: Say = lambda text: None
) -> dict[str, Any]:
    """Run everything; `say` is told what is under way."""
    say("placebos")
    enacted, free = (posterior.record(one, MONTHS) for one in (ENACTED, FREE))
    base = fit(enacted)
    found: dict[str, Any] = {"placebos": _placebos(posterior, enacted, free, fit)}
    say("announced, never enforced")
    announced, unannounced = (posterior.record(one) for one in ("never_enforced", FREE))
    found["placebos"]["never_enforced"] = placebos.never_enforced(announced, unannounced, AFTER)
    say("profiles of the fit")
    found["profiles"] = {p: ident.profile(posterior, p, base, fit) for p in ident.GRIDS}
    found["map"] = ident.fit_map(posterior, base, fit)
    say("rivals")
    found["rivals"] = ident.rivals(posterior, base, fit)
    found["scenarios"] = ident.told_apart(posterior, base, fit)
    say("prior and posterior")
    found["numbers"] = ident.learnt(prior, posterior, NUMBERS)
    found["innovation"] = {one.name: ident.innovation(one, ANSWERS) for one in (prior, posterior)}
    return found


def _placebos(posterior: Ensemble, enacted: Any, free: Any, fit: ident.Fit) -> dict[str, Any]:
    off = {"channels.directed_effort": 0.0}
    without = posterior.record(ENACTED, MONTHS, off), posterior.record(FREE, MONTHS, off)
    weight = posterior.numbers()["chip.interconnect_weight"]
    fake = placebos.fake_control(enacted, posterior.record("fake_control_2021", MONTHS), fit)
    fake["fit"] = ident.bayes_factor(fake["fit"])
    return {
        "mistral": placebos.mistral(enacted, free),
        "slowdown": placebos.slowdown(enacted, free),
        "full_chips": placebos.full_chips(enacted, free, without, weight),
        "fake_control": fake,
    }
