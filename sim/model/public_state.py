"""The public state: what everybody knows at the end of a month, and plans on in the next."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.worlds import Block

UNKNOWN = -50.0  # log efficiency of nobody: far below anything


@dataclass(frozen=True)
class PublicState:
    """Last month's public facts, `[world]` unless stated otherwise."""

    frontier: Block  # best released capability
    bloc_frontier: Block  # [bloc, world]
    open_frontier: Block  # best with open weights
    open_followed: Block  # what anybody has learnt to run from open weights
    shown: Block  # best training efficiency that releases show
    published: Block  # best that open releases publish
    shown_inference: Block
    published_inference: Block
    bloc_lead: Block  # best capability over the best of all other blocs, [bloc, world]
    leader_cost: Block  # programme cost of the best flagship, USD bn
    leader_age: Block  # years since its release
    training_usd: Block  # cost of a month of one H100e of training worth, USD, [bloc, world]
    inference_usd: Block  # the same of inference worth, without power
