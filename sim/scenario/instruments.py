"""Policy instruments as dated events: who does what to whom, when announced, when in force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.actors import Section
from sim.scenario.quantity import N, Quantity, kinds_of, number
from sim.scenario.references import BlocName, Ref, RegulatorName
from sim.scenario.texts import Line, Name, Prose, Source


class Event(Section[N]):
    """A dated act of a government, which counts by days: a month has its share of them.

    `supersedes` names older events that end when this one takes effect; if this one is switched
    off (`active = false`), they go on. `title` is what people call it, on charts and in lists.
    """

    if TYPE_CHECKING:  # declared by each kind
        instrument: str

    by: RegulatorName
    announced: date
    effective: date
    ends: date | None = None
    active: bool = True
    supersedes: list[Annotated[Name, Ref("events")]] = []
    title: Line = ""
    description: Prose = ""
    source: Source

    @model_validator(mode="after")
    def _in_order(self):
        if self.effective < self.announced:
            raise ValueError(f"effective {self.effective} lies before announced {self.announced}")
        if self.ends is not None and self.ends <= self.effective:
            raise ValueError(f"ends {self.ends}, not after effective {self.effective}")
        return self


NO_LEVY = Quantity(value=0, unit="share", source="by default: no levy")
NO_CAP = Quantity(value=10, unit="1", source="by default: no cap")


class ChipRule(Event[N]):
    """A clause on accelerators: a chip that reaches every given limit is controlled.

    Several events in force at once are several clauses: one that is met is enough.
    """

    instrument: Literal["chip_rule"]
    destination: BlocName
    tpp: N | None = number("TPP", 0, 1e7, "total processing performance", default=None)
    interconnect: N | None = number("GB/s", 0, 1e6, "bandwidth to other chips", default=None)
    bandwidth: N | None = number("TB/s", 0, 1e4, "memory bandwidth", default=None)
    licence_rate: N = number("share", 0, 1, "share of orders that are licensed")
    levy: N = number(
        "share", 0, 2, "levy on a licensed sale, as a share of the price", default=NO_LEVY
    )
    cap: N = number(
        "1", 0, 10, "cap on sales over sales in the home market; 10 is none", default=NO_CAP
    )

    @model_validator(mode="after")
    def _some_limit(self):
        if self.tpp is None and self.interconnect is None and self.bandwidth is None:
            raise ValueError("a chip_rule needs at least one limit: tpp, interconnect, bandwidth")
        return self


class EntityListing(Event[N]):
    """Named labs may not buy from the issuing government's suppliers."""

    instrument: Literal["entity_listing"]
    targets: list[Annotated[Name, Ref("labs")]] = Field(min_length=1)
    strength: N = number("share", 0, 1, "share of purchases that is stopped")


class FoundryRule(Event[N]):
    """Named suppliers may not have dies made by foundries outside their bloc."""

    instrument: Literal["foundry_rule"]
    targets: list[Annotated[Name, Ref("suppliers")]] = Field(min_length=1)
    strength: N = number("share", 0, 1, "share of such orders that is stopped")


class Directed(Event[N]):
    """An instrument with one strength against a destination."""

    destination: BlocName
    strength: N = number("share", 0, 1, "share of the flow that is stopped")


class ToolControl(Directed[N]):
    """Export of chip-making equipment is denied."""

    instrument: Literal["tool_control"]


class AlliedAlignment(Directed[N]):
    """Allies deny their equipment too: the part that only their rules can deny."""

    instrument: Literal["allied_alignment"]


class HbmControl(Directed[N]):
    """Export of high-bandwidth memory is denied."""

    instrument: Literal["hbm_control"]


class RemoteAccess(Directed[N]):
    """Rental of controlled chips abroad is denied."""

    instrument: Literal["remote_access"]


class Enforcement(Directed[N]):
    """Smuggling is pursued."""

    instrument: Literal["enforcement"]


class InvestmentBan(Directed[N]):
    """Investors may not fund the destination's labs."""

    instrument: Literal["investment_ban"]


class Domestic(Event[N]):
    """An instrument with one strength inside a bloc."""

    bloc: BlocName


class FabSubsidy(Domestic[N]):
    """Public money for foundries at home."""

    instrument: Literal["fab_subsidy"]
    strength: N = number("share", 0, 3, "rise of the foundries' growth ceiling, in logs")


class ChipFund(Domestic[N]):
    """Public money for home foundries, tools and memory."""

    instrument: Literal["chip_fund"]
    strength: N = number("share", 0, 3, "rise of growth and progress at home")


class ImportGuidance(Domestic[N]):
    """A government advises buyers against foreign accelerators."""

    instrument: Literal["import_guidance"]
    strength: N = number("share", 0, 1, "share of foreign purchases given up")


class DomesticMandate(Domestic[N]):
    """A least share of purchases goes to home suppliers."""

    instrument: Literal["domestic_mandate"]
    strength: N = number("share", 0, 1, "least share of home suppliers in purchases")


class ComputeVoucher(Domestic[N]):
    """Part of the price of home compute is paid by the state."""

    instrument: Literal["compute_voucher"]
    strength: N = number("share", 0, 0.95, "share of the price of home chips paid")


class Crackdown(Domestic[N]):
    """A campaign against technology firms that dries up funding."""

    instrument: Literal["crackdown"]
    strength: N = number("share", 0, 0.95, "cut of yearly growth of spending")


class ModelRegistration(Domestic[N]):
    """Models need approval before release."""

    instrument: Literal["model_registration"]
    strength: N = number("share", 0, 0.95, "share of the pace of releases lost")


class OpenWeightsBan(Domestic[N]):
    """Labs may not publish the weights of their models, nor updates; what is out stays out."""

    instrument: Literal["open_weights_ban"]
    strength: N = number("share", 0, 1, "share of releases with open weights that is stopped")


class MineralsRetaliation(Directed[N]):
    """Gallium, germanium and rare earths are withheld from the destination's supply chain."""

    instrument: Literal["minerals_retaliation"]


class ServiceBan(Event[N]):
    """The users of a market may not use services from a bloc; open weights can still be hosted."""

    instrument: Literal["service_ban"]
    market: Annotated[Name, Ref("markets")]
    origin: BlocName
    strength: N = number("share", 0, 1, "share of use that is stopped")


class VisaRestriction(Directed[N]):
    """Researchers trained in the destination are kept out."""

    instrument: Literal["visa_restriction"]


class TalentProgram(Domestic[N]):
    """Public money that keeps and draws home researchers."""

    instrument: Literal["talent_program"]
    strength: N = number("log", 0, 10, "added to the utility of staying at home")


class PowerProgram(Domestic[N]):
    """Permits and money for power: more can be started in a year."""

    instrument: Literal["power_program"]
    strength: N = number("share", 0, 10, "rise of what can be started")


class PowerSubsidy(Domestic[N]):
    """Part of the price of power of data centres is paid by the state."""

    instrument: Literal["power_subsidy"]
    strength: N = number("share", 0, 0.95, "share of the price paid")


class AdoptionProgram(Domestic[N]):
    """A campaign for the use of AI throughout the economy."""

    instrument: Literal["adoption_program"]
    strength: N = number("share", 0, 10, "rise of the speed of adoption")


NO_GAIN = Quantity(value=1, unit="1", source="by default: no gain")


class Breakthrough(Section[N]):
    """A gain of efficiency at a date: of one lab, or a paradigm open to all (`lab = "all"`).

    It is published at once unless `open = false`; what is left out gains nothing.
    """

    lab: Annotated[Name, Ref("labs", also=("all",))]
    date: date
    active: bool = True
    training_gain: N = number("1", 0.1, 1e4, "factor on training efficiency", default=NO_GAIN)
    inference_gain: N = number("1", 0.1, 1e4, "factor on inference efficiency", default=NO_GAIN)
    pace: N = number(
        "1", 0.1, 20, "factor on the pace of research from then on (fades)", default=NO_GAIN
    )
    carried: N | None = number(
        "share", 0, 1, "added to what post-training carries into trained models", default=None
    )
    open: bool = True
    title: Line = ""
    description: Prose = ""
    source: Source

    @model_validator(mode="after")
    def _some_gain(self):
        if not self.model_fields_set & {"training_gain", "inference_gain", "pace", "carried"}:
            raise ValueError("gains nothing: give training_gain, inference_gain, pace or carried")
        return self


KINDS = kinds_of(Event, "instrument", globals())
"""The instruments: the models of events, by name."""
