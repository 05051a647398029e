"""The race: a Mesa model whose step is the month, and whose order is the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.core.worlds import total
from sim.model.forcing import Forcing
from sim.model.mechanisms.chips import Product
from sim.model.mechanisms.clearing import Offer
from sim.model.publishing import publish, usd_a_month
from sim.model.setup import Setup


class Race(Setup):
    """US-China AI competition in a block of worlds, month by month.

    A Mesa model with agents and `step()`, whose worlds all move at once. `sim.Race` adds what Mesa
    collects (`sim/record/mesa_race.py`).

    Args:
        scenario: name or path, or a scenario already loaded (which may bring worlds that fit
            history; by name, numbers are drawn from their priors).
        worlds: how many worlds (the first so many of the ensemble), or which.
        rng: seed of the ensemble's luck, an integer (None: a new one each time, see `seed`).
        months: run only so many months of the scenario, all of which it must have.
        overrides: numbers set by key, `{"labs.DeepSeek.openness": 0}`.
        columns: numbers set per world, by dotted path, `[world]` each.
        shared: draws of these worlds that another race with this seed and posterior made.
        relief: a limit that an experiment raises (`sim.what_binds`).

    Attributes:
        inputs: the checked scenario (Mesa keeps the name `scenario` for a class of its own).
        parameters: the numbers that the worlds drew.
        seed: of the luck, by which the same worlds can be made again.
        month: number of the month that comes next.
        forcing: what acts on the model in the month that was simulated last.
        public_state: what everybody knows at the end of that month.
    """

    forcing: Forcing
    _product: Product  # of the month that is being simulated
    _offer: Offer

    def step(self) -> None:
        """One month: the steps of `STEPS`, in their order."""
        for step in STEPS:
            step.run(self)
        self.month += 1
        self.running = self.month < self.horizon

    def enforce(self) -> None:
        """Rules, luck and events of the month take effect."""
        policy = self.governments.policy(self.month)
        self.changes.set_numbers(self.month)
        self.forcing = self.schedule.forcing(self.month, policy)

    def change(self) -> None:
        """Flows and stocks are raised or cut where a dated change begins or ends."""
        self.changes.move_states(self.month)

    def enter(self) -> None:
        """Labs enter or leave at their dates."""
        month, forcing = self.month, self.forcing
        if not self.schedule.changes(month):
            return
        present, entering = self.schedule.present(month)
        self.labs.purchasing.enter(present, entering)
        years = forcing.years_from_anchor
        self.labs.join(month, years, entering, forcing.luck, self.public_state)
        everybody = np.ones((self.clouds.rows, 1), dtype=bool)
        self.clouds.purchasing.enter(everybody, everybody & (month == 0))

    def make_chips(self) -> None:
        """Foundries make dies with their tools; suppliers make chips from dies and memory (M5)."""
        self._product = self.products.products(self.month)
        self.die_market.make(self.forcing, self._product)

    def set_prices(self) -> None:
        """Suppliers set list prices by orders over supply, foundry cost and minerals (M5)."""
        self.suppliers.set_price(self._product.price, self.forcing.policy.minerals)

    def fund(self) -> None:
        """Investors change budgets; buyers receive a month's money (M6)."""
        self.capital_market.fund(self.forcing, self.public_state)

    def plan(self) -> None:
        """Scarcity directs research effort of labs to efficiency (M7)."""
        self.labs.plan()

    def move_people(self) -> None:
        """Researchers are trained and choose where to work; labs hire (M15)."""
        forcing, policy = self.forcing, self.forcing.policy
        spending = total([who.blocs.total(who.called()) for who in self.buyers])
        self.talent_pools.move(
            self.month, spending, policy.visa_denial, policy.talent_program, forcing.known_progress
        )
        self.labs.hire(forcing.staff_progress, self.talent_pools.by_bloc())

    def clear_chip_market(self) -> None:
        """Buyers order, suppliers ship what rules and supply allow, smugglers divert (M2-M5)."""
        policy = self.forcing.policy
        self.chip_market.clear(policy, self._offer, self.forcing.relief)

    def offer_chips(self) -> None:
        """Suppliers offer products, or variants made for a destination, on their terms (M2)."""
        self._offer = self.products.offer(self.month, self.forcing.policy)

    def power_up(self) -> None:
        """Chips run if the bloc has power for them (M14)."""
        draw = total([who.blocs.total(who.draw) for who in self.buyers])
        policy, relief = self.forcing.policy, self.forcing.relief
        self.power_suppliers.build(self.month, draw, policy.power_program, relief)
        for buyers in self.buyers:
            buyers.run_on(self.power_suppliers.by_bloc())

    def research(self) -> None:
        """Staff and experiments raise efficiency, by effort, ability and scale (M8)."""
        self.labs.research(self.forcing.luck, self.forcing.breakthroughs)

    def train(self) -> None:
        """Flagship runs take their share of compute; product work polishes models (M10)."""
        policy, found = self.forcing.policy, self.forcing.breakthroughs
        self.labs.train(
            policy.registration,
            found.carried,
            policy.weights_ban,
            self.forcing.luck,
            self.public_state,
            self.model_market.access(policy.service_ban),
        )

    def release(self) -> None:
        """Finished runs are released, open or closed, and the next ones begin (M10)."""
        policy, incidents = self.forcing.policy, self.forcing.incidents
        self.labs.release(self.forcing.luck, incidents.openness, policy.weights_ban)

    def learn(self) -> None:
        """Labs learn methods from open releases fast, from closed ones slowly (M9)."""
        self.labs.learn(self.forcing.policy.listed, self.public_state)

    def clear_model_market(self) -> None:
        """Labs and hosts price and serve, users choose and apply (M12, M13)."""
        self.model_market.clear(self.forcing, self.public_state)

    def clear_capital_market(self) -> None:
        """Investors hear what was released and claimed; sectors are repriced (M11)."""
        self.capital_market.settle(self.forcing, self.public_state)

    def publish(self) -> None:
        """The public state of the end of the month becomes known to all."""
        p, labs = self.parameters, self.labs
        price = self.power_suppliers.price(self.forcing.policy.power_subsidy)
        costs = usd_a_month(p, self.chip_market, self.buyers, price)
        self.public_state = publish(self.public_state, p, labs, costs)
        labs.releasing.price_rebuild(labs.log_training_efficiency, self.public_state)

    def watch(self) -> None:
        """Governments see the month and react from the next one on."""
        self.governments.watch(self.month, self.public_state.bloc_frontier)


class Step(NamedTuple):
    """One step of the month.

    Attributes:
        run: the method of `Race` that takes it.
        reads, writes: parts of the race whose state it reads and replaces, as `Race.owners` names
            them, `public_state` and parts of the `forcing`.
    """

    run: Callable[[Race], None]
    reads: tuple[str, ...]
    writes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the step."""
        return self.run.__name__

    @property
    def sentence(self) -> str:
        """What the step does."""
        return str(self.run.__doc__).split("\n\n")[0]


def _step(run: Callable[[Race], None], reads: str, writes: str) -> Step:
    return Step(run, tuple(reads.split()), tuple(writes.split()))


STEPS = (  # one month: the order is the model
    _step(
        Race.enforce,
        "regulators",
        "forcing",
    ),
    _step(
        Race.change,
        "labs labs.purchasing clouds.purchasing suppliers foundries tool_makers hbm_makers "
        "investors power_suppliers talent_pools",
        "labs labs.purchasing clouds.purchasing suppliers foundries tool_makers hbm_makers "
        "investors power_suppliers talent_pools",
    ),
    _step(
        Race.enter,
        "labs labs.purchasing labs.releasing clouds.purchasing public_state forcing",
        "labs labs.purchasing labs.releasing clouds.purchasing",
    ),
    _step(
        Race.make_chips,
        "suppliers foundries tool_makers hbm_makers die_market forcing",
        "suppliers foundries tool_makers hbm_makers die_market",
    ),
    _step(
        Race.set_prices,
        "suppliers forcing",
        "suppliers",
    ),
    _step(
        Race.offer_chips,
        "suppliers forcing",
        "",
    ),
    _step(
        Race.fund,
        "labs labs.purchasing labs.serving labs.releasing clouds.purchasing "
        "clouds.serving investors public_state forcing",
        "labs labs.purchasing clouds.purchasing investors",
    ),
    _step(
        Race.plan,
        "labs labs.purchasing labs.serving",
        "labs",
    ),
    _step(
        Race.move_people,
        "labs labs.purchasing clouds.purchasing talent_pools forcing",
        "labs talent_pools",
    ),
    _step(
        Race.clear_chip_market,
        "labs.purchasing clouds.purchasing suppliers chip_market forcing",
        "labs.purchasing clouds.purchasing suppliers chip_market",
    ),
    _step(
        Race.power_up,
        "labs.purchasing clouds.purchasing power_suppliers forcing",
        "labs.purchasing clouds.purchasing power_suppliers",
    ),
    _step(
        Race.research,
        "labs labs.purchasing labs.releasing forcing",
        "labs labs.releasing",
    ),
    _step(
        Race.train,
        "labs labs.purchasing labs.serving labs.releasing public_state forcing",
        "labs.releasing",
    ),
    _step(
        Race.release,
        "labs labs.purchasing labs.releasing forcing",
        "labs.releasing",
    ),
    _step(
        Race.learn,
        "labs labs.purchasing labs.releasing public_state forcing",
        "labs labs.releasing",
    ),
    _step(
        Race.clear_model_market,
        "labs labs.purchasing labs.serving labs.releasing clouds.purchasing "
        "clouds.serving markets model_market public_state forcing",
        "labs.serving clouds.serving markets model_market",
    ),
    _step(
        Race.clear_capital_market,
        "labs.purchasing labs.serving labs.releasing suppliers foundries tool_makers "
        "investors sectors public_state forcing",
        "investors sectors",
    ),
    _step(
        Race.publish,
        "labs labs.purchasing labs.releasing clouds.purchasing chip_market public_state forcing",
        "labs.releasing public_state",
    ),
    _step(
        Race.watch,
        "regulators governments public_state",
        "regulators governments",
    ),
)
