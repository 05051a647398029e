"""A fit in several processes: particles are cut among them, which changes no number (law 1)."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from sim.research.calibration.smc import Residuals

_given: dict[str, Residuals] = {}  # what a worker fits with


class Shared:
    """Residuals of particles, worked out side by side; closes its processes at the end of `with`.

    Args:
        residuals: can be pickled.
        processes: how many; 1 uses none but this one.
    """

    def __init__(self, residuals: Residuals, processes: int) -> None:
        self._residuals, self._processes = residuals, processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Shared:
        if self._processes > 1:
            self._pool = ProcessPoolExecutor(
                self._processes, initializer=_take, initargs=(self._residuals,)
            )
        return self

    def __exit__(self, *wrong: Any) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def __call__(self, scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
        """Residuals, `[observation, particle]`."""
        if self._pool is None or scores.shape[1] < 2 * self._processes:
            return self._residuals(scores, lucks)
        cuts = [np.array_split(block, self._processes, axis=1) for block in (scores, lucks)]
        return np.concatenate(list(self._pool.map(_work, *cuts)), axis=1)


def _take(residuals: Residuals) -> None:
    _given["residuals"] = residuals


def _work(scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
    return _given["residuals"](scores, lucks)
