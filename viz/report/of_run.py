"""The sections of a run: lead, moat, efficiency, compute, money, use, network, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.outcomes.catalogue import label_of
from sim.record.results import Results
from viz.figures import economy
from viz.figures import overview as figures
from viz.report import words
from viz.report.assumptions import assumptions
from viz.report.differences import acts, plain
from viz.report.drawing import Drawing, Panel, panel, whole
from viz.report.figures import erosion_panel, home_panel, replication_panel
from viz.report.network import CAPTION, network_figure
from viz.report.page import Section, Table
from viz.text.results import WORDED, cell, shown_months

HANGS_ON = ("lead_months", "china_frontier", "domestic_share")
Part = tuple[str, Callable[[Results], str], tuple[tuple[str, Panel], ...]]
PARTS: tuple[Part, ...] = (
    (
        "The lead",
        words.capability,
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
    title, month = results.about["scenario"]["title"], words.told_month(results)
    return f"{title}: who leads in {month[:4]}, by how much, and what carries it?"


def sections(results: Results) -> list[Section]:
    """What a run shows, and what it is made of."""
    return [*drawings(results), table_of(results), acts(results.about["scenario"])]


def drawings(results: Results, whose: str = "") -> list[Section]:
    """The figures of a run; `whose` stands before the headings where there are several."""
    parts = [*(_part(part, results) for part in PARTS), tied(results)]
    return [replace(one, title=f"{whose}{one.title}") for one in parts]


def assumed(results: Results) -> Section:
    """What the answer hangs on."""
    return assumptions(results, HANGS_ON)


def _part(part: Part, results: Results) -> Section:
    title = results.about["scenario"]["title"]
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
    """Outcomes at year ends: the main ones, and all of them on demand."""
    about = results.about
    whose = "of differences between" if results.is_comparison else "of"
    text = f"at year ends: median [5 %, 95 %] {whose} {about['worlds']} worlds"
    head = ["outcome, unit", *shown_months(results)]
    main = [name for name in WORDED if name in results.names]
    some = [[_titled(row[0]), *row[1:-1]] for row in _rows(results, main)]
    rows = _rows(results, results.names)
    every = f"All {len(rows)} with their names and meanings, {text}"
    tables = [
        Table(f"{caption} {text}", head, some, numeric=True),
        Table(every, [*head, "meaning"], rows, folded=True, numeric=True),
    ]
    return Section(caption, tables=tables)


def _titled(told: str) -> str:
    """`lead_months, months` in words: `The US lead in time, months`."""
    name, _, unit = told.partition(", ")
    label = label_of(name)
    return f"{label[0].upper()}{label[1:]}" + ("" if unit == "1" else f", {unit}")


def _rows(results: Results, names: list[str]) -> list[list[str]]:
    """A row an outcome."""
    rows = []
    places = [results.months.index(month) for month in shown_months(results)]
    for name in names:
        q, outcome = results.quantiles(name), results.outcomes[name]
        unit, meaning = outcome.attrs["unit"], plain(outcome.attrs["meaning"])
        cells = [cell({key: float(q[key][at]) for key in q}, unit) for at in places]
        whole_ranges = [text.replace(", ", ",\u00a0") for text in cells]
        rows.append([f"{name}, {unit}", *whole_ranges, meaning])
    return rows
