"""What is said of outcomes that start from the last observations."""

from __future__ import annotations

from viz.text.format import date


def bands_start(origin: str) -> str:
    """A sentence for captions; empty where nothing is carried on.

    Args:
        origin: month of the last observations, or empty.

    >>> bands_start("2025-12")
    'Bands after December 2025 start from the last observation. '
    """
    return f"Bands after {date(origin)} start from the last observation. " if origin else ""
