"""Investors: the capital behind the labs and clouds of a bloc, its beliefs and its mood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State, flag
from sim.model.agents.labs import Labs
from sim.model.agents.population import Member, Population
from sim.model.agents.serving import Clouds
from sim.model.mechanisms import belief, capital

if TYPE_CHECKING:
    from sim.model.forcing import PublicState, News, Paths, Forcing


class Investor(Member):
    """The capital of a bloc."""


class Investors(Population):
    """The capital markets and treasuries behind labs and clouds."""

    agent = Investor

    lab_growth = State("log/yr", "usual growth of the labs' funded spending, mood included")
    cloud_growth = State("log/yr", "usual growth of other buyers' spending, mood included")
    venture = State("USD bn/yr", "private investment in AI that capital is ready for")
    invested = State("USD bn/yr", "private investment in AI, less what a ban abroad stops")
    need = State("log", "cost that the frontier is thought to need, over the leader's")
    doubt = State("log^2", "variance of that belief")
    unverified = State("log", "part of that belief that rests on costs not stated")
    elasticity_seen = State("1", "elasticity of demand that is assumed")
    news = State("log", "change of all spending that this month's news lets expect")
    mood = State("log/yr", "change of spending growth by news")
    standing = State("ECI points", "lead over the best other bloc, smoothed over a year")
    sales = State("USD bn/yr", "revenue of its bloc from services, smoothed over a year")
    outlays = State("USD bn/yr", "spending of its bloc's labs, smoothed over a year")
    payback = State("log", "how far sales outgrew outlays within about a year")
    known = State("1", "1 where its bloc had a model out last month, else 0")

    def begin(self) -> None:
        """Nothing granted before the first month; one has to spend like the leader."""
        p = self.numbers.belief
        for name in (
            "lab_growth",
            "cloud_growth",
            "need",
            "unverified",
            "news",
            "mood",
            "standing",
            "known",
            "sales",
            "outlays",
            "payback",
        ):
            setattr(self, name, np.zeros((self.rows, 1)))
        self.venture = self.invested = self.number("venture")
        self.doubt = p.doubt * p.doubt
        self.verified = np.minimum(1.0, 1.0 / p.verify_months)
        self.unsettled = p.unsettling * p.unsettling / MONTHS
        self.mood_kept = belief.fading(p.mood_half_life)
        self.elasticity_seen = p.elasticity_seen

    def fund(
        self, forcing: Forcing, paths: Paths, public_state: PublicState, labs: Labs, clouds: Clouds
    ) -> None:
        """Growth along the path and by mood; less under a crackdown, more for leaders (M6).

        Args:
            paths: log growth of this month by kind of buyer.
        """
        self._count(labs, clouds)
        moved = self._moved(forcing, public_state)
        self.lab_growth = moved + paths.labs
        self.cloud_growth = moved + paths.clouds
        held = self._crackdown(forcing)
        own = labs.log_number("growth_premium") * labs.blocs.spread(self.by_bloc(paths.fade))
        labs.stray(labs.blocs.spread(self.by_bloc(moved) + held))
        labs.grow(
            labs.blocs.spread(self.by_bloc(self.lab_growth) + held)
            + own
            + self._bonus(labs)
            + labs.growth_spread * forcing.luck.lab_capital
        )
        clouds.grow(
            clouds.blocs.spread(self.by_bloc(self.cloud_growth) + held)
            + clouds.growth_spread * forcing.luck.cloud_capital
        )
        self._invest(forcing, paths, public_state, held)

    def by_bloc(self, rows: Block) -> Block:
        """An investor's value for its bloc: `[bloc, world]`."""
        return self.blocs.largest(rows, -np.inf)

    def _moved(self, forcing: Forcing, public_state: PublicState) -> Block:
        """Log growth by mood, by ground lost or gained in a year, and by incidents."""
        p = self.numbers.capital
        lead = self.blocs.spread(public_state.bloc_lead)
        there = self.blocs.spread(flag(public_state.bloc_frontier > 0))
        self.standing = np.where(self.known > 0, self.standing, lead)
        self.known = there
        change = ((lead - self.standing) / 10.0).clip(-1.0, 1.0)
        self.standing = self.standing + (lead - self.standing) / MONTHS
        raced = p.confidence * np.maximum(change, 0.0) + p.rivalry * np.maximum(-change, 0.0)
        happened = self.blocs.spread(forcing.incidents.funding)
        earned = p.payback_response * self.payback * self.numbers.channels.demand
        return self.numbers.channels.capital * (self.mood + raced + earned) + happened

    def _count(self, labs: Labs, clouds: Clouds) -> None:
        """Sales of services against what labs spend: whether the boom pays (M6)."""
        revenue = labs.blocs.total(labs.revenue) + clouds.blocs.total(clouds.revenue)
        sold = MONTHS * self.blocs.spread(revenue)
        spent = self.blocs.spread(labs.blocs.total(labs.budget))
        self.payback = capital.payback(sold, self.sales, spent, self.outlays)
        self.sales = self._averaged(self.sales, sold)
        self.outlays = self._averaged(self.outlays, spent)

    def _averaged(self, usual: Block, now: Block) -> Block:
        """Average of about a year; what is new is its own average."""
        return np.where(usual > 0, usual + (now - usual) / MONTHS, now)

    def _crackdown(self, forcing: Forcing) -> Block:
        """Log growth lost to a campaign against technology firms, `[bloc, world]`."""
        return self.numbers.channels.capital * np.log(1 - forcing.policy.crackdown)

    def _bonus(self, labs: Labs) -> Block:
        """Log growth that goes to who is ahead of its bloc's mean."""
        p = labs.numbers
        there = np.maximum(labs.blocs.total(labs.active), 1.0)
        mean = labs.blocs.spread(labs.blocs.total(labs.capability * labs.active) / there)
        gained = capital.rank_bonus(labs.capability, mean, p.capital.rank_response)
        return gained * labs.active * p.channels.capital

    def _invest(
        self, forcing: Forcing, paths: Paths, public_state: PublicState, held: Block
    ) -> None:
        """Private investment: the world's cycle, less for who trails or is campaigned against."""
        p = self.numbers.capital
        on = self.numbers.channels.capital
        behind = np.minimum(self.blocs.spread(public_state.bloc_lead), 0.0) / 10.0
        moved = on * (self.mood + p.attraction * np.maximum(behind, -3.0))
        fright = p.venture_fright * self.blocs.spread(held)
        growth = paths.venture + moved + fright + self.blocs.spread(forcing.incidents.funding)
        self.venture = self.venture * np.exp(growth / MONTHS)
        ban = self.blocs.spread(forcing.policy.investment_ban) * self.number("foreign_share")
        self.invested = self.venture * (1 - on * ban)

    def hear(self, forcing: Forcing, news: News) -> None:
        """Releases and claims of the month change what frontier capability is thought to need."""
        p = self.numbers.belief
        told = belief.hear(
            self.need, self.doubt, self.unverified, news.told, news.concealed, news.precision
        )
        # What is told this month can be checked from the next month on.
        checked = self.unverified * told.doubt / self.doubt * self.verified
        need = told.need + checked
        true = self.numbers.demand.elasticity
        learnt = np.where(
            forcing.services_exist, (true - self.elasticity_seen) / p.learn_months, 0.0
        )
        seen = self.elasticity_seen + learnt
        before = belief.expected_spending(self.need, self.elasticity_seen)
        self.news = belief.expected_spending(need, seen) - before
        self.elasticity_seen = seen
        self.need, self.unverified = need, told.unverified - checked
        self.doubt = told.doubt + self.unsettled
        self.mood = self.mood * self.mood_kept + p.funding_response * self.news
