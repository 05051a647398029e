"""The figures of a run: lead, capability, efficiency, compute; and the economy around them."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.record.results import Results
from viz.figures import theme
from viz.figures.panels import Line, Panel, both, caption, heading
from viz.text.format import ranged

CAPTION = (
    "Lines: median over {worlds} worlds; dark and light bands: 50 % and 90 % of worlds "
    "(uncertain parameters, and luck). Dots: observations to the end of 2024 with their range. "
    "Dotted verticals: main acts taking effect, and shocks; American blue, Chinese vermilion; some "
    "are named. "
    "Conditional forecasts, not predictions."
)

LEAD = Panel(
    "Lead of the US over China",
    "months",
    (
        Line(
            "lead_months_observed",
            theme.NEUTRAL,
            history="lead_months_observed",
            dot_color=theme.INK,
        ),
    ),
    "months by which the US leads China on released models",
    level=0,
)
CAPABILITY = Panel(
    "Best released model",
    "Epoch Capabilities Index, points",
    both("{}_frontier", "{}_frontier"),
    "capability of the best released model on both sides",
    legend="lower right",
)
EFFICIENCY = Panel(
    "Efficiency of the best Chinese methods over the best US ones",
    "ratio (1: equal)",
    (
        Line("efficiency_ratio", {"color": theme.PURPLE, "linestyle": "-"}, "training"),
        Line("inference_efficiency_ratio", {"color": theme.ORANGE, "linestyle": "--"}, "inference"),
    ),
    "efficiency of Chinese over US methods",
    is_log=True,
    level=1,
    legend="lower right",
)
COMPUTE = Panel(
    "Installed accelerators",
    "H100 equivalents",
    both("{}_compute", "{}_compute"),
    "installed accelerators on both sides",
    is_log=True,
    legend="lower right",
)
REPLICATION = Panel(
    "Cost for China to rebuild the US frontier, over what the leader paid",
    "ratio (1: the same)",
    (Line("replication_cost", theme.NEUTRAL),),
    "what it costs China to rebuild the US frontier",
    is_log=True,
    level=1,
)
EROSION = Panel(
    "How long an advantage lasts",
    "months",
    (
        Line("moat_half_life", theme.US, "half-life of a gain of lead"),
        Line("open_lag_months", {"color": theme.ORANGE, "linestyle": "--"}, "lag of open weights"),
    ),
    "half-life of a gain of lead, and lag of open weights",
    legend="upper right",
)
HOME_CHIPS = Panel(
    "Accelerators that China installs, last twelve months",
    "%",
    (
        Line("domestic_share", theme.CHINA, "home-made, share of units", "domestic_share"),
        Line(
            "leaked_share",
            {"color": theme.PURPLE, "linestyle": ":"},
            "smuggled, share of compute",
        ),
    ),
    "home-made and smuggled shares of China's accelerators",
    scale=100,
    limits=(0, 100),
    legend="center left",
)
REVENUE = Panel(
    "Revenue from AI services, twelve months",
    "USD bn",
    both("{}_service_revenue"),
    "revenue of AI services on both sides",
    is_log=True,
    limits=(1e-3, 1e3),
)
PRICE = Panel(
    "Price of a fixed quality (GPT-4 of March 2023)",
    "USD per million tokens",
    (Line("quality_price", theme.NEUTRAL, "cheapest offer"),),
    "price of a fixed quality",
    is_log=True,
)
WORTH = Panel(
    "Worth of sectors",
    "December 2024 = 100",
    (
        Line("value_chips", {"color": theme.BLUE, "linestyle": "-"}, "chip makers"),
        Line("value_power", {"color": theme.ORANGE, "linestyle": "--"}, "power equipment"),
        Line("value_index", {"color": theme.GREY, "linestyle": ":"}, "market index"),
    ),
    "worth of chip makers, power equipment and the market",
    is_log=True,
)
INVESTMENT = Panel(
    "Private investment in AI, twelve months",
    "USD bn",
    both("{}_investment", "private_investment_{}"),
    "private investment in AI on both sides",
    is_log=True,
    limits=(0.5, None),
)
POWER = Panel(
    "Installed AI chips that have power",
    "% of chips",
    both("{}_powered"),
    "share of installed chips that has power",
    scale=100,
    limits=(0, 105),
)
SHARES = Panel(
    "China's share",
    "%",
    (
        Line(
            "application_share",
            {"color": theme.VERMILION, "linestyle": "-"},
            "value of applied AI",
        ),
        Line("talent_share", {"color": theme.PURPLE, "linestyle": "--"}, "researchers"),
        Line(
            "china_use_abroad",
            {"color": theme.GREEN, "linestyle": ":"},
            "tokens used abroad",
        ),
    ),
    "China's share of applied AI, researchers and use abroad",
    scale=100,
    limits=(0, 75),
)
RUN = (LEAD, CAPABILITY, EFFICIENCY, COMPUTE)
ECONOMY = (REVENUE, PRICE, WORTH, INVESTMENT, POWER, SHARES)


def run_figure(results: Results) -> Figure:
    """Lead, capability, efficiency and compute of a run, with bands, events and history."""
    last = results.months[-1]
    q = {key: values[-1] for key, values in results.quantiles("lead_months_observed").items()}
    lead = ranged(q["p50"], q["p5"], q["p95"], "months")
    return _sheet(results, f"the US lead at {last} is {lead}", RUN, (12, 8.2))


def economy_figure(results: Results) -> Figure:
    """What AI earns, costs, is worth and is used for, with bands, events and history."""
    return _sheet(results, "the economy around the race", ECONOMY, (12, 11))


@theme.styled
def _sheet(
    results: Results, title: str, panels: tuple[Panel, ...], size: tuple[float, float]
) -> Figure:
    """Panels in two columns under a title, with one caption for all."""
    figure = Figure(figsize=size, layout="constrained")
    for axes, panel in zip(figure.subplots(len(panels) // 2, 2).flat, panels, strict=True):
        panel.draw(axes, results)
    heading(figure, f"{results.about['scenario']['title']}: {title}")
    caption(figure, CAPTION.format(worlds=results.about["worlds"]))
    return figure
