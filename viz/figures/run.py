"""The figures of a run: lead, capability, efficiency, compute; and the economy around them."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from sim.record.results import Results
from sim.research.forecasting.own import OwnObservation
from viz.figures.observations import OWN
from viz.figures.panels import Line, Panel, both, caption, heading
from viz.figures.theme import (
    BLUE,
    CHINA,
    GREEN,
    GREY,
    INK,
    NEUTRAL,
    ORANGE,
    PURPLE,
    US,
    VERMILION,
    line,
    styled,
)
from viz.text.carried import bands_start
from viz.text.format import SHORT, ranged, when

CAPTION = (
    "Lines: median over {worlds} worlds; dark and light bands: 50 % and 90 % of worlds "
    "(uncertain parameters, and luck). Dots: observations to the end of 2025 with their range. "
    "Dotted vertical lines: main acts, and shocks; American blue, Chinese vermilion; some "
    "are named. {start}Conditional forecasts, not predictions."
)

LEAD = Panel(
    "Lead of the US over China",
    "months",
    (Line("lead_months", NEUTRAL, "", "lead_months_observed", INK),),
    level=0,
)
CAPABILITY = Panel(
    "Best released model",
    "Epoch Capabilities Index, points",
    both("{}_frontier", "{}_frontier"),
    legend="lower right",
)
EFFICIENCY = Panel(
    "Efficiency of the best Chinese methods over the best US ones",
    "% (100: equal)",
    (
        Line("efficiency_ratio", line(PURPLE), "training"),
        Line("inference_efficiency_ratio", line(ORANGE, "--"), "inference"),
    ),
    scale=100,
    is_log=True,
    level=100,
    legend="lower right",
)
COMPUTE = Panel(
    "Installed accelerators",
    "H100 equivalents",
    both("{}_compute", "{}_compute"),
    is_log=True,
    legend="lower right",
)
REPLICATION = Panel(
    "Cost for China to rebuild the US frontier, over what the leader paid",
    "ratio (1: the same)",
    (Line("replication_cost", NEUTRAL),),
    is_log=True,
    level=1,
)
EROSION = Panel(
    "How long an advantage lasts",
    "months",
    (
        Line("moat_half_life", US, "half-life of a gain of lead"),
        Line("open_lag_months", line(ORANGE, "--"), "lag of open weights"),
    ),
    legend="upper right",
)
HOME_CHIPS = Panel(
    "Accelerators that China installs, last twelve months",
    "%",
    (
        Line("domestic_share", CHINA, "home-made, share of compute", "domestic_share"),
        Line("domestic_share_units", line(VERMILION, "--"), "home-made, share of chips"),
        Line("domestic_share_value", line(VERMILION, "-."), "home-made, share of money"),
        Line("leaked_share", line(PURPLE, ":"), "smuggled, share of compute"),
    ),
    scale=100,
    limits=(0, 100),
    legend="center left",
)
REVENUE = Panel(
    "Revenue from AI services, twelve months",
    "USD bn",
    both("{}_service_revenue"),
    is_log=True,
    limits=(1e-3, 1e3),
)
PRICE = Panel(
    "Price of a fixed quality (GPT-4 of March 2023)",
    "USD per million tokens",
    (Line("quality_price", NEUTRAL, "cheapest offer"),),
    is_log=True,
)
WORTH = Panel(
    "Worth of sectors",
    "December 2024 = 100",
    (
        Line("value_chips", line(BLUE), "chip makers"),
        Line("value_power", line(ORANGE, "--"), "power equipment"),
        Line("value_index", line(GREY, ":"), "market index"),
    ),
    is_log=True,
)
INVESTMENT = Panel(
    "Private investment in AI, twelve months",
    "USD bn",
    both("{}_investment", "private_investment_{}"),
    is_log=True,
    limits=(0.5, None),
)
POWER = Panel(
    "Installed AI chips that have power",
    "% of chips",
    both("{}_powered"),
    scale=100,
    limits=(0, 105),
)
SHARES = Panel(
    "China's share",
    "%",
    (
        Line("application_share", line(VERMILION), "value of applied AI"),
        Line("talent_share", line(PURPLE, "--"), "researchers"),
        Line("china_use_abroad", line(GREEN, ":"), "tokens used abroad"),
    ),
    scale=100,
    limits=(0, 75),
)
RUN = (LEAD, CAPABILITY, EFFICIENCY, COMPUTE)
ECONOMY = (REVENUE, PRICE, WORTH, INVESTMENT, POWER, SHARES)


def caption_of(results: Results, own: Sequence[OwnObservation] = ()) -> str:
    """What lines, bands, dots and verticals of a run are."""
    start = (OWN if own else "") + bands_start(results.carried_from)
    return CAPTION.format(worlds=results.about["worlds"], start=start)


def run_figure(results: Results, own: Sequence[OwnObservation] = ()) -> Figure:
    """Lead, capability, efficiency and compute of a run, with bands, events and history."""
    last = results.months[-1]
    q = {key: values[-1] for key, values in results.quantiles("lead_months").items()}
    lead = ranged(q["p50"], q["p5"], q["p95"], "months", SHORT)
    undefined = results.undefined("lead_months", last)
    lead = f"{lead} ({undefined})" if q["share_defined"] and undefined else undefined or lead
    return _sheet(results, f"the US lead in {when(last)} is {lead}", RUN, (12, 8.2), own)


def economy_figure(results: Results, own: Sequence[OwnObservation] = ()) -> Figure:
    """What AI earns, costs, is worth and is used for, with bands, events and history."""
    return _sheet(results, "the economy around the race", ECONOMY, (12, 11), own)


@styled
def _sheet(
    results: Results,
    title: str,
    panels: tuple[Panel, ...],
    size: tuple[float, float],
    own: Sequence[OwnObservation],
) -> Figure:
    """Panels in two columns under a title, with one caption for all."""
    figure = Figure(figsize=size, layout="constrained")
    for axes, panel in zip(figure.subplots(len(panels) // 2, 2).flat, panels, strict=True):
        panel.draw(axes, results, own)
    heading(figure, f"{results.about['scenario']['title']}: {title}")
    caption(figure, caption_of(results, own))
    return figure
