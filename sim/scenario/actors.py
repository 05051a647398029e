"""Who is in a scenario: the tables of actors and chips, with unit, range and meaning."""

from __future__ import annotations

from typing import Annotated, Generic, Literal

from pydantic import field_validator, model_validator

from sim.scenario.quantity import (
    COMPOUND,
    FLOW,
    MONTHLY,
    PATH,
    STOCK,
    Frozen,
    N,
    Path,
    Quantity,
    check_number,
    number,
)
from sim.scenario.references import BlocName, Ref
from sim.scenario.texts import Month, Name, Prose

ACTORS = [  # tables of actors
    "labs",
    "clouds",
    "suppliers",
    "foundries",
    "tool_makers",
    "hbm_makers",
    "investors",
    "sectors",
    "markets",
    "power_suppliers",
    "talent_pools",
    "regulators",
]


class Section(Frozen, Generic[N]):  # noqa: UP046 (Python 3.12 has no default there)
    """A table of a scenario whose quantities are held against their declared unit and range.

    `N` is what a number is: `Lab[Quantity]` in a scenario, `Lab[Block]` once it is drawn.
    """

    @field_validator("*", mode="after")
    @classmethod
    def _within_declared_range(cls, value, info):
        if isinstance(value, Quantity | Path):
            check_number(value, cls.model_fields[info.field_name].json_schema_extra)
        return value


class Actor(Section[N]):
    """Anybody in the model; belongs to a bloc."""

    bloc: BlocName
    about: Prose = ""


class Buyer(Actor[N]):
    """Anybody who buys accelerators."""

    budget: N = number(
        "USD bn/yr", 0, 1e4, "spending on compute, all-in, when the buyer enters", dated=FLOW
    )
    growth_premium: N = number(
        "x/yr", 0.2, 5, "growth of spending relative to the bloc's path", dated=MONTHLY
    )
    chips_at_entry: N = number(
        "H100e",
        0,
        1e7,
        "chips held when the buyer enters",
        instead="buyers buy chips with their money: change 'budget'",
    )


class Lab(Buyer[N]):
    """A laboratory that trains and releases models; it is independent, or a large firm pays it."""

    independent: bool = True
    entry: Month = "2020-01"
    exit: Month | None = None
    researchers_at_entry: N = number(
        "people",
        1,
        1e5,
        "research staff at entry",
        instead="use 'researchers_2024', which holds from the end of 2024 on",
    )
    researchers_2024: N = number(
        "people", 1, 1e5, "research staff at the end of 2024", dated=MONTHLY
    )
    ability: N = number(
        "1", 0.2, 5, "pace of research for equal inputs, 1 for the usual", dated=MONTHLY
    )
    efficiency_at_entry: N = number(
        "1",
        0.001,
        10,
        "training efficiency at entry relative to the frontier's path then",
        instead="write a table [breakthroughs.NAME] with lab, date and training_gain",
    )
    effort: N = number(
        "share",
        0.01,
        0.99,
        "share of research effort directed to efficiency, without scarcity",
        dated=MONTHLY,
    )
    flagship_share: N = number(
        "share",
        0,
        1,
        "share of installed compute that goes into flagship runs, on average",
        dated=MONTHLY,
    )
    experiment_share: N = number(
        "share", 0, 1, "share of installed compute that goes into experiments", dated=MONTHLY
    )
    cadence: N = number("months", 1, 48, "usual time between flagship releases", dated=MONTHLY)
    openness: N = number("share", 0, 1, "chance that a flagship has open weights", dated=MONTHLY)
    foreign_funding: N = number(
        "share", 0, 1, "share of funding that an investment ban abroad can stop", dated=MONTHLY
    )
    reach: N = number(
        "1",
        0,
        100,
        "pull on users beyond quality and price: product, habit, distribution",
        dated=MONTHLY,
    )

    @model_validator(mode="after")
    def _shares_and_dates(self):
        if self.flagship_share.ends[0] + self.experiment_share.ends[0] > 1:
            raise ValueError("flagship_share and experiment_share exceed 1 together")
        if self.exit is not None and self.exit <= self.entry:
            raise ValueError(f"leaves {self.exit}, not after it enters {self.entry}")
        return self


class Cloud(Buyer[N]):
    """All other buyers of accelerators of a bloc: clouds, enterprises, research."""

    growth_premium: N = number(
        "x/yr",
        0.2,
        5,
        "growth of spending relative to the bloc's path",
        instead="clouds grow as their investors let them: change their 'cloud_growth'",
    )


class Supplier(Actor[N]):
    """A designer of accelerators."""

    open_market: bool = True
    about: Prose = ""
    preference: N = number(
        "1",
        0,
        100,
        "pull on buyers beyond worth for money: software, habit, availability",
        dated=MONTHLY,
    )
    maturity: N = number(
        "share",
        0.05,
        1,
        "share of a chip's worth for training that its software achieves at start",
        dated=MONTHLY,
    )
    maturity_scale: N = number(
        "H100e",
        1e2,
        1e8,
        "installed chips that close 63 % of the gap to mature software",
        dated=MONTHLY,
    )
    chips_in_field: N = number(
        "H100e",
        0,
        1e7,
        "chips of this make installed at start",
        instead="change 'maturity', which follows the chips in the field",
    )
    hbm_stock: N = number("m stacks", 0, 100, "stock of memory stacks at start", dated=STOCK)
    demand_at_start: N = number(
        "1e3 units/month",
        0,
        1e4,
        "orders in the first month",
        instead="buyers order chips with their money: change the 'budget' of labs or clouds",
    )
    packaging: N = number(
        "1e3 reticles/month",
        0.01,
        1e6,
        "silicon that can be packaged into chips at start",
        dated=STOCK,
    )
    packaging_growth: N = number("x/yr", 1, 20, "fastest growth of packaging", dated=MONTHLY)


class Chip(Section[N]):
    """A product of a supplier, from its launch."""

    supplier: Annotated[Name, Ref("suppliers")]
    launch: Month
    about: Prose = ""
    tflops: N = number("TFLOP/s", 1, 1e5, "dense FP16 performance")
    bandwidth: N = number("TB/s", 0.01, 200, "memory bandwidth")
    interconnect: N = number("GB/s", 1, 1e5, "bandwidth to other chips")
    price: N = number("USD", 100, 1e6, "list price at launch")
    silicon: N = number("reticles", 0.05, 20, "leading-edge die area over an H100's")
    power: N = number("W", 10, 1e5, "thermal design power")
    hbm_stacks: N = number("stacks", 0, 32, "stacks of high-bandwidth memory")
    domain: N = number("chips", 1, 1e5, "chips that its fast links join into one unit")


class Foundry(Actor[N]):
    """A maker of leading-edge dies for accelerators."""

    capacity: N = number(
        "1e3 reticles/month",
        0,
        1e5,
        "die capacity for accelerators at start, before yield",
        dated=STOCK,
    )
    growth_ceiling: N = number("x/yr", 1, 20, "fastest growth of capacity", dated=MONTHLY)
    yield_at_start: N = number("share", 0.01, 1, "share of good dies at start", dated=STOCK)
    yield_ceiling: N = number("share", 0.05, 1, "share of good dies in maturity", dated=MONTHLY)
    yield_learning: N = number("1/yr", 0, 1, "yield gained per year at full use", dated=MONTHLY)
    cost_premium: N = number(
        "1", 0.5, 5, "cost of a wafer relative to the cheapest maker", dated=MONTHLY
    )


class ToolMaker(Actor[N]):
    """Makers of lithography, deposition and other equipment."""

    coverage: N = number(
        "share",
        0,
        1,
        "share of the steps of a leading-edge line they can equip at start",
        dated=STOCK,
    )
    progress: N = number("1/yr", 0, 3, "logistic growth of that share", dated=MONTHLY)


class HbmMaker(Actor[N]):
    """Makers of high-bandwidth memory."""

    first_volume: Month = "2020-01"
    lag: N = number(
        "years",
        0,
        20,
        "volume production starts this long after first_volume",
        instead="it is a date: set the number itself, or write an incident of kind 'leap'",
    )
    capacity: N = number("m stacks/yr", 0, 1e4, "capacity in the first year of volume", dated=STOCK)
    growth: N = number("x/yr", 1, 10, "growth of capacity", dated=MONTHLY)


class Investors(Actor[N]):
    """The capital behind a bloc's labs and clouds: a path of growth, moved by mood and belief."""

    lab_growth: Path = number(
        "x/yr", 0.1, 30, "usual growth of the labs' funded compute spending", dated=PATH
    )
    cloud_growth: Path = number(
        "x/yr", 0.1, 30, "usual growth of other buyers' compute spending", dated=PATH
    )
    venture: N = number(
        "USD bn/yr", 0, 1e4, "private investment in AI in the first month", dated=FLOW
    )
    venture_growth: Path = number(
        "x/yr", 0.05, 30, "growth of private investment by the world's financial cycle", dated=PATH
    )
    foreign_share: N = number(
        "share", 0, 1, "share of private investment that a ban abroad can stop", dated=MONTHLY
    )


class Sector(Actor[N]):
    """Listed firms whose earnings hang on AI to some part."""

    activity: Literal["chips", "tools", "power", "labs"]
    worth: N = number(
        "USD bn", 1e-3, 1e6, "what the firms were worth in the first month", dated=MONTHLY
    )
    ai_share: N = number(
        "share",
        0,
        1,
        "part of earnings that hung on AI at the start",
        instead="it says what earnings hung on at the start: change 'leverage' or 'worth'",
    )
    other_growth: N = number("x/yr", 0.5, 2, "growth of the other earnings", dated=COMPOUND)
    leverage: N = number(
        "1",
        0,
        50,
        "move of price per move of AI earnings: growth that is priced in ahead",
        dated=MONTHLY,
    )
    follows: Annotated[Name, Ref("sectors", what="sector")] | None = None
    contagion: N = number(
        "1",
        0,
        5,
        "part of the first move of the sector it follows that it shares beyond its own",
        dated=MONTHLY,
    )


class Market(Actor[N]):
    """A region in which AI is bought, used and applied."""

    gdp: N = number("USD trn/yr", 0.01, 1e3, "gross domestic product", dated=MONTHLY)
    adoption_speed: N = number("1", 0.05, 20, "speed of adoption, 1 for the usual", dated=MONTHLY)
    wallet: N = number("1", 0, 20, "spending on software per GDP, 1 for the US's", dated=MONTHLY)


class Trust(Section[N]):
    """How the users of a market see services from a bloc (0 unless it is given)."""

    market: Annotated[Name, Ref("markets")]
    of: BlocName
    utility: N = number("1", -20, 20, "utility beyond quality and price, in logs of share")


class PowerSupplier(Actor[N]):
    """The grid and its equipment makers: power for the data centres of AI in a bloc."""

    capacity: N = number("GW", 0.001, 1e4, "power for AI data centres at the start", dated=STOCK)
    build: N = number(
        "GW/yr", 0, 1e4, "most that can be started in a year, at first", dated=MONTHLY
    )
    build_growth: N = number(
        "x/yr", 0.8, 3, "growth of what can be started in a year", dated=COMPOUND
    )
    lead_time: N = number("years", 0.1, 20, "mean time from order to power", dated=MONTHLY)
    price: N = number("USD/MWh", 1, 1e3, "price of power for data centres", dated=MONTHLY)


class TalentPool(Actor[N]):
    """The researchers at work in a bloc."""

    people: N = number("1e3 people", 0.01, 1e5, "AI researchers at work at the start", dated=STOCK)
    people_2024: N = number(
        "1e3 people",
        0.01,
        1e5,
        "the same at the end of 2024",
        instead="it says how many were known at the end of 2024: change 'trained'",
    )
    trained: N = number(
        "1e3 people/yr", 0, 1e5, "AI researchers trained at the start", dated=MONTHLY
    )
    training_growth: N = number("x/yr", 0.5, 3, "growth of how many are trained", dated=COMPOUND)


class Regulator(Actor[N]):
    """A government: its instruments are the events it issues."""

    withholds: list[Annotated[Name, Ref("instruments")]] = []


class Tie(Section[N]):
    """A tie of the supply network that differs from the usual."""

    giver: Annotated[Name, Ref(*ACTORS, what="actor")]
    taker: Annotated[Name, Ref(*ACTORS, what="actor")]
    weight: N = number("1", 0, 100, "pull of this tie; 0 cuts it")
