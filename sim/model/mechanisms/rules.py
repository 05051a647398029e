"""M2: export rules: clauses on chips, terms of sale, and the variants suppliers design.

A rule is a set of clauses; a chip is controlled for a destination when every limit of some clause
is reached. Shapes: `[supplier, world]`; a limit is `[world]`; every chip reaches an absent limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.units import FP16_BITS, H100_INTERCONNECT
from sim.core.worlds import Block, Mask
from sim.model.mechanisms.chips import Spec, tpp
from sim.policy.clauses import NO_CAP, Clause


class Terms(NamedTuple):
    """The terms on which a product may be sold to a destination."""

    controlled: Mask  # under some clause
    licence: Block  # share of orders that may ship
    levy: Block  # share of the price
    cap: Block  # share of sales in the home market


def reached(spec: Spec, clause: Clause) -> Mask:
    """Whether a chip reaches every limit of a clause."""
    hit = clause.jurisdiction
    if clause.tpp is not None:
        hit = hit & (tpp(spec) >= clause.tpp)
    if clause.interconnect is not None:
        hit = hit & (spec.interconnect >= clause.interconnect)
    if clause.bandwidth is not None:
        hit = hit & (spec.bandwidth >= clause.bandwidth)
    return hit


def no_terms(shape: tuple[int, ...]) -> Terms:
    """The terms of sale where there is no rule."""
    return Terms(np.zeros(shape, bool), np.ones(shape), np.zeros(shape), np.full(shape, NO_CAP))


def terms(spec: Spec, clauses: list[Clause], shape: tuple[int, ...]) -> Terms:
    """The terms of sale: the strictest of each kind among the clauses that a chip reaches."""
    now = no_terms(shape)
    for clause in clauses:
        met = reached(spec, clause) & clause.in_force
        if not met.any():
            continue
        now = Terms(
            now.controlled | met,
            np.where(met, np.minimum(now.licence, clause.licence_rate), now.licence),
            np.where(met, np.maximum(now.levy, clause.levy), now.levy),
            np.where(met, np.minimum(now.cap, clause.cap), now.cap),
        )
    return now


def redesign(
    spec: Spec,
    clauses: list[Clause],
    margin: Block,
    iota: Block,
    beta: Block,
    weight: Block,
) -> Spec:
    """The variant a supplier offers: just under the limit that is cheapest to cut.

    The cheapest cut loses least of the worth that buyers pay for (`hedonic`). Suppliers design no
    variant where licences let through more than a variant is worth. As enacted this gives
    an A800/H800-like chip after October 2022 (interconnect cut) and an H20-like one after October
    2023 (performance cut, memory kept).
    """
    for clause in clauses:
        hit = reached(spec, clause) & clause.answered
        if not hit.any():
            continue
        cuts = _cuts(spec, clause, margin, iota, beta, weight)
        least = cuts[0][2]
        for _, _, loss in cuts[1:]:
            least = np.minimum(least, loss)
        # Licences are sought where they let through more than a variant is worth.
        hit = hit & (clause.licence_rate < np.exp(-least))
        uncut = spec
        for name, below, loss in cuts:
            chosen = hit & (loss <= least) & np.isfinite(loss)
            now = getattr(uncut, name)
            cut = np.where(chosen, np.minimum(now, below), now)
            spec = spec._replace(**{name: cut})
            hit = hit & ~chosen
    return spec


def _cuts(
    spec: Spec, clause: Clause, margin: Block, iota: Block, beta: Block, weight: Block
) -> list[tuple[str, Block, Block]]:
    """Each way to escape a clause: what is cut, to what, and the log worth that it costs.

    A limit of 0 cannot be escaped.
    """
    ways = []
    if clause.tpp is not None:
        below = clause.tpp / FP16_BITS * (1 - margin)
        lost = _weighed(_log_loss(spec.tflops, below), (1 - weight) + weight * (1 - beta))
        ways.append(("tflops", below, lost))
    if clause.interconnect is not None:
        below = clause.interconnect * (1 - margin)
        useful = np.minimum(spec.interconnect, H100_INTERCONNECT)
        lost = _weighed(np.maximum(_log_loss(useful, below), 0.0), iota, 1 - weight)
        ways.append(("interconnect", below, lost))
    if clause.bandwidth is not None:
        below = clause.bandwidth * (1 - margin)
        lost = _weighed(_log_loss(spec.bandwidth, below), beta, weight)
        ways.append(("bandwidth", below, lost))
    return ways


def _log_loss(now: Block, below: Block) -> Block:
    """Log loss of a cut from `now` to `below`; infinite where nothing is left."""
    left = np.maximum(below, 1e-9)
    return np.where(below > 0, np.log(np.maximum(now, 1e-300) / left), np.inf)


def _weighed(loss: Block, *weights: Block) -> Block:
    """What a log loss costs of a chip's worth; infinite where nothing is left, at any weights."""
    is_left = np.isfinite(loss)
    lost = np.where(is_left, loss, 0.0)
    for weight in weights:
        lost = lost * weight
    return np.where(is_left, lost, np.inf)
