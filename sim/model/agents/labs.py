"""Labs: they plan, hire, research and learn, and release what they train."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.units import USD_PER_BN
from sim.core.worlds import Block, Mask, State, largest
from sim.model.agents.population import Member
from sim.model.agents.releasing import UNKNOWN, Releasing
from sim.model.mechanisms import effort, research, spillover, training

if TYPE_CHECKING:
    from sim.model.forcing import PublicState, Forcing

ROOT = sqrt(MONTHS)


class Lab(Member):
    """A laboratory."""


class Labs(Releasing):
    """The laboratories that train and release models."""

    agent = Lab

    tilt = State("share", "part of the effort for efficiency that is aimed at inference")
    staff = State("people", "research staff")
    inputs = State("1", "staff and experiments of research, relative to the largest usual ones")
    usual_staff = State("people", "research staff where researchers are as abundant as is known")
    surplus = State("log", "budget over the investors' path: by mood, by rivals, by a campaign")
    strayed = State("log", "what that came to in its stock of chips")

    def begin(self) -> None:
        """Usual aims before the first month."""
        super().begin()
        self.tilt = self.model.numbers.effort.inference_share
        for name in ("staff", "inputs", "usual_staff", "surplus", "strayed"):
            setattr(self, name, np.zeros((self.rows, 1)))
        self._take_constants()

    def _take_constants(self) -> None:
        """What numbers come to that no month changes."""
        p = self.numbers
        self.log_pace = np.log(p.research.pace)
        self.log_inference_pace = np.log(p.research.inference_pace)
        self.usual_method = 1 - p.effort.inference_share

    def join(self, forcing: Forcing, public_state: PublicState, entering: Mask) -> None:
        """A lab that enters brings methods, a model of its size, and a run under way."""
        p = self.numbers
        behind = self.log_number("efficiency_at_entry")
        path = forcing.years_from_anchor * np.log(p.research.pace) + behind
        path_inference = forcing.years_from_anchor * np.log(p.research.inference_pace) + behind
        length = self.number("cadence") * training.spread(
            forcing.luck.cadence, p.training.cadence_spread
        )
        chips = length * self.chips_at_work(self.number("flagship_share"))
        flop = training.flop_per_month(chips, p.training.utilisation)
        cost = chips * self.usd_a_month(public_state) / USD_PER_BN
        model = self._points(forcing, flop, path)

        def begin(name: str, value: Block) -> None:
            setattr(self, name, np.where(entering, value, getattr(self, name)))

        begin("log_training_efficiency", path)
        begin("log_inference_efficiency", path_inference)
        begin("run_method", path)
        begin("run_length", length)
        begin("run_left", length * forcing.luck.start)
        begin("run_flop", flop * (1 - forcing.luck.start))
        begin("run_cost", cost * (1 - forcing.luck.start))
        # Who is there at the start has a model out; who enters later has yet to release one.
        first = forcing.month == 0
        begin("largest_run", np.where(first, flop, 0.0))
        begin("flagship_flop", np.where(first, flop, 0.0))
        begin("flagship_cost", np.where(first, cost, 0.0))
        begin("capability", np.where(first, np.maximum(model, 0.0), 0.0))
        begin("flagship_points", self.capability)
        begin("shown", np.where(first, path, UNKNOWN))
        begin("shown_inference", np.where(first, path_inference, UNKNOWN))

    def funding_open(self, forcing: Forcing) -> Block:
        """An investment ban abroad stops the foreign share of a lab's funding (M6)."""
        banned = self.blocs.spread(forcing.policy.investment_ban) * self.number("foreign_funding")
        return 1 - self.numbers.channels.capital * banned

    def stray(self, growth: Block) -> None:
        """How far budgets leave the investors' path, and stocks of chips with them.

        Args:
            growth: beyond the path, log per year. A stock follows its flow by about a year.
        """
        self.surplus = self.surplus + growth / MONTHS * self.active
        self.strayed = self.strayed + (self.surplus - self.strayed) / MONTHS

    def plan(self, forcing: Forcing) -> None:
        """Scarcity turns effort toward doing more with less, where it hurts more (M7)."""
        self.make_room(forcing)
        p = self.numbers.effort
        on = self.numbers.channels.directed_effort
        pain = (
            1 - p.inference_share
        ) * self.scarcity_training + p.inference_share * self.scarcity_inference
        contrast = self.scarcity_inference - self.scarcity_training
        self.effort = effort.drift(self.effort, self.number("effort"), on * p.eta * pain, p.months)
        self.tilt = effort.drift(
            self.tilt, p.inference_share, on * p.direction * contrast, p.months
        )

    def research(self, forcing: Forcing) -> None:
        """People and experiments raise efficiency, by effort, ability and scale (M8)."""
        p = self.numbers
        found, luck = forcing.breakthroughs, forcing.luck
        aimed = self.effort / p.effort.reference
        usual = p.effort.inference_share
        self.inputs = inputs = self._research_inputs()
        scale = research.at_scale(
            np.maximum(self.largest_run, self.run_flop),
            largest(self.largest_run),
            p.research.scale_share,
            p.research.scale_reach,
        )

        def gained(log_pace: Block, aim: Block, shock: Block, leap: Block) -> Block:
            gain = research.gain(
                log_pace * found.pace * self.number("ability"),
                aim,
                inputs,
                p.research.effort_return,
                p.research.input_return,
            )
            jitter = p.research.volatility * shock / ROOT
            return (np.maximum(gain * scale + jitter, 0.0) + leap) * self.active

        self.log_training_efficiency = self.log_training_efficiency + gained(
            self.log_pace,
            aimed * (1 - self.tilt) / self.usual_method,
            luck.research,
            found.training,
        )
        self.log_inference_efficiency = self.log_inference_efficiency + gained(
            self.log_inference_pace,
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

    def _research_inputs(self) -> Block:
        """CES of staff and experiments, relative to the frontier's usual scale.

        Usual is what the largest lab has without rules, with its power, and where investors keep
        to their path: a blow to the frontier slows the frontier, and does not speed up the others.
        """
        p = self.numbers
        share = self.number("experiment_share")
        starved = self.training * self.powered + self.rented
        compute = np.where(p.channels.experiment_starvation > 0, starved, self.training_free)
        usual = share * self.training_free * np.exp(-self.strayed) * self.active
        return research.ces(
            self.staff / np.maximum(largest(self.usual_staff), 1e-9),
            share * self.room * compute * self.active / np.maximum(largest(usual), 1e-9),
            p.research.compute_weight,
            p.research.sigma,
        )

    def hire(self, forcing: Forcing, abundance: Block) -> None:
        """Research staff: known from entry to the end of 2024, more where people abound (M15).

        Args:
            abundance: researchers at work in a bloc over what is known of it, `[bloc, world]`.
        """
        first, known = self.log_number("researchers_at_entry"), self.log_number("researchers_2024")
        usual = np.exp(first + (known - first) * forcing.staff_progress)
        self.usual_staff = usual * self.active
        self.staff = self.usual_staff * self.blocs.spread(abundance)

    def learn(self, forcing: Forcing, public_state: PublicState) -> None:
        """Know-how flows in from open releases fast, from closed ones slowly (M9)."""
        p = self.numbers.spillover
        on = self.numbers.channels.spillover
        capacity = self.inputs**p.absorption
        access = on * self.active * capacity * (1 - p.collaboration_loss * forcing.policy.listed)
        self.log_training_efficiency = self.log_training_efficiency + spillover.absorbed(
            self.log_training_efficiency,
            public_state.published,
            public_state.shown,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        self.log_inference_efficiency = self.log_inference_efficiency + spillover.absorbed(
            self.log_inference_efficiency,
            public_state.published_inference,
            public_state.shown_inference,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        floor = (public_state.open_followed - p.adoption_loss) * on * self.active
        self.capability = np.maximum(self.capability, floor)
