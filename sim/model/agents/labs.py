"""Labs: they plan, hire, research and learn; they buy, serve and release through components."""

from __future__ import annotations

from functools import partial
from math import sqrt

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block, Mask, largest
from sim.model import forms
from sim.model.agents.population import Member, Population
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.releasing import Releasing
from sim.model.agents.serving import Serving
from sim.model.forcing import Breakthroughs, Luck
from sim.model.mechanisms import effort, research, spillover
from sim.model.mechanisms.adjustment import adjusted
from sim.model.public_state import UNKNOWN, PublicState
from sim.scenario import actors

FARTHEST = 60.0  # log below the investors' path: only keeps stocks on it finite
ROOT = sqrt(MONTHS)


class Lab(Member):
    """A laboratory."""


class Labs(Population):
    """The laboratories that train and release models.

    Attributes:
        purchasing: their budgets and chips.
        serving: their services.
        releasing: their training runs and models.
    """

    agent = Lab
    own: actors.Lab[Block]
    own_log: actors.Lab[Block]

    effort = State(
        "share",
        "share of research effort directed to efficiency",
        start=lambda labs: labs.own.effort,
        recorded=True,
    )
    tilt = State(
        "share",
        "part of the effort for efficiency that is directed to inference",
        start=lambda labs: labs.parameters.effort.inference_share,
        recorded=True,
    )
    log_training_efficiency = State(
        "log",
        "training efficiency: ln, 0 at the anchor's methods",
        start=UNKNOWN,
        recorded=True,
    )
    log_inference_efficiency = State(
        "log", "inference efficiency: ln, 0 at the anchor's date", start=UNKNOWN, recorded=True
    )
    research_compute = State(
        "1",
        "compute that serving leaves for research and runs, over the usual",
        start=1.0,
    )
    staff = State("people", "research staff", recorded=True)
    inputs = State("1", "staff and experiments of research, relative to the largest usual ones")
    compute_trend = State(
        "log", "compute for experiments, followed in a year: ln of H100e", start=UNKNOWN
    )
    first_compute = State(
        "H100e", "usual compute for experiments of the largest lab in the first month"
    )
    first_staff = State("people", "usual staff of the largest lab in the first month")
    usual_staff = State("people", "research staff if the number of researchers is the known one")
    budget_deviation = State(
        "log", "budget over the investors' path: by mood, by rivals, by a campaign"
    )
    stock_deviation = State("log", "stock of chips over that on the investors' path")

    def start(self) -> None:
        """Take the start values, create the parts, and compute what follows from parameters."""
        super().start()
        self.purchasing = Purchasing(self)
        self.serving = Serving(self, self.purchasing)
        self.releasing = Releasing(self, self.purchasing)
        p = self.parameters
        self.log_pace = np.log(p.research.pace)
        self.log_inference_pace = np.log(p.research.inference_pace)
        self.usual_method = 1 - p.effort.inference_share
        self.known_staff, self.log_known_staff = (
            self.own.researchers_2024,
            self.own_log.researchers_2024,
        )
        self.renew()
        self.form = p.structure
        self.scarcity_response = forms.scarcity_response(p)
        self.independent = np.array([[float(lab.independent)] for lab in self.table.values()])

    def renew(self) -> None:
        """Shares of compute and staff that follow from numbers of the labs."""
        usual = self.own.flagship_share + self.own.experiment_share
        self.usual_share = np.maximum(usual, 1e-9)
        self.staff_changed = self.own.researchers_2024 / self.known_staff
        self.releasing.renew()

    def join(
        self,
        month: int,
        years_from_anchor: float,
        entering: Mask,
        luck: Luck,
        public_state: PublicState,
    ) -> None:
        """A lab that enters brings methods, a model of its size, and a run under way."""
        p, behind = self.parameters.research, self.own_log.efficiency_at_entry
        method = years_from_anchor * np.log(p.pace) + behind
        inference = years_from_anchor * np.log(p.inference_pace) + behind
        for name, path in (
            ("log_training_efficiency", method),
            ("log_inference_efficiency", inference),
        ):
            setattr(self, name, np.where(entering, path, getattr(self, name)))
        self.releasing.enter(entering, method, inference, luck, public_state, month == 0)

    def funding_open(self, investment_ban: Block) -> Block:
        """Share of the budget that investors may pay: a ban stops the foreign part (M6).

        Args:
            investment_ban: share of foreign investment that is banned, `[bloc, world or 1]`.
        """
        banned = self.blocs.spread(investment_ban) * self.own.foreign_funding
        return 1 - self.parameters.channels.capital * banned

    def deviate(self, growth: Block) -> None:
        """How far budgets leave the investors' path, and stocks of chips with them.

        Args:
            growth: beyond the path, log per year. A stock follows its flow by about a year.
        """
        self.budget_deviation = self.budget_deviation + growth / MONTHS * self.purchasing.active
        self.stock_deviation = adjusted(self.stock_deviation, self.budget_deviation, MONTHS)

    def plan(self) -> None:
        """Scarcity turns effort toward doing more with less, where it hurts more (M7)."""
        self._share_compute()
        p = self.parameters.effort
        on = self.parameters.channels.directed_effort
        training, inference = (
            self.purchasing.scarcity_training,
            self.purchasing.scarcity_inference,
        )
        pain = (1 - p.inference_share) * training + p.inference_share * inference
        contrast = inference - training
        response = on * self.scarcity_response * pain
        self.effort = effort.drift(self.effort, self.own.effort, response, p.months)
        self.tilt = effort.drift(
            self.tilt, p.inference_share, on * p.direction * contrast, p.months
        )

    def _share_compute(self) -> None:
        """Compute for research and runs over its usual share: what serving takes or leaves (M12).

        Serving above its usual share displaces all else; compute that it leaves idle is used in
        part.
        """
        p = self.parameters
        left = (1 - self.serving.serving) / self.usual_share
        spare = np.maximum(left, 1.0) ** p.demand.spare_use
        self.research_compute = np.where(p.channels.demand > 0, np.minimum(left, spare), 1.0)

    def research(self, luck: Luck, breakthroughs: Breakthroughs) -> None:
        """People and experiments raise efficiency, by effort, ability and scale (M8)."""
        p = self.parameters
        aimed = self.effort / p.effort.reference
        usual = p.effort.inference_share
        self.inputs = self._research_inputs()
        rule = forms.rule_of_gain(self.form, self._gain, self._pace_of_growth)
        runs = self.releasing
        scale = research.at_scale(
            np.maximum(runs.largest_run, runs.run_flop),
            largest(runs.largest_run),
            p.research.scale_share,
            p.research.scale_reach,
        )

        def gained(log_pace: Block, aim: Block, shock: Block, leap: Block) -> Block:
            pace = log_pace * breakthroughs.pace * self.own.ability
            gain = rule(pace, aim)
            jitter = p.research.volatility * shock / ROOT
            return (np.maximum(gain * scale + jitter, 0.0) + leap) * self.purchasing.active

        self.log_training_efficiency = self.log_training_efficiency + gained(
            self.log_pace,
            aimed * (1 - self.tilt) / self.usual_method,
            luck.research,
            breakthroughs.training,
        )
        self.log_inference_efficiency = self.log_inference_efficiency + gained(
            self.log_inference_pace,
            aimed * self.tilt / usual,
            luck.research_inference,
            breakthroughs.inference,
        )
        self.releasing.publish_methods(
            breakthroughs.open, self.log_training_efficiency, self.log_inference_efficiency
        )

    def _gain(self, pace: Block, aim: Block) -> Block:
        """Log gain of efficiency this month by effort and input."""
        p = self.parameters.research
        return research.gain(pace, aim, self.inputs, p.effort_return, p.input_return)

    def _pace_of_growth(self) -> Block:
        """Pace where compute sets it; a lab that enters has grown at the usual rate."""
        active, usual = self.purchasing.active, self.form.compute_growth
        now = np.log(np.maximum(self.experiments, 1e-9))
        trend = np.where(self.compute_trend > UNKNOWN, self.compute_trend, now - np.log(usual))
        self.compute_trend = np.where(active > 0, adjusted(trend, now, MONTHS), UNKNOWN)
        return research.pace_of_growth(now, trend, usual)

    def _research_inputs(self) -> Block:
        """CES of staff and experiments, relative to the frontier's usual scale.

        Usual is what the largest lab has without rules, with its power, and where investors keep
        to their path: a blow to the frontier slows the frontier, and does not speed up the others.
        """
        p, buyers = self.parameters, self.purchasing
        share = self.own.experiment_share
        starved = buyers.training_at_work()
        on = p.channels.experiment_starvation > 0
        compute = np.where(on, starved, buyers.training_free)
        on_path = np.exp(np.minimum(-self.stock_deviation, FARTHEST))
        usual = share * buyers.training_free * on_path * buyers.active
        self.experiments = share * self.research_compute * compute * buyers.active
        scale, staff = (np.maximum(largest(x), 1e-9) for x in (usual, self.usual_staff))
        weight, scale = forms.weight_and_scale(
            self.form,
            p.research.compute_weight,
            scale,
            self.experiments,
            partial(self._shifted_weight, scale, staff),
        )
        return research.ces(self.staff / staff, self.experiments / scale, weight, p.research.sigma)

    def _shifted_weight(self, compute: Block, staff: Block) -> Block:
        """Weight of compute since that of the largest lab has outgrown its staff."""
        p, known = self.parameters.research, self.first_staff > 0
        self.first_compute = np.where(known, self.first_compute, compute)
        self.first_staff = np.where(known, self.first_staff, staff)
        return research.shifted_weight(
            p.compute_weight, p.sigma, compute / self.first_compute, staff / self.first_staff
        )

    def hire(self, staff_progress: Block, abundance: Block) -> None:
        """Research staff: known from entry to the end of 2024, more where people abound (M15).

        Args:
            staff_progress: 0 at a lab's entry, 1 at the end of 2024, `[lab, 1]`.
            abundance: researchers at work in a bloc over what is known of it, `[bloc, world]`.
        """
        first, known = self.own_log.researchers_at_entry, self.log_known_staff
        usual = np.exp(first + (known - first) * staff_progress)
        self.usual_staff = usual * self.purchasing.active
        self.staff = self.usual_staff * self.blocs.spread(abundance) * self.staff_changed

    def learn(self, listed: Block, public_state: PublicState) -> None:
        """Know-how flows in from open releases fast, from closed ones slowly (M9).

        Args:
            listed: share of purchases that entity listings stop: a listed lab loses contacts.
        """
        p = self.parameters.spillover
        on = self.parameters.channels.spillover
        active = self.purchasing.active
        capacity = self.inputs**p.absorption
        access = on * active * capacity * (1 - p.collaboration_loss * listed)
        closed, closed_inference = forms.closed_methods(self.form, public_state)
        self.log_training_efficiency = self.log_training_efficiency + spillover.absorbed(
            self.log_training_efficiency,
            public_state.published,
            closed,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        self.log_inference_efficiency = self.log_inference_efficiency + spillover.absorbed(
            self.log_inference_efficiency,
            public_state.published_inference,
            closed_inference,
            p.open_lag,
            p.imitation_lag,
            access,
        )
        self.releasing.take_up((public_state.open_followed - p.adoption_loss) * on * active)

    def train(
        self,
        registration: Block,
        carried: Block,
        weights_ban: Block,
        luck: Luck,
        public_state: PublicState,
        access: Block | None,
    ) -> None:
        """The flagship run takes its share of compute; the last model is polished and updated.

        Args:
            registration: slowdown of runs, releases and updates by approval, share,
                `[bloc, world or 1]`.
            carried: what paradigms add to the share of methods that updates carry.
            weights_ban: share of open weights that may not be published, updates too,
                `[bloc, world or 1]`.
            access: how far each lab can use the services of each other, 0..1,
                `[lab, lab, world or 1]` (None: as far as it wishes).
        """
        pace = 1 - self.blocs.spread(registration)
        taken = np.where(self.parameters.channels.demand > 0, self.serving.serving, 0.0)
        left = np.maximum(1 - taken - self.own.experiment_share * self.research_compute, 0.0)
        self.releasing.train(self.effort, self.research_compute, left, pace, public_state)
        allowed = luck.open >= self.blocs.spread(weights_ban)
        learnt = self.releasing.distilled(public_state.frontier, access)
        self.releasing.update(self.log_training_efficiency, carried, learnt, pace, allowed)

    def release(self, luck: Luck, openness: Block, weights_ban: Block) -> None:
        """A finished run is released, open or closed, and the next one begins (M10).

        Args:
            openness: chance that a flagship has open weights, where it may.
            weights_ban: share of releases with open weights that is stopped, `[bloc, world or 1]`.
        """
        openness = forms.openness(self.form, openness, self.purchasing.scarcity_training)
        allowed = openness * (1 - self.blocs.spread(weights_ban))
        self.releasing.release(
            self.log_training_efficiency, self.log_inference_efficiency, luck, allowed
        )
