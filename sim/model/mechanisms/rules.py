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
    answered: list[Mask],
    margin: Block,
    exponents: Spec,
    licensed: bool = False,
) -> Spec:
    """The specifications just under the limits that are cheapest to escape.

    The cheapest cut loses least of the worth that buyers pay for (`chips.value_exponents`). As
    enacted this gives an A800/H800-like chip after October 2022 (interconnect cut) and an H20-like
    one after October 2023 (performance cut, memory kept).

    Args:
        answered: clause by clause, where a variant that escapes it can be on sale.
        licensed: escape only clauses under which no licence is given; for others one is sought.
    """
    for clause, ready in zip(clauses, answered, strict=True):
        hit = reached(spec, clause) & ready
        if not hit.any():
            continue
        cuts = _cuts(spec, clause, margin, exponents)
        least = cuts[0][2]
        for _, _, loss in cuts[1:]:
            least = np.minimum(least, loss)
        if licensed:
            hit = hit & (clause.licence_rate <= 0)
        for name, below, loss in cuts:
            chosen = hit & (loss <= least) & np.isfinite(loss)
            now = getattr(spec, name)
            spec = spec._replace(**{name: np.where(chosen, np.minimum(now, below), now)})
            hit = hit & ~chosen
    return spec


def _cuts(
    spec: Spec, clause: Clause, margin: Block, exponents: Spec
) -> list[tuple[str, Block, Block]]:
    """Each way to escape a clause: what is cut, to what, and the log worth that it costs.

    A limit of 0 cannot be escaped.
    """
    useful = spec._replace(interconnect=np.minimum(spec.interconnect, H100_INTERCONNECT))
    limits: tuple[Block | None, ...] = (
        None if clause.tpp is None else clause.tpp / FP16_BITS,
        clause.bandwidth,
        clause.interconnect,
    )
    ways = []
    for name, limit in zip(Spec._fields, limits, strict=True):
        if limit is None:
            continue
        below = limit * (1 - margin)
        loss = np.maximum(_log_loss(getattr(useful, name), below), 0.0)
        is_left = np.isfinite(loss)
        lost = np.where(is_left, np.where(is_left, loss, 0.0) * getattr(exponents, name), np.inf)
        ways.append((name, below, lost))
    return ways


def _log_loss(now: Block, below: Block) -> Block:
    """Log loss of a cut from `now` to `below`; infinite where nothing is left."""
    left = np.maximum(below, 1e-9)
    return np.where(below > 0, np.log(np.maximum(now, 1e-300) / left), np.inf)
