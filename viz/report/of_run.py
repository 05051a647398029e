"""The sections of a run: lead, moat, efficiency, compute, money, use, network, tables."""

from __future__ import annotations

from collections.abc import Callable

from sim.results import Results
from sim.screen import cell, shown_months
from viz import economy, figures
from viz.report import words
from viz.report.assumptions import assumptions
from viz.report.differences import acts, plain
from viz.report.drawing import Drawing, Panel, panel, whole
from viz.report.figures import erosion_panel, home_panel, replication_panel
from viz.report.network import CAPTION, network_figure
from viz.report.page import Section, Table

HANGS_ON = ("lead_months", "china_frontier", "domestic_share")
Part = tuple[str, Callable[[Results], str], tuple[tuple[str, Panel], ...]]
PARTS: tuple[Part, ...] = (
    (
        "The lead",
        words.lead,
        (
            ("months by which the US leads China on released models", figures.lead_panel),
            ("capability of the best released model on both sides", figures.capability_panel),
        ),
    ),
    (
        "The moat",
        words.moat,
        (
            ("what it costs China to rebuild the US frontier", replication_panel),
            ("half-life of a gain of lead, and lag of open weights", erosion_panel),
        ),
    ),
    (
        "Efficiency",
        words.efficiency,
        (("efficiency of Chinese over US methods", figures.efficiency_panel),),
    ),
    (
        "Compute and home chips",
        words.compute,
        (
            ("installed accelerators on both sides", figures.compute_panel),
            ("home-made and smuggled shares of China's accelerators", home_panel),
            ("share of installed chips that has power", economy.power_panel),
        ),
    ),
    (
        "Money and application",
        words.money,
        (
            ("revenue of AI services on both sides", economy.revenue_panel),
            ("price of a fixed quality", economy.price_panel),
            ("worth of chip makers, power equipment and the market", economy.worth_panel),
            ("private investment in AI on both sides", economy.investment_panel),
            ("China's share of applied AI, researchers and use abroad", economy.shares_panel),
        ),
    ),
)


def question(results: Results) -> str:
    """What a run answers."""
    return f"What comes of it: {results.about['scenario']['title']}?"


def sections(results: Results) -> list[Section]:
    """What a run shows, what it is made of, what it assumes."""
    title = results.about["scenario"]["title"]
    parts = [_part(part, results, title) for part in PARTS]
    return [*parts, tied(results), table_of(results), acts(results.about["scenario"])]


def assumed(results: Results) -> Section:
    """What the answer hangs on."""
    return assumptions(results, HANGS_ON)


def _part(part: Part, results: Results, title: str) -> Section:
    heading, sentence, panels = part
    caption = _caption(results)
    drawings = [
        panel(draw, results, caption if at == 0 else "", f"{title}: {_alt(results, what)}")
        for at, (what, draw) in enumerate(panels)
    ]
    return Section(heading, [sentence(results)], drawings=drawings)


def _caption(results: Results) -> str:
    return figures.CAPTION.format(worlds=results.about["worlds"])


def _alt(results: Results, what: str) -> str:
    return (
        f"{what}, {results.months[0]} to {results.months[-1]}, median with 50 and 90 % of worlds; "
        "the numbers stand in the table of outcomes."
    )


def tied(results: Results) -> Section:
    """The network in the last month."""
    month = words.told_month(results)
    title = results.about["scenario"]["title"]
    drawing = whole(
        network_figure(results, month),
        f"{title}: network of tool and memory makers, foundries, chip suppliers, labs and markets "
        f"in {month}",
    )
    caption = CAPTION.format(month=month, worlds=results.about["worlds"])
    return Section("Who is tied to whom", drawings=[Drawing(drawing.svg, caption)])


def table_of(results: Results, caption: str = "Outcomes") -> Section:
    """All outcomes at year ends, the main ones first."""
    about = results.about
    months = shown_months(results)
    rows = []
    for name in results.names:
        q, outcome = results.quantiles(name), results.outcomes[name]
        cells = [
            cell(
                {key: float(values[results.months.index(month)]) for key, values in q.items()},
                outcome.attrs["unit"],
            )
            for month in months
        ]
        rows.append([f"{name}, {outcome.attrs['unit']}", *cells, plain(outcome.attrs["meaning"])])
    whose = "median [5 %, 95 %] of" if results.is_comparison is False else "differences between"
    text = f"{caption} at year ends: {whose} {about['worlds']} worlds"
    table = Table(text, ["outcome, unit", *months, "meaning"], rows, numeric=True)
    return Section(f"Table of {caption.lower()}", tables=[table])
