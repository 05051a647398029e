"""Which form a disputed mechanism has (M7 to M10): the one place that reads the choices.

A choice is the same in all worlds of a race, so that rules need not branch.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, largest
from sim.model.mechanisms import effort, spillover, training
from sim.model.public_state import UNKNOWN, PublicState
from sim.scenario.schema import Parameters
from sim.scenario.structure import Structure

Rule = Callable[[Block, Block], Block]  # of a month's gain, from pace and aim


def scarcity_response(parameters: Parameters) -> Block:
    """Log odds of effort by which labs answer scarcity (M7)."""
    eta, sigma = parameters.effort.eta, parameters.research.sigma
    match parameters.structure.scarcity_response:
        case "complements":
            return effort.by_complements(eta, sigma)
        case "none":
            return np.zeros_like(eta)
    return eta


def rule_of_gain(structure: Structure[Block], by_effort: Rule, growth: Callable[[], Block]) -> Rule:
    """How efficiency grows this month (M8): by effort and inputs, or with compute alone.

    Args:
        growth: the pace that growth of compute sets; asked for once a month, where it is needed.
    """
    if structure.research_inputs != "compute_growth":
        return by_effort
    pace_of_growth = growth()
    return lambda pace, _aim: pace / MONTHS * pace_of_growth


def weight_and_scale(
    structure: Structure[Block],
    weight: Block,
    scale: Block,
    experiments: Block,
    shifted: Callable[[], Block],
) -> tuple[Block, Block]:
    """Weight of compute in research, and the compute over which that of labs counts (M8).

    Args:
        weight, scale: the usual ones; scale: of the largest lab without rules, H100e.
        experiments: compute at work on experiments, `[lab, world]`, H100e.
        shifted: the weight once compute has outgrown people.
    """
    match structure.research_inputs:
        case "raw_compute":
            return shifted(), scale
        case "frontier_experiments":
            return weight, np.maximum(largest(experiments), 1e-9)
    return weight, scale


def closed_methods(
    structure: Structure[Block], public_state: PublicState
) -> tuple[Block | float, Block | float]:
    """Methods of closed models that others can learn, of training and inference (M9)."""
    if structure.imitation == "distillation":
        return UNKNOWN, UNKNOWN
    return public_state.shown, public_state.shown_inference


def distilled(models: Block, own: Block, best: Block, access: Block | None, share: Block) -> Block:
    """ECI points that an update gains by training on outputs of others (M9).

    Args:
        models: best of each lab, `[lab, world]`; own: flagships that learn.
        best: capability of the best model, which all can use, `[world]`.
        access: how far each lab can use the services of each other, `[lab, lab, world or 1]`
            (None: as far as it wishes).
    """
    if access is None:
        return spillover.distilled(best, own, share)
    return spillover.distilled_by_access(models, own, access, share)


def openness(structure: Structure[Block], usual: Block, scarcity: Block) -> Block:
    """Chance of open weights (M10)."""
    if structure.openness == "fixed":
        return usual
    return training.open_under_pressure(usual, structure.openness_response, scarcity)
