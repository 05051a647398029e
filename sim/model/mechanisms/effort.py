"""M7: scarcity and directed effort (Hicks 1932; Acemoglu 2002)."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block


def logit(share: Block) -> Block:
    """Log odds of a share."""
    return np.log(share / (1 - share))


def expit(odds: Block) -> Block:
    """Share from log odds."""
    return 1 / (1 + np.exp(-odds))


def scarcity(free: Block, obtained: Block) -> Block:
    """ln(compute the budget would have bought without the rule / compute obtained), not below 0."""
    return np.log(np.maximum(free / np.maximum(obtained, 1e-9), 1.0))


def by_complements(eta: Block, sigma: Block) -> Block:
    """Response to scarcity where substitution decides: eta (1 - sigma) / (1 + sigma).

    All of eta where nothing replaces experiments (sigma = 0), none at sigma = 1, the other way
    where people replace them: what is scarce is then used less, and not saved.
    """
    return eta * (1 - sigma) / (1 + sigma)


def drift(share: Block, usual: Block, response: Block, months: Block) -> Block:
    """A share of effort moves toward logit(e*) = logit(e0) + response, with a time constant.

    The response lags the shortage: sanctioned firms' inputs rise from about the fifth quarter. It
    may be negative: firms short of an input cut research before they cut runs and products.
    """
    target = expit(logit(usual) + response)
    return share + (target - share) * np.minimum(1.0, 1.0 / months)
