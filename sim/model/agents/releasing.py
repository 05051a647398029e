"""Releasing of models: flagship runs, releases, and what they show to others (M10, M11)."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.units import USD_PER_BN
from sim.core.worlds import Block, Mask, flag
from sim.model import forms
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
    run_cost = State("USD bn", "cost of that compute so far, depreciated by month")
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
    updated_points = State("ECI points", "capability of that flagship, updates included")
    flagship_method = State(
        "log", "ln of training efficiency in that flagship, updates included", start=UNKNOWN
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
        self.renew()
        self.distilling = self.parameters.spillover.distilled * self.parameters.channels.spillover

    def renew(self) -> None:
        """The usual effort for products follows from that for efficiency."""
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
        model = np.maximum(self._points(flop, method), 0.0)
        values = {
            "run_method": method,
            "run_length": length,
            "run_left": length * luck.start,
            "run_flop": flop * (1 - luck.start),
            "run_cost": cost * (1 - luck.start),
            "largest_run": np.where(first, flop, 0.0),
            "flagship_flop": np.where(first, flop, 0.0),
            "flagship_cost": np.where(first, cost, 0.0),
            "flagship_method": np.where(first, method, UNKNOWN),
            "shown": np.where(first, method, UNKNOWN),
            "shown_inference": np.where(first, method_inference, UNKNOWN),
        }
        same = ("capability", "flagship_points", "updated_points")
        values |= dict.fromkeys(same, np.where(first, model, 0.0))
        for name, value in values.items():
            setattr(self, name, np.where(entering, value, getattr(self, name)))

    def train(
        self,
        effort: Block,
        research_compute: Block,
        left: Block,
        pace: Block,
        public_state: PublicState,
    ) -> None:
        """The flagship run takes its share of compute; product work polishes the last model.

        Args:
            effort: share of research effort aimed at efficiency; the rest is product work.
            research_compute: compute for research and runs over its usual share.
            left: share of compute that serving and experiments leave.
            pace: of runs and releases, where waiting for approval slows them.
        """
        p = self.parameters.training
        product = (1 - effort) / self.usual_product
        share = np.minimum(self.own.flagship_share * product * research_compute, left)
        active = self.purchasing.active
        self.polish = self.polish + p.post_training / MONTHS * product * active
        pace = pace * active  # waiting slows the release, and the run with it: it adds no compute
        chips = self.chips_at_work(share) * pace
        self.run_flop = self.run_flop + training.flop_per_month(chips, p.utilisation)
        self.run_cost = self.run_cost + chips * self.usd_a_month(public_state) / USD_PER_BN
        self.run_left = self.run_left - pace

    def distilled(self, best: Block, access: Block | None) -> Block:
        """ECI points that an update gains by training on outputs of others (M9).

        Args:
            best: capability of the best model, `[world]`.
            access: see `forms.distilled`.
        """
        return forms.distilled(self.capability, self.updated_points, best, access, self.distilling)

    def update(
        self, method: Block, carried: Block, learnt: Block, pace: Block, allowed: Mask
    ) -> None:
        """An update ships what product work has gained, and carries methods into the flagship.

        Post-training brings later methods to a model that is already trained. A lab without a
        flagship of its own polishes the open weights on which it builds.

        Args:
            method: ln of training efficiency of the labs today.
            carried: what paradigms add to the share of methods that is carried.
            learnt: what it gains from outputs of others (`distilled`), ECI points.
            pace: of updates, where waiting for approval slows them.
            allowed: whether an update of open weights may be published this month.
        """
        p = self.parameters.training
        self.carrying = np.minimum(p.carried + carried, 1.0)
        due = training.update_due(MONTHS * self.flagship_age * pace, pace, p.update_months)
        due = due & (self.purchasing.active > 0)
        own = due & (self.updated_points > 0)
        gained = np.where(own, training.carried(method, self.flagship_method, self.carrying), 0.0)
        # There is nothing to polish before there is a model, own or taken up.
        shipped = np.where(due & (self.capability > 0), self.polish, 0.0)
        self.polish = np.where(due, 0.0, self.polish)
        self.flagship_method = self.flagship_method + gained
        better = shipped + learnt + training.points_of(gained, p.points_per_decade)
        self.updated_points = self.updated_points + np.where(own, better, 0.0)
        self.capability = np.maximum(self.capability + shipped, self.updated_points)
        opened = own & (self.open_flagship > 0) & allowed
        self.open_capability = np.where(
            opened, np.maximum(self.open_capability, self.updated_points), self.open_capability
        )
        self.shown = np.where(own, np.maximum(self.shown, self.flagship_method), self.shown)
        self.published = np.where(
            opened, np.maximum(self.published, self.flagship_method), self.published
        )

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
        carried = training.carried(method, self.run_method, self.carrying)
        made_with = self.run_method + np.where(done, carried, 0.0)
        made = self._points(self.run_flop, made_with)
        made = made + p.release_spread * luck.quality
        better = done & (made > self.updated_points)
        opened = done & (luck.open < openness)
        self.flagship_flop = np.where(better, self.run_flop, self.flagship_flop)
        self.flagship_cost = np.where(better, self.run_cost, self.flagship_cost)
        self.flagship_points = np.where(better, made, self.flagship_points)
        self.updated_points = np.where(better, made, self.updated_points)
        self.flagship_method = np.where(better, made_with, self.flagship_method)
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
        self._disclose(done, opened, made_with, method_inference)
        self._next_run(done, method, luck)

    def _announce(self, done: Mask, opened: Mask, made: Block) -> None:
        """What investors hear of this month's releases (M11)."""
        self.released = flag(done)
        self.release_open = flag(opened)
        self.release_points = np.where(done, np.maximum(made, 0.0), 0.0)
        self.release_cost = np.where(done, self.run_cost, 0.0)

    def _disclose(self, done: Mask, opened: Mask, training: Block, inference: Block) -> None:
        """A release shows its methods to imitators; an open one publishes them."""
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
