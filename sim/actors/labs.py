"""Labs: they plan, research, train and release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.actors.buyers import Buyers
from sim.actors.population import Member
from sim.calendar import MONTHS_PER_YEAR as MONTHS
from sim.mechanisms import effort, research, spillover, training
from sim.worlds import Block, Mask, State, largest

if TYPE_CHECKING:
    from sim.board import Board, Turn


class Lab(Member):
    """A laboratory."""


class Labs(Buyers):
    """The laboratories that train and release models."""

    agent = Lab

    effort = State("share", "research effort aimed at doing more with less")
    tilt = State("share", "part of that effort aimed at inference")
    log_training_efficiency = State("log", "ln of training efficiency, 0 at the anchor's methods")
    log_inference_efficiency = State("log", "ln of inference efficiency, 0 at the anchor's date")
    run_flop = State("FLOP", "compute of the flagship run in progress")
    run_method = State("log", "ln of training efficiency with which that run began")
    run_left = State("months", "time to its release")
    run_length = State("months", "its length")
    largest_run = State("FLOP", "compute of the largest run released")
    flagship_flop = State("FLOP", "compute of the run behind the best flagship of its own")
    open_flagship = State("1", "1 where that flagship has open weights, else 0")
    flagship_points = State("ECI points", "capability of that flagship at its release")
    polish = State("ECI points", "post-training gains not yet released")
    capability = State("ECI points", "best released capability")
    open_capability = State("ECI points", "best capability released with open weights")
    shown = State("log", "training efficiency that its releases show to others")
    published = State("log", "training efficiency that its open releases publish")
    shown_inference = State("log", "inference efficiency that its releases show to others")
    published_inference = State("log", "inference efficiency that its open releases publish")

    def begin(self) -> None:
        """Nothing is known or released before a lab enters."""
        super().begin()
        for name in [
            "run_flop",
            "run_left",
            "run_length",
            "largest_run",
            "flagship_flop",
            "open_flagship",
            "flagship_points",
            "polish",
            "capability",
            "open_capability",
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
        self.tilt = self.model.numbers.effort.inference_share

    def join(self, turn: Turn, entering: Mask) -> None:
        """A lab that enters brings methods, a model of its size, and a run under way."""
        p = turn.numbers
        behind = np.log(self.number("efficiency_at_entry"))
        path = turn.years_from_anchor * np.log(p.research.pace) + behind
        path_inference = turn.years_from_anchor * np.log(p.research.inference_pace) + behind
        length = self.number("cadence") * training.spread(
            turn.luck.cadence, p.training.cadence_spread
        )
        flop = length * self._flop_a_month(turn, self.number("flagship_share"))
        model = self._points(turn, flop, path)

        def begin(name: str, value: Block) -> None:
            setattr(self, name, np.where(entering, value, getattr(self, name)))

        begin("log_training_efficiency", path)
        begin("log_inference_efficiency", path_inference)
        begin("run_method", path)
        begin("run_length", length)
        begin("run_left", length * turn.luck.start)
        begin("run_flop", flop * (1 - turn.luck.start))
        # Who is there at the start has a model out; who enters later has yet to release one.
        first = turn.month == 0
        begin("largest_run", np.where(first, flop, 0.0))
        begin("flagship_flop", np.where(first, flop, 0.0))
        begin("capability", np.where(first, np.maximum(model, 0.0), 0.0))
        begin("flagship_points", self.capability)
        begin("shown", np.where(first, path, UNKNOWN))
        begin("shown_inference", np.where(first, path_inference, UNKNOWN))

    def funding_open(self, turn: Turn) -> Block:
        """An investment ban abroad stops the foreign share of a lab's funding (M6)."""
        banned = self.blocs.spread(turn.policy.investment_ban) * self.number("foreign_funding")
        return 1 - turn.numbers.channels.capital * banned

    def plan(self, turn: Turn) -> None:
        """Scarcity turns effort toward doing more with less, where it hurts more (M7)."""
        p = turn.numbers.effort
        on = turn.numbers.channels.directed_effort
        pain = (
            1 - p.inference_share
        ) * self.scarcity_training + p.inference_share * self.scarcity_inference
        contrast = self.scarcity_inference - self.scarcity_training
        self.effort = effort.drift(self.effort, self.number("effort"), on * p.eta * pain, p.months)
        self.tilt = effort.drift(
            self.tilt, p.inference_share, on * p.direction * contrast, p.months
        )

    def research(self, turn: Turn) -> None:
        """People and experiments raise efficiency, by effort, ability and scale (M8)."""
        p = turn.numbers
        found, luck = turn.breakthroughs, turn.luck
        aimed = self.effort / p.effort.reference
        usual = p.effort.inference_share
        inputs = self._research_inputs(turn)
        scale = research.at_scale(
            np.maximum(self.largest_run, self.run_flop),
            largest(self.largest_run),
            p.research.scale_share,
            p.research.scale_reach,
        )

        def gained(pace: Block, aim: Block, shock: Block, leap: Block) -> Block:
            log_pace = np.log(pace) * found.pace * self.number("ability")
            gain = research.gain(
                log_pace, aim, inputs, p.research.effort_return, p.research.input_return
            )
            jitter = p.research.volatility * shock / np.sqrt(MONTHS)
            return (np.maximum(gain * scale + jitter, 0.0) + leap) * self.active

        self.log_training_efficiency = self.log_training_efficiency + gained(
            p.research.pace, aimed * (1 - self.tilt) / (1 - usual), luck.research, found.training
        )
        self.log_inference_efficiency = self.log_inference_efficiency + gained(
            p.research.inference_pace,
            aimed * self.tilt / usual,
            luck.research_inference,
            found.inference,
        )
        self._publish_at_once(found.open)

    def _publish_at_once(self, opened: Mask) -> None:
        """A breakthrough that its finder publishes."""
        self.published = np.where(opened, self.log_training_efficiency, self.published)
        self.published_inference = np.where(
            opened, self.log_inference_efficiency, self.published_inference
        )

    def _research_inputs(self, turn: Turn) -> Block:
        """CES of staff and experiments, relative to the largest of each."""
        p = turn.numbers
        starved = self.training + self.rented
        compute = np.where(p.channels.experiment_starvation > 0, starved, self.training_free)
        experiments = self.number("experiment_share") * compute * self.active
        people = self._staff(turn) * self.active
        return research.ces(
            people / np.maximum(largest(people), 1e-9),
            experiments / np.maximum(largest(experiments), 1e-9),
            p.research.compute_weight,
            p.research.sigma,
        )

    def _staff(self, turn: Turn) -> Block:
        """Research staff: from entry to the end of 2024 as known; later all grow alike."""
        first, known = self.number("researchers_at_entry"), self.number("researchers_2024")
        return np.exp(np.log(first) + (np.log(known) - np.log(first)) * turn.staff_progress)

    def learn(self, turn: Turn, board: Board) -> None:
        """Know-how flows in from open releases fast, from closed ones slowly (M9)."""
        p = turn.numbers.spillover
        on = turn.numbers.channels.spillover
        capacity = self._research_inputs(turn) ** p.absorption
        access = on * self.active * capacity * (1 - p.collaboration_loss * turn.policy.listed)
        self.log_training_efficiency = self.log_training_efficiency + spillover.absorbed(
            self.log_training_efficiency,
            board.published,
            board.shown,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        self.log_inference_efficiency = self.log_inference_efficiency + spillover.absorbed(
            self.log_inference_efficiency,
            board.published_inference,
            board.shown_inference,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        floor = (board.open_followed - p.adoption_loss) * on * self.active
        self.capability = np.maximum(self.capability, floor)

    def train(self, turn: Turn) -> None:
        """The flagship run takes its share of compute; product work polishes the last model."""
        p = turn.numbers.training
        product = (1 - self.effort) / (1 - self.number("effort"))
        share = np.minimum(self.number("flagship_share") * product, 1.0)
        before = self.run_left
        self.polish = self.polish + p.post_training / MONTHS * product * self.active
        # Approval slows the release, and the run with it: waiting adds no compute.
        pace = (1 - self.blocs.spread(turn.policy.registration)) * self.active
        self.run_flop = self.run_flop + self._flop_a_month(turn, share) * pace
        self.run_left = self.run_left - pace
        half = self.run_length / 2
        refreshed = (before > half) & (self.run_left <= half)
        shipped = np.where(refreshed, self.polish, 0.0)
        self.capability = self.capability + shipped
        self.open_capability = self.open_capability + shipped * self.open_flagship
        self.polish = np.where(refreshed, 0.0, self.polish)

    def release(self, turn: Turn) -> None:
        """A finished run is released, open or closed, and the next one begins (M10)."""
        p = turn.numbers.training
        done = (self.run_left <= 0) & (self.active > 0)
        made = self._points(turn, self.run_flop, self.run_method)
        made = made + p.release_spread * turn.luck.quality
        better = done & (made > self.flagship_points)
        opened = done & (turn.luck.open < self.number("openness"))
        self.flagship_flop = np.where(better, self.run_flop, self.flagship_flop)
        self.flagship_points = np.where(better, made, self.flagship_points)
        self.open_flagship = np.where(better, opened, self.open_flagship)
        self.capability = np.where(done, np.maximum(made, self.capability), self.capability)
        self.polish = np.where(done, 0.0, self.polish)
        self.open_capability = np.where(
            opened, np.maximum(self.open_capability, np.maximum(made, 0.0)), self.open_capability
        )
        self.largest_run = np.where(
            done, np.maximum(self.largest_run, self.run_flop), self.largest_run
        )
        self._disclose(done, opened)
        self._begin_run(turn, done)

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

    def _begin_run(self, turn: Turn, done: Mask) -> None:
        p = turn.numbers.training
        length = self.number("cadence") * training.spread(turn.luck.cadence, p.cadence_spread)
        self.run_flop = np.where(done, 0.0, self.run_flop)
        self.run_method = np.where(done, self.log_training_efficiency, self.run_method)
        self.run_length = np.where(done, length, self.run_length)
        self.run_left = np.where(done, length, self.run_left)

    def _flop_a_month(self, turn: Turn, share: Block) -> Block:
        chips = (self.training + self.rented) * share * self.active
        return training.flop_per_month(chips, turn.numbers.training.utilisation)

    def _points(self, turn: Turn, flop: Block, method: Block) -> Block:
        p = turn.numbers.training
        return training.points(flop, method, p.anchor_points, p.anchor_flop, p.points_per_decade)


UNKNOWN = -50.0  # log efficiency of nobody: far below anything
