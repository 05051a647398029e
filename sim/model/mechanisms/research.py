"""M8: research turns effort, people and experiments into efficiency."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block

LEAST = 1e-300  # effort of nobody: only keeps its logarithm finite


def ces(people: Block, compute: Block, weight: Block, sigma: Block) -> Block:
    """Research input: constant elasticity of substitution between people and experiments.

    X = [(1-w) R^rho + w E^rho]^(1/rho), rho = (sigma-1)/sigma; inputs relative to the frontier's
    scale, weight w on compute. sigma < 1: neither replaces the other, so that a lab short of chips
    learns little however many people it has; sigma > 1: people stand in for chips. At sigma = 1
    the Cobb-Douglas limit is approached from above.
    """
    rho = (sigma - 1) / sigma
    rho = np.where(np.abs(rho) < 1e-3, 1e-3, rho)
    people, compute = np.maximum(people, 1e-6), np.maximum(compute, 1e-6)
    inside = (1 - weight) * np.exp(rho * np.log(people)) + weight * np.exp(rho * np.log(compute))
    return np.exp(np.log(inside) / rho)


def shifted_weight(weight: Block, sigma: Block, compute: Block, people: Block) -> Block:
    """Weight of compute once it has outgrown people, whose form stays that of the start.

    w' / (1 - w') = w / (1 - w) (compute / people)^rho: above sigma = 1 compute comes to count for
    more as it grows faster, below for less.

    Args:
        compute, people: of the largest lab, over those of the start.
    """
    rho = (sigma - 1) / sigma
    grown = rho * np.log(np.maximum(compute, 1e-6) / np.maximum(people, 1e-6))
    return 1 / (1 + (1 - weight) / weight * np.exp(-grown))


def pace_of_growth(log_compute: Block, trend: Block, usual_growth: Block) -> Block:
    """Pace where compute sets it: growth of a lab's compute in a year over the usual growth.

    Args:
        log_compute: of its experiments; trend: the same, which follows in a year.
        usual_growth: at which efficiency grows at the frontier's pace, a year.
    """
    return np.maximum(log_compute - trend, 0.0) / np.log(usual_growth)


def gain(
    pace: Block, effort: Block, inputs: Block, effort_return: Block, input_return: Block
) -> Block:
    """Log gain of efficiency a month: pace x (effort)^a x (input)^lambda.

    Args:
        pace: log per year at the frontier's effort and input.
        effort, inputs: relative to the frontier's.
    """
    grows = effort_return * np.log(np.maximum(effort, LEAST)) + input_return * np.log(inputs)
    return pace / 12.0 * np.exp(grows)


def at_scale(run: Block, largest_run: Block, share: Block, reach: Block) -> Block:
    """Part of a gain that a lab of this scale can have, 0..1.

    `share` of gains appear only at scale (Gundlach et al. 2025): all of them at the largest run,
    none `reach` decades of compute below it.
    """
    decades = np.log10(np.maximum(largest_run, 1.0) / np.maximum(run, 1.0))
    return 1 - share * (decades / reach).clip(0.0, 1.0)
