"""A clause of an export rule: what it controls, whom it binds, on what terms chips may be sold."""

from __future__ import annotations

from typing import NamedTuple

from sim.core.worlds import Block, Mask

NO_CAP = 10.0  # a cap this many times the home market's sales binds nobody


class Clause(NamedTuple):
    """One clause of a rule in a month."""

    in_force: Mask  # [world]
    cut_from: Block  # month from which a variant with parts switched off can be on sale, [world]
    die_from: Block  # the same for a variant with a smaller die
    jurisdiction: Mask  # [supplier, 1]: whose products it can reach
    tpp: Block | None  # limits, [world]
    interconnect: Block | None
    bandwidth: Block | None
    licence_rate: Block  # share of orders that are licensed
    levy: Block  # share of the price
    cap: Block  # share of sales in the home market


class ClausePart(NamedTuple):
    """The clauses that hold on some days of a month; most months have one part."""

    share: float  # of the days of the month
    clauses: list[Clause]
