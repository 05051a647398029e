"""The panels of the first page: outcomes, units, axes, history."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One fan in a panel.

    Attributes:
        outcome: of `sim.outcomes.catalogue`.
        look: class of its colour and stroke in page.css.
        history: series of observations drawn as dots.
    """

    outcome: str
    look: str = "case"
    label: str = ""
    history: str = ""


@dataclass(frozen=True)
class Panel:
    """One chart.

    Attributes:
        reference: value at which a line is drawn, with the words beside it.
        note: what a reader has to know.
    """

    name: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    note: str
    is_log: bool = False
    reference: tuple[float, str] | None = None


LEAD = Panel(
    "lead",
    "Lead of the US over China",
    "months",
    (Line("lead_months", history="lead_months_observed"),),
    "Months since the best US model was where the best Chinese model is now; below 0 China leads. "
    "Dots: released models to the end of 2024, counted in whole steps.",
    reference=(0.0, "no lead"),
)
PANELS = (
    Panel(
        "capability",
        "Best released model",
        "ECI points",
        (
            Line("us_frontier", "us", "US", "us_frontier"),
            Line("china_frontier", "china", "China", "china_frontier"),
        ),
        "Epoch Capabilities Index of the best model released so far.",
    ),
    Panel(
        "compute",
        "Installed accelerators",
        "H100e",
        (Line("us_compute", "us", "US"), Line("china_compute", "china", "China")),
        "Chips in use in labs and clouds, counted in H100 equivalents by peak performance.",
        is_log=True,
    ),
    Panel(
        "efficiency",
        "Training efficiency, China over US",
        "1",
        (Line("efficiency_ratio"),),
        "Compute that the best US methods need for a result, over what the best Chinese need.",
        is_log=True,
        reference=(1.0, "equal"),
    ),
    Panel(
        "prices",
        "Price of GPT-4's quality",
        "USD/1e6 tokens",
        (Line("quality_price"),),
        "Lowest price anywhere at which the quality of GPT-4 (March 2023) is served.",
        is_log=True,
    ),
    Panel(
        "moat",
        "Moat in money: rebuilding the frontier",
        "1",
        (Line("replication_cost"),),
        "What it costs the best placed Chinese lab to train today what the US frontier has "
        "released, over what the leader paid. Below 1 following is cheaper than leading.",
        is_log=True,
        reference=(1.0, "as dear as leading"),
    ),
    Panel(
        "half_life",
        "Moat in time: half-life of a gain",
        "months",
        (Line("moat_half_life"),),
        "Months until half of the lead gained by a release is gone, over all releases so far.",
    ),
)
