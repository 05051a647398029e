"""Who is in a scenario: the tables of actors and chips, with unit, range and meaning."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, field_validator, model_validator

from sim.core.calendar import parse_month
from sim.scenario.quantity import Frozen, Path, Quantity, check_number, number


def _month(label: str) -> str:
    parse_month(label)
    return label


Month = Annotated[str, AfterValidator(_month)]


class Section(Frozen):
    """A table of a scenario whose quantities are held against their declared unit and range."""

    @field_validator("*", mode="after")
    @classmethod
    def _within_declared_range(cls, value, info):
        if isinstance(value, Quantity | Path):
            check_number(value, cls.model_fields[info.field_name].json_schema_extra)
        return value


class Actor(Section):
    """Anybody in the model: belongs to a bloc."""

    bloc: str
    about: str = ""


class Buyer(Actor):
    """Anybody who buys accelerators."""

    budget: Quantity = number(
        "USD bn/yr", 0, 1e4, "spending on compute, all-in, when the buyer enters"
    )
    growth_premium: Quantity = number(
        "x/yr", 0.2, 5, "growth of spending relative to the bloc's path"
    )
    chips_at_entry: Quantity = number("H100e", 0, 1e7, "chips held when the buyer enters")


class Lab(Buyer):
    """A laboratory that trains and releases models."""

    entry: Month = "2020-01"
    exit: Month | None = None
    researchers_at_entry: Quantity = number("people", 1, 1e5, "research staff at entry")
    researchers_2024: Quantity = number("people", 1, 1e5, "research staff at the end of 2024")
    ability: Quantity = number("1", 0.2, 5, "pace of research for equal inputs, 1 for the usual")
    efficiency_at_entry: Quantity = number(
        "1", 0.001, 10, "training efficiency at entry relative to the frontier's path then"
    )
    effort: Quantity = number(
        "share", 0.01, 0.99, "share of research effort aimed at doing more with less, unconstrained"
    )
    flagship_share: Quantity = number(
        "share", 0, 1, "share of installed compute that goes into flagship runs, on average"
    )
    experiment_share: Quantity = number(
        "share", 0, 1, "share of installed compute that goes into experiments"
    )
    cadence: Quantity = number("months", 1, 48, "usual time between flagship releases")
    openness: Quantity = number("share", 0, 1, "chance that a flagship has open weights")
    foreign_funding: Quantity = number(
        "share", 0, 1, "share of funding that an investment ban abroad can stop"
    )
    reach: Quantity = number(
        "1", 0, 100, "pull on users beyond quality and price: product, habit, distribution"
    )

    @model_validator(mode="after")
    def _shares_and_dates(self):
        if self.flagship_share.ends[0] + self.experiment_share.ends[0] > 1:
            raise ValueError("flagship_share and experiment_share exceed 1 together")
        if self.exit is not None and self.exit <= self.entry:
            raise ValueError(f"leaves {self.exit}, not after it enters {self.entry}")
        return self


class Cloud(Buyer):
    """All other buyers of accelerators of a bloc: clouds, enterprises, research."""


class Supplier(Actor):
    """A designer of accelerators."""

    open_market: bool = True
    about: str = ""
    preference: Quantity = number(
        "1", 0, 100, "pull on buyers beyond worth for money: software, habit, availability"
    )
    maturity: Quantity = number(
        "share", 0.05, 1, "share of a chip's worth for training that its software yields at start"
    )
    maturity_scale: Quantity = number(
        "H100e", 1e2, 1e8, "installed chips that close 63 % of the gap to mature software"
    )
    chips_in_field: Quantity = number("H100e", 0, 1e7, "chips of this make installed at start")
    hbm_stock: Quantity = number("m stacks", 0, 100, "stock of memory stacks at start")
    demand_at_start: Quantity = number("1e3 units/month", 0, 1e4, "orders in the first month")
    packaging: Quantity = number(
        "1e3 reticles/month", 0.01, 1e6, "silicon that can be packaged into chips at start"
    )
    packaging_growth: Quantity = number("x/yr", 1, 20, "fastest growth of packaging")


class Chip(Section):
    """A product of a supplier, from its launch."""

    supplier: str
    launch: Month
    about: str = ""
    tflops: Quantity = number("TFLOP/s", 1, 1e5, "dense FP16 performance")
    bandwidth: Quantity = number("TB/s", 0.01, 200, "memory bandwidth")
    interconnect: Quantity = number("GB/s", 1, 1e5, "bandwidth to other chips")
    price: Quantity = number("USD", 100, 1e6, "list price at launch")
    silicon: Quantity = number("reticles", 0.05, 20, "leading-edge die area over an H100's")
    power: Quantity = number("W", 10, 1e5, "thermal design power")
    hbm_stacks: Quantity = number("stacks", 0, 32, "stacks of high-bandwidth memory")


class Foundry(Actor):
    """A maker of leading-edge dies for accelerators."""

    capacity: Quantity = number(
        "1e3 reticles/month", 0, 1e5, "die capacity for accelerators at start, before yield"
    )
    growth_ceiling: Quantity = number("x/yr", 1, 20, "fastest growth of capacity")
    yield_at_start: Quantity = number("share", 0.01, 1, "share of good dies at start")
    yield_ceiling: Quantity = number("share", 0.05, 1, "share of good dies in maturity")
    yield_learning: Quantity = number("1/yr", 0, 1, "yield gained per year at full use")
    cost_premium: Quantity = number("1", 0.5, 5, "cost of a wafer relative to the cheapest maker")


class ToolMaker(Actor):
    """Makers of lithography, deposition and other equipment."""

    coverage: Quantity = number(
        "share", 0, 1, "share of the steps of a leading-edge line they can equip at start"
    )
    progress: Quantity = number("1/yr", 0, 3, "logistic growth of that share")


class HbmMaker(Actor):
    """Makers of high-bandwidth memory."""

    first_volume: Month = "2020-01"
    lag: Quantity = number("years", 0, 20, "volume production starts this long after first_volume")
    capacity: Quantity = number("m stacks/yr", 0, 1e4, "capacity in the first year of volume")
    growth: Quantity = number("x/yr", 1, 10, "growth of capacity")


class Investors(Actor):
    """The capital behind a bloc's labs and clouds: a path of growth, moved by mood and belief."""

    lab_growth: Path = number("x/yr", 0.1, 30, "usual growth of the labs' funded compute spending")
    cloud_growth: Path = number("x/yr", 0.1, 30, "usual growth of other buyers' compute spending")
    venture: Quantity = number("USD bn/yr", 0, 1e4, "private investment in AI in the first month")
    venture_growth: Path = number(
        "x/yr", 0.05, 30, "growth of private investment by the world's financial cycle"
    )
    foreign_share: Quantity = number(
        "share", 0, 1, "share of private investment that a ban abroad can stop"
    )


class Sector(Actor):
    """Listed firms whose earnings hang on AI to some part."""

    activity: Literal["chips", "tools", "power", "labs"]
    ai_share: Quantity = number("share", 0, 1, "part of earnings that hung on AI at the start")
    other_growth: Quantity = number("x/yr", 0.5, 2, "growth of the other earnings")
    leverage: Quantity = number(
        "1", 0, 50, "move of price per move of AI earnings: growth that is priced in ahead"
    )


class Market(Actor):
    """A region in which AI is bought, used and applied."""

    gdp: Quantity = number("USD trn/yr", 0.01, 1e3, "gross domestic product")
    adoption_speed: Quantity = number("1", 0.05, 20, "speed of adoption, 1 for the usual")
    wallet: Quantity = number("1", 0, 20, "spending on software per GDP, 1 for the US's")


class Trust(Section):
    """How the users of a market see services from a bloc (0 where nothing is said)."""

    market: str
    of: str
    utility: Quantity = number("1", -20, 20, "utility beyond quality and price, in logs of share")


class PowerSupplier(Actor):
    """The grid and its equipment makers: power for the data centres of AI in a bloc."""

    capacity: Quantity = number("GW", 0.001, 1e4, "power for AI data centres at the start")
    build: Quantity = number("GW/yr", 0, 1e4, "most that can be begun in a year, at the start")
    build_growth: Quantity = number("x/yr", 0.8, 3, "growth of what can be begun in a year")
    lead_time: Quantity = number("years", 0.1, 20, "mean time from order to power")
    price: Quantity = number("USD/MWh", 1, 1e3, "price of power for data centres")


class TalentPool(Actor):
    """The researchers at work in a bloc."""

    people: Quantity = number("1e3 people", 0.01, 1e5, "AI researchers at work at the start")
    people_2024: Quantity = number("1e3 people", 0.01, 1e5, "the same at the end of 2024")
    trained: Quantity = number("1e3 people/yr", 0, 1e5, "AI researchers trained at the start")
    training_growth: Quantity = number("x/yr", 0.5, 3, "growth of how many are trained")


class Regulator(Actor):
    """A government: its instruments are the events it issues."""

    withholds: list[str] = []


class Tie(Section):
    """A tie of the supply network that differs from the usual."""

    giver: str
    taker: str
    weight: Quantity = number("1", 0, 100, "pull of this tie; 0 cuts it")
