"""M12: which models are used where, how much and at what price, and the compute to serve them.

Shapes: `[market, maker, world]` for choice, `[maker, world]` for makers (labs, and clouds that host
open weights), `[market, world]` for markets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, flag, largest, total

TINY = 1e-12
LEAST, NEAREST = 1e-300, 2.0**-53  # the smallest share, and the smallest rest of all
LEAST_COMPUTE = 1e-30  # H100e-months for 1e12 tokens: only keeps prices of compute finite
SOFTNESS = 2.0  # ECI points over which new uses set in
LARGEST = 30.0  # log of size: only keeps numbers finite


def size(points: Block, method: Block, anchor: Block, per_decade: Block, least: Block) -> Block:
    """Size of a model, the anchor's being 1: the square root of the compute behind it.

    ln size = ((points - anchor) ln 10 / b - ln A) / 2: compute-optimal models grow with the root
    of their compute (Hoffmann et al. 2022), and better methods reach the same with less.

    Args:
        points: capability; anchor: of the anchor; per_decade: b, points per tenfold compute.
        method: ln A, training efficiency of its methods.
        least: size of the smallest model that is of use at all.
    """
    log_size = ((points - anchor) * np.log(10.0) / per_decade - method) / 2
    return np.maximum(np.exp(np.minimum(log_size, LARGEST)), least)


def unit_compute(
    model_size: Block, log_efficiency: Block, throughput: Block, least: Block
) -> Block:
    """H100e-months of inference to serve 1e12 tokens.

    Better methods reduce the first part and never the second, the arithmetic of a token in the
    smallest model at the full speed of a chip.

    Args:
        model_size: relative to the anchor's; log_efficiency: ln of inference efficiency.
        throughput: 1e9 tokens per H100e and month of the anchor's model.
        least: the second part, H100e-months for 1e12 tokens.
    """
    compute = 1e3 * model_size * np.exp(-log_efficiency) / throughput + least
    return np.maximum(compute, LEAST_COMPUTE)


def markup(usual: Block, rise: Block, ahead: Block) -> Block:
    """Price over cost, less one: rises with the points ahead of the best substitute."""
    return usual * np.exp(rise * (ahead / 10.0).clip(-1.0, 2.0))


def best_other(points: Block) -> Block:
    """For each maker the best capability of any other: `[maker, world]`."""
    best = largest(points)
    second = largest(np.where(points < best, points, 0.0))
    top = points >= best
    alone = total(flag(top)) < 2
    return np.where(top & alone, second, best)


def utility(points: Block, log_price: Block, quality: Block, price: Block) -> Block:
    """Utility from quality and price: `quality` per ten points, `price` per log of price."""
    return quality * points / 10.0 - price * log_price


def choice(utility_of: Block, weight: Block) -> Block:
    """Shares of makers in each market by multinomial logit; 0 where no maker serves.

    Args:
        utility_of: logs, -inf for a maker that does not serve a market, `[market, maker, world]`.
        weight: factor on exp(utility): reach, presence, `[..., maker, world]`.
    """
    present = weight > 0
    logs = utility_of + np.where(present, np.log(np.where(present, weight, 1.0)), -np.inf)
    top = largest(logs, axis=1)
    logs -= np.where(top > -np.inf, top, 0.0)[:, None]
    scaled = np.exp(logs, out=logs)
    scaled /= np.maximum(total(scaled, axis=1), TINY)[:, None]
    return scaled


class Stop(NamedTuple):
    """The bans of one market."""

    market: int
    allowed: Block  # share of use that is not stopped, `[maker, world or 1]`
    by_bloc: list[tuple[Block, Block]]
    """By bloc whose makers are banned: the share of use of these that is stopped, 0 for others,
    `[maker, world or 1]`, and 1 for all others, `[maker, 1]`."""


def stops(ban: Block, blocs: NDArray[np.int64]) -> list[Stop]:
    """The bans of each market that bans any maker.

    Args:
        ban: share of use that is stopped, `[market, maker, world or 1]`, alike within a bloc.
        blocs: bloc of each maker.
    """
    markets = []
    for row in np.flatnonzero(ban.any(axis=(1, 2))).tolist():
        by_bloc = []
        for bloc in np.unique(blocs[ban[row].any(axis=1)]):
            others = flag(blocs != bloc)[:, None]
            if others.any():  # otherwise no maker is left to take the use over
                by_bloc.append((ban[row] * (1 - others), others))
        markets.append(Stop(row, 1 - ban[row], by_bloc))
    return markets


def barred(share: Block, stopping: list[Stop]) -> Block:
    """Shares under bans: the stopped part of a bloc's use goes to makers of other blocs, pro rata.

    Args:
        stopping: the bans, see `stops`.
    """
    moved = share.copy()
    for market, allowed, by_bloc in stopping:
        before = share[market]
        after = remaining = before * allowed
        for ban, receivers in by_bloc:
            stopped = total(before * ban)
            gain = remaining * receivers
            whole = total(gain)
            gain *= np.where(whole > TINY, stopped / np.maximum(whole, TINY), 0.0)
            after = after + gain
        moved[market] = after
    return moved


def cut(habit: Block, before: Block, now: Block) -> Block:
    """Habit when bans tighten: users leave what is newly stopped, and other makers gain them.

    Args:
        before, now: share of use that is stopped, `[market, maker, world or 1]`.
    """
    if not np.any(now > before):
        return habit
    left = (1 - now) / np.where(before < 1, 1 - before, 1.0)
    kept = habit * np.minimum(left, 1.0)
    total_kept, total_before = total(kept, axis=1)[:, None], total(habit, axis=1)[:, None]
    return np.where(total_kept > TINY, kept * total_before / np.maximum(total_kept, TINY), kept)


def settled(habit: Block, wanted: Block, months: Block) -> Block:
    """Habit follows wanted shares with a time constant; without a habit it equals them."""
    started = total(habit, axis=1) > 0
    follows = wanted - habit
    follows *= np.minimum(1.0, 1.0 / months)
    follows += habit
    return follows if started.all() else np.where(started[:, None], follows, wanted)


def used(habit: Block, wanted: Block, allowed: Block, multihoming: Block) -> Block:
    """Shares of use: `multihoming` by present choice, the rest by habit, as far as allowed.

    Sums to one in each market that some maker serves.
    """
    share = multihoming * wanted
    share += (1 - multihoming) * habit
    share *= allowed > 0
    whole = total(share, axis=1)
    share /= np.maximum(whole, TINY)[:, None]
    served = whole > TINY
    return share if served.all() else np.where(served[:, None], share, wanted)


def new_uses(points: Block, threshold: Block, per_ten: Block) -> Block:
    """Log of what better models add to spending at an unchanged price: whole tasks they now do.

    Nothing well below the threshold, `per_ten` for each ten points well above it.

    Args:
        points: capability that is used; threshold: from which models do whole tasks.
    """
    above = np.logaddexp(0.0, (points - threshold) / SOFTNESS)
    return per_ten * SOFTNESS * above / 10.0


def spending(
    log_price: Block, log_reference: Block, elasticity: Block, at_reference: Block, uses: Block
) -> Block:
    """Share of the ceiling that is spent: y / (1 + y), y = y0 U (P / P0)^(1 - elasticity).

    Args:
        log_price: ln of the quality-adjusted price; log_reference: ln P0.
        at_reference: the share at the reference price.
        uses: log of U, the factor of new uses at an unchanged price.
    """
    part = np.minimum(np.maximum(at_reference, LEAST), 1 - NEAREST)  # none and all have no odds
    odds = np.log(part / (1 - part)) + uses
    odds = odds + (1 - elasticity) * _within(log_price - log_reference, 60.0)
    return 1 / (1 + np.exp(-_within(odds, 60.0)))


def _within(logs: Block, most: float) -> Block:
    """Logs cut to a range in which exponentials are finite."""
    return np.minimum(np.maximum(logs, -most), most)
