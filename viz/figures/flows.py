"""What drawings of the supply network leave out: the one place of floors of flows, and of absence.

A width is relative to the widest link of its kind. Where all of a kind are next to nothing, one of
them would be as wide as a trunk line: what lies below a floor is not drawn at all.
"""

from __future__ import annotations

FLOORS = {  # by unit of a flow: the least that is drawn, a month
    "1e3 chips": 0.1,  # 100 chips: a dozen servers, under a thousandth of a month of any maker
    "1e3 reticles": 0.01,  # 10 reticles: half a wafer
    "H100e": 100.0,  # a hundred H100 rented abroad: a dozen servers, too few to train with
    "1e12 tokens/month": 0.001,  # a billion tokens a month: some thousand users
    "USD bn/month": 0.001,  # a million dollars a month
    "share of need": 0.01,  # a hundredth of the equipment that is needed
    "people": 1.0,  # one researcher
}
"""Assumptions, as round numbers: what no reader would call a flow between two actors."""

PRESENT = {"lab": "active", "cloud": "cloud_active"}  # by axis, the series that says who is there
HALF = 0.5  # of worlds in which an actor has to be there to be drawn


def is_noticeable(flow: float, unit: str) -> bool:
    """Whether a flow is large enough to be drawn; units without a floor are always.

    >>> is_noticeable(0.0021, "H100e"), is_noticeable(5e4, "H100e"), is_noticeable(1.0, "tie")
    (False, True, True)
    """
    return flow >= FLOORS.get(unit, 0.0)
