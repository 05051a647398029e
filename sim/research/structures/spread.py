"""How far an answer depends on the structure: spread within and between, and flips of sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.research.identification.distribution import rounded, sign_of


def within_and_between(values: Mapping[str, Block], weights: Mapping[str, float]) -> dict[str, Any]:
    """Parts of the variance of an effect over all structures (the law of total variance).

    Args:
        values: of the effect by structure, `[world]`; weights: of the structures, which sum to 1.
            Means of few worlds differ by chance: what that brings is taken off the spread between.

    Returns:
        standard deviations within and between, and the share of the variance between.
    """
    shares = np.array([weights[name] for name in values])
    shares = shares / shares.sum()
    means = np.array([np.mean(row) for row in values.values()])
    within = float(shares @ [np.var(row) for row in values.values()])
    by_chance = [np.var(row, ddof=1) / len(row) for row in values.values()]
    between = float(shares @ (means - shares @ means) ** 2 - (shares * (1 - shares)) @ by_chance)
    between = max(0.0, between)
    whole = within + between
    return {
        "within": rounded(within**0.5),
        "between": rounded(between**0.5),
        "share_between": rounded(between / whole if whole else 0.0),
    }


def flips(by_structure: Mapping[str, Mapping[str, Any]], reference: str) -> list[str]:
    """Structures in which most worlds agree on the other sign than in the reference.

    Args:
        by_structure: distributions of the effect (`distribution`, with `small`).
    """
    usual = sign_of(dict(by_structure[reference]))
    signs = {name: sign_of(dict(found)) for name, found in by_structure.items()}
    return [name for name, sign in signs.items() if sign and usual and sign == -usual]
