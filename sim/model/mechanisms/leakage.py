"""M4: rental of chips abroad (smuggling is `market.divert`)."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block


def rental_wanted(budget: Block, share: Block, scarcity: Block, open_share: Block) -> Block:
    """Money a buyer would spend on rental abroad this month: rises with scarcity to `share`.

    Args:
        budget: USD bn/yr.
        open_share: 1 - remote access denied.
    """
    return budget / 12.0 * share * (1 - np.exp(-scarcity)) * open_share


def rental_price(chip_usd: Block, overhead: Block, premium: Block, lifetime: Block) -> Block:
    """USD a month for an H100e: the all-in cost written off over its life, plus a premium."""
    return chip_usd * overhead * (1 + premium) / (12.0 * lifetime)
