"""The chip market: buyers order, suppliers ship what rules and supply allow, both settle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.core.caching import CacheLast
from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.state import Derived, State, initialise
from sim.core.units import H100_TFLOPS, USD_PER_BN
from sim.core.worlds import Block, frozen, total
from sim.model.agents.clouds import Clouds
from sim.model.agents.labs import Labs
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Policy, Relief
from sim.model.markets.products import Products, at_home, pulls
from sim.model.mechanisms import leakage, market
from sim.model.mechanisms.clearing import (
    MILLION,
    Conditions,
    Flows,
    Offer,
    Orders,
    by_destination,
    clear,
    place,
    receive,
)
from sim.scenario import actors
from sim.scenario.schema import Parameters

CHEAPEST = 1e-9  # USD a month for an H100e: only keeps rented chips finite
SMOOTHING = 12.0  # months over which costs of compute are smoothed: chips serve for years
FLOW = ("supplier", "bloc")


class ChipMarket:
    """The market in which labs and clouds buy accelerators.

    Attributes:
        buyers: purchases of labs and of clouds.
        flows, offer: what moved in the last month, and on what terms.

    Args:
        labs, clouds, suppliers: who buys, and who sells.
        products: what suppliers can offer.
        ties: of the scenario, which say whom suppliers prefer.
        parameters: of the worlds.
    """

    training_cost = State(
        "USD",
        "all-in cost of an H100e of training worth in a bloc, smoothed over a year",
        start=None,
        axes=("bloc",),
    )
    inference_cost = State(
        "USD",
        "all-in cost of an H100e of inference worth in a bloc, smoothed over a year",
        start=None,
        axes=("bloc",),
    )
    trade = State(
        "1e3 chips",
        "chips shipped legally from supplier to buyer this month",
        start=None,
        axes=("supplier", "buyer"),
        recorded="trade_units",
    )
    flows: Flows
    offer: Offer

    def __init__(
        self,
        labs: Labs,
        clouds: Clouds,
        suppliers: ChipSuppliers,
        products: Products,
        ties: Mapping[str, actors.Tie[Block]],
        parameters: Parameters,
    ) -> None:
        self.labs, self.clouds = labs, clouds
        self.suppliers, self.products, self.parameters = suppliers, products, parameters
        self.buyers: tuple[Purchasing, Purchasing] = (labs.purchasing, clouds.purchasing)
        self.at = np.concatenate([buyers.blocs.index for buyers in self.buyers])
        blocs, worlds = suppliers.blocs.names, suppliers.shape[-1]
        self.of_bloc = [np.flatnonzero(self.at == bloc) for bloc in range(len(blocs))]
        names = [name for buyers in self.buyers for name in buyers.names]
        self.ties, self.names = ties, names
        self.renew()
        self.home = at_home(suppliers, [blocs[row] for row in self.at])
        self.lab_rows = slice(0, labs.rows)
        self.rows = (self.lab_rows, slice(labs.rows, labs.rows + clouds.rows))
        listed = suppliers.table.values()
        self.on_sale = np.array([[1.0 if one.open_market else 0.0] for one in listed])
        self.allowed = CacheLast(self._allowed)
        nothing = frozen(np.zeros(clouds.shape))
        self.no_rent = nothing, nothing
        sizes = {"supplier": suppliers.rows, "bloc": len(blocs), "buyer": len(names)}
        initialise(self, sizes, worlds)
        self.training_cost, self.inference_cost = self._first_costs(len(blocs))

    def renew(self) -> None:
        """How suppliers pull on buyers, `[supplier, buyer, world]`."""
        pull = pulls(self.suppliers, self.ties, self.names)
        shape = (*pull.shape[:2], self.suppliers.shape[-1])
        self.pull = np.ascontiguousarray(np.broadcast_to(pull, shape))

    def clear(self, policy: Policy, offer: Offer, relief: Relief) -> None:
        """A month: rent, order, ship, divert, pay, install, invoice."""
        rented = [self._rent(policy, offer), self.no_rent]
        overhead = self.parameters.capital.overhead
        money = [
            np.maximum(who.cash - rent, 0.0) / overhead * who.active
            for who, (rent, _) in zip(self.buyers, rented, strict=True)
        ]
        money_free = [who.cash_free / overhead * who.active for who in self.buyers]
        by = self._conditions(policy)
        orders = place(np.concatenate(money), np.concatenate(money_free), offer, by, self.at)
        if relief.limit == "orders":
            more = relief.of("orders", self.suppliers.blocs)
            orders = orders._replace(legal=orders.legal * np.asarray(more)[:, None])
        flows = self._ship(offer, orders)
        bought = receive(orders, flows, offer, by, overhead, self.at)
        if relief.limit == "chips":
            more = relief.by_bloc(self.suppliers.blocs.names).take(self.at, 0)
            bought = bought.times(more)
        self.trade = bought.by_supplier
        for who, rows, (rent, chips) in zip(self.buyers, self.rows, rented, strict=True):
            who.settle(bought.of(rows), rent, chips)
        self._invoice(offer, flows)
        self._update_costs()
        self._orders = orders
        # Purchases that the buyer's own government stops are not counted as denied.
        self._unguided = (1 - policy.guidance) * (1 - policy.mandate)
        self._controlled = policy.chips_controlled
        self.flows, self.offer = flows, offer

    @Derived(
        "1e3 chips", "chips shipped legally from supplier to bloc this month", FLOW, "flow_units"
    )
    def units_shipped(self) -> Block:
        """Legal flow of chips."""
        return self.flows.shipped

    @Derived("1e3 chips", "chips smuggled from supplier to bloc this month", FLOW, "flow_smuggled")
    def units_smuggled(self) -> Block:
        """Smuggled flow of chips."""
        return self.flows.smuggled

    @Derived(
        "H100e",
        "compute shipped legally from supplier to bloc this month, by peak performance",
        FLOW,
        "flow_compute",
    )
    def compute_shipped(self) -> Block:
        """Legal flow of compute."""
        return self.flows.shipped * self.offer.compute * 1e3

    @Derived(
        "H100e",
        "compute smuggled from supplier to bloc this month, by peak performance",
        FLOW,
        "flow_smuggled_compute",
    )
    def compute_smuggled(self) -> Block:
        """Smuggled flow of compute."""
        return self.flows.smuggled * self.offer.free_compute * 1e3

    @Derived("USD bn", "paid for chips of supplier in bloc this month, levy in", FLOW, "flow_value")
    def paid(self) -> Block:
        """What buyers pay for the legal flow."""
        return self.flows.shipped * self.offer.price / MILLION

    @Derived(
        "USD bn",
        "paid to smugglers for chips of supplier in bloc this month",
        FLOW,
        "flow_smuggled_value",
    )
    def paid_to_smugglers(self) -> Block:
        """What buyers pay for the smuggled flow, the smugglers' markup counted in."""
        price = self.offer.free_price * (1 + self.parameters.leakage.markup)
        return self.flows.smuggled * price / MILLION

    @Derived(
        "USD bn", "revenue of supplier from legal sales to bloc this month", FLOW, "flow_revenue"
    )
    def earned(self) -> Block:
        """What suppliers get for the legal flow: without the levy."""
        return self.flows.shipped * self.offer.revenue / MILLION

    @Derived(
        "H100e",
        "compute shipped legally from supplier to bloc this month, by worth for training",
        FLOW,
        "flow_training",
    )
    def training_shipped(self) -> Block:
        """Legal flow of worth for training."""
        return self.flows.shipped * self.offer.training * 1e3

    @Derived(
        "H100e",
        "compute smuggled from supplier to bloc this month, by worth for training",
        FLOW,
        "flow_smuggled_training",
    )
    def training_smuggled(self) -> Block:
        """Smuggled flow of worth for training."""
        return self.flows.smuggled * self.offer.free_training * 1e3

    @Derived(
        "TFLOP/s",
        "performance of the chip that a supplier offers to a bloc",
        FLOW,
        "flow_tflops",
    )
    def performance_offered(self) -> Block:
        """Performance of what is on offer."""
        return self.offer.compute * H100_TFLOPS

    @Derived("share", "share of orders that a supplier may ship to a bloc", FLOW, "flow_licence")
    def licensed(self) -> Block:
        """Orders that licences allow."""
        return self.offer.licence

    def _first_costs(self, blocs: int) -> tuple[Block, Block]:
        """Cost of compute before anything is bought: what is on sale, at list, in every bloc."""
        product = self.products.products(0)
        worth = self.products.worths(self.products.variants.products(0))
        weight = market.split(self.suppliers.installed * self.on_sale)
        everywhere = np.ones((blocs, 1)) * self.parameters.capital.overhead
        training = total(weight * product.price / worth.training)
        return everywhere * training, everywhere * total(weight * product.price / worth.inference)

    def _update_costs(self) -> None:
        """Cost of compute in each bloc, by what was paid there."""
        paid, training, inference = (
            total([who.blocs.total(getattr(who.bought, name)) for who in self.buyers])
            for name in ("cost", "training", "inference")
        )
        self.training_cost = market.smoothed_cost(self.training_cost, paid, training, SMOOTHING)
        self.inference_cost = market.smoothed_cost(self.inference_cost, paid, inference, SMOOTHING)

    def denied(self) -> Block:
        """USD bn a year that rules deny the suppliers of a bloc, `[bloc, bloc, world]`.

        Orders without rules are filled at the same rate as actual orders, so that without a rule
        the loss is 0.
        """
        wanted = by_destination(self._orders.free, self.of_bloc)
        wanted = wanted * self.flows.open_fill[:, None] * self._unguided
        sold = self.flows.shipped * self.offer.revenue
        lost = np.maximum(wanted * self.offer.free_price - sold, 0.0) / MILLION * self._controlled
        blocs = self.suppliers.blocs
        by_bloc = [blocs.total(lost[:, at]) for at in range(lost.shape[1])]
        return np.stack(by_bloc, axis=1) * MONTHS_PER_YEAR

    def _rent(self, policy: Policy, offer: Offer) -> tuple[Block, Block]:
        """Rental abroad by labs: money, and H100e."""
        p, blocs = self.parameters, self.labs.blocs
        labs, clouds = self.buyers
        wanted = p.channels.leakage * leakage.rental_wanted(
            labs.budget,
            p.leakage.rental_share,
            labs.scarcity_training,
            1 - blocs.spread(policy.remote_denial),
        )
        wanted = np.minimum(wanted, labs.cash) * labs.active
        usd = leakage.rental_price(
            self._usd_per_h100e(offer),
            p.capital.overhead,
            p.leakage.rental_premium,
            p.chip.lifetime,
        )
        chips = wanted * USD_PER_BN / np.maximum(usd, CHEAPEST)
        undenied = 1 - clouds.blocs.spread(policy.chips_controlled)
        capacity = p.leakage.rental_capacity * total(clouds.training * undenied)
        part = market.fill(total(chips), capacity)
        return wanted * part, chips * part

    def _usd_per_h100e(self, offer: Offer) -> Block:
        """Price of compute on the open market: mean over suppliers, weighted by installed base."""
        weight = market.split(self.suppliers.installed * self.on_sale)
        return total(weight * (offer.free_price / offer.free_training)[:, 0])

    def _conditions(self, policy: Policy) -> Conditions:
        """Terms of choice: equal for the buyers of a bloc except for ties and entity listings."""
        p = self.parameters
        appetite = p.leakage.appetite * p.channels.leakage * policy.chips_controlled
        exposure = policy.chips_exposure
        foreign = np.exp(-p.supply.security * p.channels.infant_industry * exposure)
        pull = np.where(self.products.home, 1.0, foreign).take(self.at, 1)
        pull *= self.pull
        return Conditions(
            pull=pull,
            allowed=self.allowed(policy.listing),
            guidance=policy.guidance,
            mandate=policy.mandate,
            appetite=appetite * (1 - policy.enforcement),
            markup=p.leakage.markup,
            patience=p.supply.patience * (1 - exposure),
            home=self.home,
            elasticity=p.supply.substitution,
        )

    def _allowed(self, listing: Block) -> Block:
        """Only labs are listed: `[supplier, buyer, world or 1]`."""
        allowed = np.ones((listing.shape[0], len(self.at), listing.shape[2]))
        allowed[:, self.lab_rows] -= listing
        return allowed

    def _ship(self, offer: Offer, orders: Orders) -> Flows:
        return clear(
            by_destination(orders.legal, self.of_bloc),
            by_destination(orders.smuggled, self.of_bloc),
            offer,
            self.products.home,
            self.parameters.leakage.diverted_share,
        )

    def _invoice(self, offer: Offer, flows: Flows) -> None:
        """Suppliers book what went out: legal sales at their terms, diverted ones at list."""
        revenue = total(flows.shipped * offer.revenue + flows.smuggled * offer.free_price, axis=1)
        compute = total(flows.shipped * offer.compute + flows.smuggled * offer.free_compute, axis=1)
        self.suppliers.book(
            total(flows.ordered * offer.silicon, axis=1),
            total(flows.shipped * offer.silicon + flows.smuggled, axis=1),
            total(flows.shipped + flows.smuggled, axis=1),
            revenue / MILLION,
            compute * 1e3,
        )
