"""Paired differences, single worlds and files of a chart: the numbers are those of the verdict."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from markupsafe import escape
from matplotlib.figure import Figure

from sim.experiments.verdict import verdict
from sim.outcomes.presentation import levels_needed
from sim.research.forecasting.own import OwnObservation
from sim.research.forecasting.targets import BY_KEY, TARGETS
from viz.dashboard.charts.chart import Chart, Layer
from viz.dashboard.charts.chart_panel import caption_of, chart_of
from viz.dashboard.charts.differences import Differences, finite
from viz.dashboard.charts.fan_chart import SMALL, number_text
from viz.dashboard.charts.files import Origin, _draw, chart_csv, chart_figure
from viz.dashboard.charts.panels import LEAD, PANELS, own_panels
from viz.dashboard.charts.parts_chart import NARROW, WIDE, PartsChart, parts_file
from viz.dashboard.charts.single_worlds import spanning
from viz.dashboard.pages.cards import OUTCOMES
from viz.dashboard.pages.compare import chart_panels, outcomes, side_by_side
from viz.dashboard.state import own
from viz.dashboard.state.answers import shipped
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import SHOWN, effects, shown
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.dashboard.state.view import View
from viz.text.explanation import compared
from viz.text.sentences import phrase, size

ORIGIN = Origin("“No controls” against “As enacted”", 3, 7, "http://host/?s=no_controls")


@pytest.fixture(scope="module")
def simulation(pair):
    this, baseline = pair
    return Simulation(EditedScenario(this.name), this, baseline, effects(this, baseline))


@pytest.mark.parametrize("panel", [LEAD, *PANELS], ids=lambda panel: panel.name)
def test_a_chart_of_differences_shows_the_verdict(panel, simulation):
    """Unit, median, range and words of the shared verdict, in every month that can be drawn."""
    differences = Differences(simulation.effects)
    shown = differences.panel(panel, "As enacted", "No controls")
    assert "difference from “As enacted”" in shown.title and not shown.is_log
    assert shown.note.startswith("“No controls” minus “As enacted” in the same worlds")
    for of_levels in ("Below 0", "Dots", "Below 1"):
        assert of_levels not in shown.note
    unit = "percent of the level under “As enacted”" if shown.unit == "%" else shown.unit
    assert f"In {unit}." in shown.note
    for line in shown.lines:
        for month in ("2022-12", "2026-06", "2030-12"):
            found = verdict(simulation.effects, line.outcome, month)
            at = differences.months.index(month)
            assert number_text(differences, line.outcome, at, shown.unit) == size(found)
            quantiles = differences.quantiles(line.outcome)[[0, 2, 4], at]
            assert quantiles == pytest.approx([found.low, found.median, found.high], abs=1e-12)
    chart = Chart(shown, (Layer(differences, "A minus B"),), "name", "")
    svg, _ = chart.svg(SMALL)
    assert "nan" not in svg and f'class="unit" x="0" y="10">{shown.unit}</text>' in svg
    note = shown.note.split()[:12]
    table, drawn = chart_csv(chart, ORIGIN), chart_figure(chart, ORIGIN, "svg").decode()
    assert " ".join(note) in table and f",{shown.unit}," in table
    assert " ".join(note) in " ".join(drawn.split()) and f">{shown.unit}</text>" in drawn


def test_a_month_of_infinite_differences_is_left_out():
    """Of nothing any change is infinitely large: the verdict gives it in its own unit instead."""
    drawn = finite(np.array([[np.inf, 1.0], [np.nan, 2.0]]))
    assert np.isnan(drawn[0]).all() and drawn[1, 1] == 2.0


def test_single_worlds_span_the_band():
    """101 worlds in which world n ends at n, one of them undefined at the end."""
    values = np.vstack([np.zeros(101), np.arange(101.0)])
    assert spanning(values) == (5, 25, 50, 75, 95)
    values[-1, 50] = np.nan
    assert spanning(values) == (5, 25, 51, 75, 95)  # ranks among 100
    assert spanning(np.full((2, 3), np.nan)) == ()


def test_switches_of_the_page_change_every_chart(simulation):
    """Levels over the baseline, or differences alone; the caption says which, and which worlds."""
    session = Session(View(scenario=simulation.scenario))
    levels = chart_of(session, simulation, LEAD, True)
    assert [layer.look for layer in levels.layers] == ["baseline", "case"] and not levels.worlds
    session.charts.set("differences")
    session.singles.set(True)
    chart = chart_of(session, simulation, LEAD, True)
    (layer,) = chart.layers
    assert layer.name == "No controls minus As enacted"
    assert set(chart.worlds) == set(spanning(layer.fans.outcomes["lead_months"]))
    caption = caption_of(session, simulation)
    assert "“No controls” minus “As enacted” in the same worlds" in chart.panel.note
    assert "single worlds, those at the 5th, 25th" in caption and "Dots" not in caption
    alone = replace(simulation, effects=None)
    assert "minus" not in chart_of(session, alone, LEAD, True).panel.note  # levels
    assert "Dots" in caption_of(session, alone)


@pytest.fixture
def observed():
    """Observations of whoever started the server: on a panel, outside the run, on none."""
    rows = (
        ("lead_months", "US-China", "2025-06", 400.0),
        ("lead_months", "US-China", "2019-06", 5.0),
        ("compute", "World", "2025-06", 9e6),
    )
    own.draw(
        OwnObservation(BY_KEY[series, actor], month, value, 0.9 * value, 1.1 * value)
        for series, actor, month, value in rows
    )
    yield
    own.draw(())


def test_observations_of_the_owner_are_diamonds(simulation, observed):
    """Beside ours, in charts, files and caption; a series without a panel gets one."""
    session = Session(View(scenario=simulation.scenario))
    chart = chart_of(session, simulation, LEAD, True)
    svg, at = chart.svg(SMALL)
    assert svg.count('class="diamond"') == 1 and at.high > 440  # the axis holds its range
    assert "your observation, 2025-06: 400 months [360, 440]" in svg
    assert "Open diamonds" in caption_of(session, simulation)
    assert "open diamonds: your own" in chart_csv(chart, ORIGIN)
    assert "Open diamonds" in chart_figure(chart, ORIGIN, "svg").decode()
    (panel,) = own_panels()
    assert (panel.unit, panel.lines[0].outcome) == ("H100e", "world_compute")
    assert panel.is_log and "world_compute" in shown() and set(SHOWN) < set(shown())
    session.charts.set("differences")
    assert "diamond" not in chart_of(session, simulation, LEAD, True).svg(SMALL)[0]
    assert "diamonds" not in caption_of(session, simulation)


@pytest.mark.parametrize(
    "target", [one for one in TARGETS if one.outcome], ids=lambda one: one.outcome
)
def test_effects_on_what_was_observed_have_the_levels_they_need(target):
    own.draw([OwnObservation(target, "2025-06", 1.0, 1.0, 1.0)])
    try:
        assert {target.outcome, *levels_needed(shown())} <= set(shown())
    finally:
        own.draw(())


def test_a_chart_is_taken_away_with_its_origin(simulation):
    """Caption, source, version, seed and link stand in each file; the table holds the numbers."""
    layers = (
        Layer(simulation.baseline, "As enacted", "baseline"),
        Layer(simulation.ensemble, "No controls"),
    )
    chart = Chart(LEAD, layers, "name", "Lines: median.", worlds=(2,))
    notes = [line for line in chart_csv(chart, ORIGIN).splitlines() if line.startswith("#")]
    said = dict(note.removeprefix("# ").split(": ", 1) for note in notes)
    assert list(said) == [
        *("title", "caption", "source", "scenario", "version", "worlds", "seed", "link"),
    ]
    assert said["seed"] == "7" and said["link"] == ORIGIN.link and "Epoch" in said["source"]
    assert said["version"].startswith("moat ") and "Lines: median." in said["caption"]
    rows = chart_csv(chart, ORIGIN).splitlines()[len(notes) :]
    last = list(csv.DictReader(rows))[-1]
    assert (last["scenario"], last["month"], last["unit"]) == ("No controls", "2030-12", "months")
    median = simulation.ensemble.quantiles("lead_months")[2, -1]
    assert float(last["p50"]) == pytest.approx(median, rel=1e-5)
    world = simulation.ensemble.outcomes["lead_months"][-1, 2]
    assert float(last["world_2"]) == pytest.approx(world, rel=1e-5)
    drawn = chart_figure(chart, ORIGIN, "svg").decode()
    for text in ("seed 7", "moat ", "http://host/", "Lines: median.", LEAD.title, "Source: bands"):
        assert text in drawn
    assert "Epoch" in drawn.split("Source: bands")[1]


def test_lines_of_two_blocs_are_told_apart_in_the_legend(simulation):
    """In each scenario each has a look of its own, also behind the scenario on the page."""
    (panel,) = [panel for panel in PANELS if panel.name == "capability"]
    layers = (Layer(simulation.baseline, "A", "baseline"), Layer(simulation.ensemble, "B"))
    axes = Figure().subplots()
    _draw(axes, Chart(panel, layers, "name", ""))
    drawn = axes.get_legend().get_lines()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        *("US, A", "China, A", "US, B", "China, B"),
    ]
    assert len({(line.get_color(), line.get_linestyle()) for line in drawn}) == 4


def test_the_question_is_the_first_row_of_compare(simulation):
    """As a paired difference, which Compare shows unless asked for levels; those have no such row.

    A scenario alone has no such number: it is a difference between two.
    """
    assert View().compare_charts == "differences" != View().charts
    found = verdict(simulation.effects, OUTCOMES[0], "2030-12")
    rows = outcomes(side_by_side(simulation, [], True), "2030-12")
    assert rows[0][2] == [size(found)]
    levels = outcomes(side_by_side(simulation, []), "2030-12")
    assert rows[0][0] not in [row[0] for row in levels] and len(levels) == len(rows) - 1
    panels = [chart_panels(is_difference) for is_difference in (True, False)]
    first, alone = (next(iter(titles.values())).lines[0].outcome for titles in panels)
    assert (first, alone) == (OUTCOMES[0], "lead_months")


@pytest.mark.parametrize("by", ["channel", "instrument"])
def test_the_shipped_split_is_drawn_and_taken_away(by):
    """Every part of every card's outcome with its name; files say whose worlds and which seed."""
    found = shipped().explained(by, OUTCOMES)
    chart = PartsChart(found, "Whose worlds.")
    assert tuple(found.splits) == OUTCOMES
    for name, split in found.splits.items():
        for rows in (WIDE, NARROW):
            drawing = chart.svg(name, rows)
            assert drawing.count("<rect") == len(split.rows) and "nan" not in drawing
            assert all(f">{escape(phrase(part.channel))}</text>" in drawing for part in split.rows)
    text = parts_file(chart, ORIGIN, "CSV")
    notes = [line for line in text.splitlines() if line.startswith("#")]
    worlds = found.about["worlds"]
    assert {f"# worlds: {worlds}", "# seed: 0", f"# link: {ORIGIN.link}"} <= set(notes)
    table = list(csv.DictReader(text.splitlines()[len(notes) :]))
    assert {row["outcome"] for row in table} == set(OUTCOMES)
    drawn = parts_file(chart, ORIGIN, "SVG").decode()
    assert compared(found) in drawn and "Whose worlds." in " ".join(drawn.split())
    assert "None" not in drawn and f"worlds {worlds}" in drawn


def test_an_effect_that_no_world_has_is_not_drawn():
    """Its sentence says so."""
    found = shipped().explained("channel", OUTCOMES)
    split = found.splits["lead_months"]
    nowhere = replace(split, rows=[replace(row, share_defined=0.0) for row in split.rows])
    found.splits["lead_months"] = nowhere
    assert PartsChart(found, "").svg("lead_months", WIDE) == ""
    assert shipped().explained("act", OUTCOMES) is None
