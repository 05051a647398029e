"""The rows of one block of a sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block


@dataclass(frozen=True)
class Task:
    """The pairs of point and replicate of one block.

    Attributes:
        number: of the block.
        points, replicates, worlds: `[pair]`; pairs of equal static factors stand side by side.
        values: `[pair, factor]`.
        sweep: digest of what all blocks of the sweep have in common, for the receipt.
    """

    number: int
    points: NDArray[np.int64]
    replicates: NDArray[np.int64]
    worlds: NDArray[np.int64]
    values: Block
    sweep: str = ""
