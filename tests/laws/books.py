"""The books of a run: state before and after each month, and what the markets moved in between."""

from __future__ import annotations

import numpy as np

from sim.model.race import Race

from .histories import live

TIGHT = 1e-9  # what rounding may do, relative to the largest of the row


class Books:
    """The books of one month: state before and after, market and product mix."""

    def __init__(self, race: Race, before: dict[str, np.ndarray]) -> None:
        self.race, self.before, self.now = race, before, live(race)
        self.offer, self.flows = race.offer, race.flows
        self.product = race.products.products(race.month - 1)

    def change(self, name: str) -> np.ndarray:
        return self.now[name] - self.before[name]

    def per_bloc(self, name: str) -> np.ndarray:
        """A field of what buyers received, summed by bloc."""
        return sum(buyers.blocs.total(getattr(buyers.bought, name)) for buyers in self.race.buyers)


def each_month(race: Race):
    """Run a race and open the books of every month but the first (stocks have no month before)."""
    race.step()
    before = live(race)
    while race.running:
        race.step()
        yield Books(race, before)
        before = live(race)


def agree(one: np.ndarray, other: np.ndarray, what: str) -> None:
    """Equal to rounding."""
    scale = max(float(np.max(np.abs(one), initial=0)), float(np.max(np.abs(other), initial=0)))
    gap = float(np.max(np.abs(one - other), initial=0))
    assert gap <= TIGHT * scale + 1e-9, f"{what}: {gap:g} of {scale:g} is missing"


def at_most(part: np.ndarray, whole: np.ndarray, what: str) -> None:
    """No more than there is, to rounding."""
    over = float(np.max(part - whole, initial=0))
    assert over <= TIGHT * (1 + float(np.max(np.abs(whole), initial=0))), (
        f"{what}: {over:g} too much"
    )
