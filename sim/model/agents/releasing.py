"""Makers of models: flagship runs, releases, and what they tell others (M10, M11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.units import USD_PER_BN
from sim.core.worlds import Block, Mask, State, flag
from sim.model.agents.serving import Makers
from sim.model.mechanisms import training

if TYPE_CHECKING:
    from sim.model.forcing import PublicState, Forcing

UNKNOWN = -50.0  # log efficiency of nobody: far below anything


class Releasing(Makers):
    """Whoever trains and releases models."""

    effort = State("share", "research effort aimed at doing more with less")
    log_training_efficiency = State("log", "ln of training efficiency, 0 at the anchor's methods")
    log_inference_efficiency = State("log", "ln of inference efficiency, 0 at the anchor's date")
    room = State("1", "compute for research and runs over its usual share, by what serving leaves")
    run_flop = State("FLOP", "compute of the flagship run in progress")
    run_cost = State("USD bn", "cost of that compute so far, written off by the month")
    run_method = State("log", "ln of training efficiency with which that run began")
    run_left = State("months", "time to its release")
    run_length = State("months", "its length")
    largest_run = State("FLOP", "compute of the largest run released")
    flagship_flop = State("FLOP", "compute of the run behind the best flagship of its own")
    flagship_cost = State("USD bn", "cost of that run")
    flagship_age = State("years", "time since its release")
    open_flagship = State("1", "1 where that flagship has open weights, else 0")
    flagship_points = State("ECI points", "capability of that flagship at its release")
    polish = State("ECI points", "post-training gains not yet released")
    capability = State("ECI points", "best capability released, or taken up from open weights")
    open_capability = State("ECI points", "best capability released with open weights")
    shown = State("log", "training efficiency that its releases show to others")
    published = State("log", "training efficiency that its open releases publish")
    shown_inference = State("log", "inference efficiency that its releases show to others")
    published_inference = State("log", "inference efficiency that its open releases publish")
    released = State("1", "1 where it releases a flagship this month, else 0")
    release_open = State("1", "1 where that release has open weights, else 0")
    release_points = State("ECI points", "capability of that release")
    release_cost = State("USD bn", "cost of the final run behind that release")
    rebuild_cost = State("USD bn", "what it would pay to train the best of other blocs today")

    def begin(self) -> None:
        """Nothing is known or released before a lab enters."""
        super().begin()
        for name in [
            "run_flop",
            "run_cost",
            "run_left",
            "run_length",
            "largest_run",
            "flagship_flop",
            "flagship_cost",
            "flagship_age",
            "open_flagship",
            "flagship_points",
            "polish",
            "capability",
            "open_capability",
            "released",
            "release_open",
            "release_points",
            "release_cost",
            "rebuild_cost",
        ]:
            setattr(self, name, np.zeros((self.rows, 1)))
        for name in [
            "log_training_efficiency",
            "log_inference_efficiency",
            "run_method",
            "shown",
            "published",
            "shown_inference",
            "published_inference",
        ]:
            setattr(self, name, np.full((self.rows, 1), UNKNOWN))
        self.effort = self.number("effort")
        self.room = np.ones((self.rows, 1))
        self.usual_product = 1 - self.number("effort")
        usual = self.number("flagship_share") + self.number("experiment_share")
        self.usual_share = np.maximum(usual, 1e-9)

    def train(self, forcing: Forcing, public_state: PublicState) -> None:
        """The flagship run takes its share of compute; product work polishes the last model."""
        p = self.numbers.training
        product = (1 - self.effort) / self.usual_product
        share = np.minimum(self.number("flagship_share") * product * self.room, 1.0)
        before = self.run_left
        self.polish = self.polish + p.post_training / MONTHS * product * self.active
        # Approval slows the release, and the run with it: waiting adds no compute.
        pace = (1 - self.blocs.spread(forcing.policy.registration)) * self.active
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

    def make_room(self, forcing: Forcing) -> None:
        """Compute for research and runs over its usual share: what serving takes or leaves (M12).

        Serving above its usual share displaces all else; what it leaves idle is used in part.
        """
        p = self.numbers
        left = (1 - self.serving) / self.usual_share
        spare = np.maximum(left, 1.0) ** p.demand.spare_use
        self.room = np.where(p.channels.demand > 0, np.minimum(left, spare), 1.0)

    def chips_at_work(self, share: Block) -> Block:
        """H100e of training worth, own with power and rented, of which a share is at work."""
        return (self.training * self.powered + self.rented) * share * self.active

    def usd_a_month(self, public_state: PublicState) -> Block:
        """Cost of a month of one H100e of training worth in its bloc, USD."""
        return self.blocs.spread(public_state.training_usd)

    def release(self, forcing: Forcing) -> None:
        """A finished run is released, open or closed, and the next one begins (M10)."""
        p = self.numbers.training
        done = (self.run_left <= 0) & (self.active > 0)
        made = self._points(forcing, self.run_flop, self.run_method)
        made = made + p.release_spread * forcing.luck.quality
        better = done & (made > self.flagship_points)
        opened = done & (forcing.luck.open < forcing.incidents.openness)
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
        self._disclose(done, opened)
        self._begin_run(forcing, done)

    def _announce(self, done: Mask, opened: Mask, made: Block) -> None:
        """What investors hear of this month's releases (M11)."""
        self.released = flag(done)
        self.release_open = flag(opened)
        self.release_points = np.where(done, np.maximum(made, 0.0), 0.0)
        self.release_cost = np.where(done, self.run_cost, 0.0)

    def _disclose(self, done: Mask, opened: Mask) -> None:
        """A release shows its methods to imitators; an open one publishes them."""
        method, serving = self.run_method, self.log_inference_efficiency
        self.shown = np.where(done, np.maximum(self.shown, method), self.shown)
        self.published = np.where(opened, np.maximum(self.published, method), self.published)
        self.shown_inference = np.where(
            done, np.maximum(self.shown_inference, serving), self.shown_inference
        )
        self.published_inference = np.where(
            opened, np.maximum(self.published_inference, serving), self.published_inference
        )

    def _begin_run(self, forcing: Forcing, done: Mask) -> None:
        p = self.numbers.training
        length = self.number("cadence") * training.spread(forcing.luck.cadence, p.cadence_spread)
        self.run_flop = np.where(done, 0.0, self.run_flop)
        self.run_cost = np.where(done, 0.0, self.run_cost)
        self.run_method = np.where(done, self.log_training_efficiency, self.run_method)
        self.run_length = np.where(done, length, self.run_length)
        self.run_left = np.where(done, length, self.run_left)

    def price_rebuild(self, forcing: Forcing, public_state: PublicState) -> None:
        """What each would pay today to train the best that other blocs have, by its own methods."""
        p = self.numbers.training
        flop = training.flop_for(
            self.blocs.spread(public_state.bloc_frontier - public_state.bloc_lead),
            self.log_training_efficiency,
            p.anchor_points,
            p.anchor_flop,
            p.points_per_decade,
        )
        months = training.chip_months(flop, p.utilisation)
        self.rebuild_cost = months * self.usd_a_month(public_state) / USD_PER_BN * self.active

    def _points(self, forcing: Forcing, flop: Block, method: Block) -> Block:
        p = self.numbers.training
        return training.points(flop, method, p.anchor_points, p.anchor_flop, p.points_per_decade)
