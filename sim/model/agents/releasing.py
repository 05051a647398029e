"""Releasing of models: flagship runs, releases, and what they show to others (M10, M11)."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.units import USD_PER_BN
from sim.core.worlds import Block, Mask, flag
from sim.model.agents.population import Component, Rows
from sim.model.agents.purchasing import Purchasing
from sim.model.forcing import Luck
from sim.model.mechanisms import training
from sim.model.public_state import UNKNOWN, PublicState


class Releasing(Component):
    """Training runs of labs and the models that they release.

    Args:
        purchasing: of the same labs, whose chips train.
    """

    run_flop = State("FLOP", "compute of the flagship run in progress")
    run_cost = State("USD bn", "cost of that compute so far, written off by the month")
    run_method = State("log", "ln of training efficiency with which that run began", start=UNKNOWN)
    run_left = State("months", "time to its release")
    run_length = State("months", "its length")
    largest_run = State("FLOP", "compute of the largest run released", recorded=True)
    flagship_flop = State(
        "FLOP", "compute of the run behind the best flagship of its own", recorded=True
    )
    flagship_cost = State("USD bn", "cost of that run", recorded=True)
    flagship_age = State("years", "time since its release")
    open_flagship = State("1", "1 where that flagship has open weights, else 0")
    flagship_points = State(
        "ECI points", "capability of that flagship at its release", recorded=True
    )
    polish = State("ECI points", "post-training gains not yet released")
    capability = State(
        "ECI points", "best capability released, or taken up from open weights", recorded=True
    )
    open_capability = State(
        "ECI points", "best capability released with open weights", recorded=True
    )
    shown = State("log", "training efficiency that its releases show to others", start=UNKNOWN)
    published = State("log", "training efficiency that its open releases publish", start=UNKNOWN)
    shown_inference = State(
        "log", "inference efficiency that its releases show to others", start=UNKNOWN
    )
    published_inference = State(
        "log", "inference efficiency that its open releases publish", start=UNKNOWN
    )
    released = State("1", "1 where it releases a flagship this month, else 0")
    release_open = State("1", "1 where that release has open weights, else 0")
    release_points = State("ECI points", "capability of that release")
    release_cost = State("USD bn", "cost of the final run behind that release")
    rebuild_cost = State(
        "USD bn", "what it would pay to train the best of other blocs today", recorded=True
    )

    def __init__(self, actors: Rows, purchasing: Purchasing) -> None:
        super().__init__(actors)
        self.purchasing = purchasing
        self.usual_product = 1 - self.own.effort

    def enter(
        self,
        entering: Mask,
        method: Block,
        method_inference: Block,
        luck: Luck,
        public_state: PublicState,
        first: bool,
    ) -> None:
        """A lab that enters brings a model of its size and a run under way.

        Args:
            entering: who enters, `[lab, 1]`.
            method, method_inference: ln of its training and inference efficiency.
            first: whether this is the first month. A lab that exists at the start has a model out;
                one that enters later has yet to release one.
        """
        p = self.parameters.training
        length = self.own.cadence * training.spread(luck.cadence, p.cadence_spread)
        chips = length * self.chips_at_work(self.own.flagship_share)
        flop = training.flop_per_month(chips, p.utilisation)
        cost = chips * self.usd_a_month(public_state) / USD_PER_BN
        model = self._points(flop, method)
        values = {
            "run_method": method,
            "run_length": length,
            "run_left": length * luck.start,
            "run_flop": flop * (1 - luck.start),
            "run_cost": cost * (1 - luck.start),
            "largest_run": np.where(first, flop, 0.0),
            "flagship_flop": np.where(first, flop, 0.0),
            "flagship_cost": np.where(first, cost, 0.0),
            "capability": np.where(first, np.maximum(model, 0.0), 0.0),
            "flagship_points": np.where(first, np.maximum(model, 0.0), 0.0),
            "shown": np.where(first, method, UNKNOWN),
            "shown_inference": np.where(first, method_inference, UNKNOWN),
        }
        for name, value in values.items():
            setattr(self, name, np.where(entering, value, getattr(self, name)))

    def train(
        self, effort: Block, room: Block, registration: Block, public_state: PublicState
    ) -> None:
        """The flagship run takes its share of compute; product work polishes the last model.

        Args:
            effort: share of research effort aimed at efficiency; the rest is product work.
            room: compute for research and runs over its usual share.
            registration: slowdown of releases by approval, share, `[bloc, world or 1]`.
        """
        p = self.parameters.training
        product = (1 - effort) / self.usual_product
        share = np.minimum(self.own.flagship_share * product * room, 1.0)
        before = self.run_left
        active = self.purchasing.active
        self.polish = self.polish + p.post_training / MONTHS * product * active
        # Approval slows the release, and the run with it: waiting adds no compute.
        pace = (1 - self.blocs.spread(registration)) * active
        chips = self.chips_at_work(share) * pace
        self.run_flop = self.run_flop + training.flop_per_month(chips, p.utilisation)
        self.run_cost = self.run_cost + chips * self.usd_a_month(public_state) / USD_PER_BN
        self.run_left = self.run_left - pace
        half = self.run_length / 2
        refreshed = (before > half) & (self.run_left <= half)
        # There is nothing to polish before there is a model, own or taken up.
        shipped = np.where(refreshed & (self.capability > 0), self.polish, 0.0)
        self.capability = self.capability + shipped
        self.open_capability = self.open_capability + shipped * self.open_flagship
        self.polish = np.where(refreshed, 0.0, self.polish)

    def chips_at_work(self, share: Block) -> Block:
        """H100e of training worth of which a share is at work."""
        return self.purchasing.training_at_work() * share * self.purchasing.active

    def usd_a_month(self, public_state: PublicState) -> Block:
        """Cost of a month of one H100e of training worth in its bloc, USD."""
        return self.blocs.spread(public_state.training_usd)

    def release(self, method: Block, method_inference: Block, luck: Luck, openness: Block) -> None:
        """A finished run is released, open or closed, and the next one begins (M10).

        Args:
            method, method_inference: ln of training and inference efficiency of the labs today.
            openness: chance that a flagship has open weights.
        """
        p = self.parameters.training
        done = (self.run_left <= 0) & (self.purchasing.active > 0)
        made = self._points(self.run_flop, self.run_method)
        made = made + p.release_spread * luck.quality
        better = done & (made > self.flagship_points)
        opened = done & (luck.open < openness)
        self.flagship_flop = np.where(better, self.run_flop, self.flagship_flop)
        self.flagship_cost = np.where(better, self.run_cost, self.flagship_cost)
        self.flagship_points = np.where(better, made, self.flagship_points)
        self.flagship_age = np.where(better, 0.0, self.flagship_age + 1 / MONTHS)
        self.open_flagship = np.where(better, opened, self.open_flagship)
        self.capability = np.where(done, np.maximum(made, self.capability), self.capability)
        self.polish = np.where(done, 0.0, self.polish)
        self.open_capability = np.where(
            opened, np.maximum(self.open_capability, np.maximum(made, 0.0)), self.open_capability
        )
        self.largest_run = np.where(
            done, np.maximum(self.largest_run, self.run_flop), self.largest_run
        )
        self._announce(done, opened, made)
        self._disclose(done, opened, method_inference)
        self._next_run(done, method, luck)

    def _announce(self, done: Mask, opened: Mask, made: Block) -> None:
        """What investors hear of this month's releases (M11)."""
        self.released = flag(done)
        self.release_open = flag(opened)
        self.release_points = np.where(done, np.maximum(made, 0.0), 0.0)
        self.release_cost = np.where(done, self.run_cost, 0.0)

    def _disclose(self, done: Mask, opened: Mask, inference: Block) -> None:
        """A release shows its methods to imitators; an open one publishes them."""
        training = self.run_method
        self.shown = np.where(done, np.maximum(self.shown, training), self.shown)
        self.published = np.where(opened, np.maximum(self.published, training), self.published)
        self.shown_inference = np.where(
            done, np.maximum(self.shown_inference, inference), self.shown_inference
        )
        self.published_inference = np.where(
            opened, np.maximum(self.published_inference, inference), self.published_inference
        )

    def publish_methods(self, opened: Mask, training: Block, inference: Block) -> None:
        """Publish the methods of those whose breakthrough is open, without a release."""
        self.published = np.where(opened, training, self.published)
        self.published_inference = np.where(opened, inference, self.published_inference)

    def _next_run(self, done: Mask, method: Block, luck: Luck) -> None:
        p = self.parameters.training
        length = self.own.cadence * training.spread(luck.cadence, p.cadence_spread)
        self.run_flop = np.where(done, 0.0, self.run_flop)
        self.run_cost = np.where(done, 0.0, self.run_cost)
        self.run_method = np.where(done, method, self.run_method)
        self.run_length = np.where(done, length, self.run_length)
        self.run_left = np.where(done, length, self.run_left)

    def take_up(self, floor: Block) -> None:
        """Start from the best open weights where they are better than the lab's own model."""
        self.capability = np.maximum(self.capability, floor)

    def price_rebuild(self, method: Block, public_state: PublicState) -> None:
        """What each would pay today to train the best that other blocs have, by its own methods."""
        p = self.parameters.training
        flop = training.flop_for(
            self.blocs.spread(public_state.bloc_frontier - public_state.bloc_lead),
            method,
            p.anchor_points,
            p.anchor_flop,
            p.points_per_decade,
        )
        months = training.chip_months(flop, p.utilisation)
        cost = months * self.usd_a_month(public_state) / USD_PER_BN
        self.rebuild_cost = cost * self.purchasing.active

    def _points(self, flop: Block, method: Block) -> Block:
        p = self.parameters.training
        return training.points(flop, method, p.anchor_points, p.anchor_flop, p.points_per_decade)
