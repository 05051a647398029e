"""Investors: the capital behind the labs and clouds of a bloc, its beliefs and its mood."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block, flag
from sim.model.agents.clouds import Clouds
from sim.model.agents.labs import Labs
from sim.model.agents.population import Member, Population
from sim.model.forcing import Forcing, News
from sim.model.mechanisms import belief, capital
from sim.model.mechanisms.adjustment import adjusted, decay
from sim.model.public_state import PublicState
from sim.scenario import actors


class Investor(Member):
    """The capital of a bloc."""


class Investors(Population):
    """The capital markets and treasuries behind labs and clouds."""

    agent = Investor
    own: actors.Investors[Block]
    own_log: actors.Investors[Block]

    lab_growth = State(
        "log/yr", "usual growth of the labs' funded spending, mood included", recorded=True
    )
    cloud_growth = State(
        "log/yr", "usual growth of other buyers' spending, mood included", recorded=True
    )
    venture = State(
        "USD bn/yr",
        "private investment in AI before a ban on foreign investment",
        start=lambda investors: investors.own.venture,
    )
    invested = State(
        "USD bn/yr",
        "private investment in AI, less what a ban abroad stops",
        start=lambda investors: investors.own.venture,
        recorded=True,
    )
    changed = State(
        "1", "private investment over what it would be without dated changes", start=1.0
    )
    need = State(
        "log", "believed cost of a programme at the frontier, over the leader's", recorded=True
    )
    doubt = State(
        "log^2",
        "variance of that belief",
        start=lambda investors: investors.parameters.belief.doubt**2,
    )
    unverified = State("log", "part of that belief that rests on costs not stated")
    elasticity_seen = State(
        "1",
        "elasticity of demand that investors assume",
        start=lambda investors: investors.parameters.belief.elasticity_seen,
        recorded=True,
    )
    news = State("log", "expected change of all spending by this month's news", recorded=True)
    surprise = State("log", "the same in the first reaction of prices")
    mood = State("log/yr", "change of spending growth by news", recorded=True)
    standing = State("ECI points", "lead over the best other bloc, smoothed over a year")
    sales = State("USD bn/yr", "revenue of its bloc from services, smoothed over a year")
    funded_sales = State(
        "USD bn/yr", "revenue of its bloc's independent labs, smoothed over a year"
    )
    added_sales = State("USD bn/yr", "what that revenue is above its own average of about a year")
    outlays = State("USD bn/yr", "spending of its bloc's labs, smoothed over a year")
    payback = State("log", "growth of sales over growth of spending, within about a year")
    known = State("1", "1 where its bloc had a released model last month, else 0")

    def start(self) -> None:
        """Take the start values, and what follows from parameters alone."""
        super().start()
        p = self.parameters.belief
        self.verified = np.minimum(1.0, 1.0 / p.verify_months)
        self.unsettled = p.unsettling * p.unsettling / MONTHS
        self.mood_kept = decay(1.0, p.mood_half_life)

    def fund(self, forcing: Forcing, public_state: PublicState, labs: Labs, clouds: Clouds) -> None:
        """Growth along the path and by mood; less under a crackdown, more for leaders (M6)."""
        self._count(labs, clouds)
        paths = forcing.paths
        moved = self._moved(forcing.incidents.funding, public_state)
        self.lab_growth = moved + paths.labs
        self.cloud_growth = moved + paths.clouds
        crackdown = self._crackdown(forcing.policy.crackdown)
        self._fund_labs(forcing, labs, moved, crackdown)
        clouds.purchasing.grow(
            clouds.blocs.spread(self.by_bloc(self.cloud_growth) + crackdown)
            + clouds.purchasing.growth_spread * forcing.luck.cloud_capital
        )
        self._invest(forcing, public_state, crackdown)

    def _fund_labs(self, forcing: Forcing, labs: Labs, moved: Block, crackdown: Block) -> None:
        """Growth of the labs' budgets: the bloc's, and each lab's own."""
        premium = labs.own_log.growth_premium
        own = premium * labs.blocs.spread(self.by_bloc(forcing.paths.fade))
        labs.deviate(labs.blocs.spread(self.by_bloc(moved + forcing.paths.changed) + crackdown))
        labs.purchasing.grow(
            labs.blocs.spread(self.by_bloc(self.lab_growth) + crackdown)
            + own
            + self._bonus(labs)
            + labs.purchasing.growth_spread * forcing.luck.lab_capital
        )

    def by_bloc(self, rows: Block) -> Block:
        """An investor's value for its bloc: `[bloc, world]`."""
        return self.blocs.largest(rows, -np.inf)

    def _moved(self, incidents: Block, public_state: PublicState) -> Block:
        """Log growth by mood, by ground lost or gained in a year, and by incidents."""
        p = self.parameters.capital
        lead = self.blocs.spread(public_state.bloc_lead)
        has_model = self.blocs.spread(flag(public_state.bloc_frontier > 0))
        self.standing = np.where(self.known > 0, self.standing, lead)
        self.known = has_model
        change = ((lead - self.standing) / 10.0).clip(-1.0, 1.0)
        self.standing = adjusted(self.standing, lead, MONTHS)
        raced = p.confidence * np.maximum(change, 0.0) + p.rivalry * np.maximum(-change, 0.0)
        earned = p.payback_response * self.payback * self.parameters.channels.demand
        on = self.parameters.channels.capital
        return on * (self.mood + raced + earned) + self.blocs.spread(incidents)

    def _count(self, labs: Labs, clouds: Clouds) -> None:
        """Sales of services against what labs spend: whether the boom pays (M6)."""
        revenue = labs.blocs.total(labs.serving.revenue) + clouds.blocs.total(
            clouds.serving.revenue
        )
        sold = MONTHS * self.blocs.spread(revenue)
        spent = self.blocs.spread(labs.blocs.total(labs.purchasing.budget))
        self.payback = capital.payback(sold, self.sales, spent, self.outlays)
        self.sales = self._averaged(self.sales, sold)
        self.outlays = self._averaged(self.outlays, spent)
        independent = labs.blocs.total(labs.independent * labs.serving.revenue)
        raised_on = MONTHS * self.blocs.spread(independent)
        self.added_sales = np.maximum(raised_on - self.funded_sales, 0.0)
        self.funded_sales = self._averaged(self.funded_sales, raised_on)

    def _averaged(self, usual: Block, now: Block) -> Block:
        """Average of about a year; the first value is its own average."""
        return np.where(usual > 0, adjusted(usual, now, MONTHS), now)

    def _crackdown(self, strength: Block) -> Block:
        """Log growth lost to a campaign against technology firms, `[bloc, world]`."""
        return self.parameters.channels.capital * np.log(1 - strength)

    def _bonus(self, labs: Labs) -> Block:
        """Log growth of those labs that are ahead of their bloc's mean."""
        p, active, capability = labs.parameters, labs.purchasing.active, labs.releasing.capability
        number = np.maximum(labs.blocs.total(active), 1.0)
        mean = labs.blocs.spread(labs.blocs.total(capability * active) / number)
        gained = capital.rank_bonus(capability, mean, p.capital.rank_response)
        return gained * active * p.channels.capital

    def _invest(self, forcing: Forcing, public_state: PublicState, crackdown: Block) -> None:
        """Private investment: the world's cycle, more where independent labs sell, less for who
        trails or is campaigned against."""
        p = self.parameters.capital
        on = self.parameters.channels.capital
        behind = np.minimum(self.blocs.spread(public_state.bloc_lead), 0.0) / 10.0
        moved = on * (self.mood + p.attraction * np.maximum(behind, -3.0))
        fright = p.venture_fright * self.blocs.spread(crackdown)
        incidents = self.blocs.spread(forcing.incidents.funding)
        drawn = capital.drawn_by_sales(self.venture, self.added_sales, p.sales_years)
        earned = on * self.parameters.channels.demand * p.sales_response * drawn
        growth = forcing.paths.venture + moved + earned + fright + incidents
        self.venture = capital.grown(self.venture, growth)
        ban = self.blocs.spread(forcing.policy.investment_ban) * self.own.foreign_share
        self.invested = self.venture * (1 - on * ban)

    def hear(self, news: News, services_exist: bool) -> None:
        """Releases and claims of the month change the believed cost of frontier capability.

        Args:
            services_exist: whether users can buy services, so that demand can be observed.
        """
        p = self.parameters.belief
        update = belief.hear(
            self.need, self.doubt, self.unverified, news.signal, news.concealed, news.precision
        )
        # What is said this month can be checked from the next month on.
        checked = self.unverified * update.doubt / self.doubt * self.verified
        need = update.need + checked
        true = self.parameters.demand.elasticity
        learnt = np.where(services_exist, (true - self.elasticity_seen) / p.learn_months, 0.0)
        seen = self.elasticity_seen + learnt
        before = belief.expected_spending(self.need, self.elasticity_seen)
        self.news = belief.expected_spending(need, seen) - before
        self.surprise = belief.expected_spending(need - self.need, p.elasticity_first)
        self.elasticity_seen = seen
        self.need, self.unverified = need, update.unverified - checked
        self.doubt = update.doubt + self.unsettled
        self.mood = self.mood * self.mood_kept + p.funding_response * self.news
