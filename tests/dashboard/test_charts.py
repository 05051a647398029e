"""Charts: what they draw is what was simulated, in well-formed SVG with words for everybody."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.verdict import Verdict
from viz.dashboard.charts.axes import frame, tick_labels, ticks
from viz.dashboard.charts.fan_chart import LABEL_SIZE, fan_chart, mark_text, overlay
from viz.dashboard.charts.fan_chart import NARROW as PHONE
from viz.dashboard.charts.panels import LEAD, PANELS
from viz.dashboard.charts.svg import width_of
from viz.dashboard.charts.timeline import NARROW, SIZE, WIDTH, timeline
from viz.dashboard.pages.sparkline import sparkline
from viz.dashboard.state.answers import Effect
from viz.figures.marks import marks
from viz.text.format import axis_unit


@pytest.mark.parametrize("panel", [LEAD, *PANELS], ids=lambda panel: panel.name)
def test_a_panel_is_drawn_whole(panel, pair):
    this, baseline = pair
    svg, at = fan_chart(panel, this, baseline, marks(this.tree), (1,), lanes=2)
    root = ET.fromstring(svg)
    assert root.get("role") == "group" and root.get("tabindex") == "0"  # its acts can be read
    assert panel.title in root.get("aria-label")
    looks = [group.get("class", "") for group in root.iter("g")]
    is_alone = len(panel.lines) == 1
    behind = ["baseline" if is_alone else f"baseline {line.look}" for line in panel.lines]
    assert [look for look in looks if look.startswith("baseline")] == behind
    unit = next(text for text in root.iter("text") if text.get("class") == "unit")
    assert unit.text == axis_unit(panel.unit)
    middle = next(p for p in root.iter("path") if p.get("class") == "middle")
    first_y = float(middle.get("d")[1:].split("L")[0].split()[1])
    assert first_y == pytest.approx(
        float(at.y(baseline.quantiles(panel.lines[0].outcome)[2, 0])), abs=0.06
    )
    tips = [t.text for t in root.iter("title") if t.text and t.text.startswith("2030-12")]
    assert len(tips) == 1 and "baseline" in tips[0]


def test_scenarios_stand_in_one_chart(pair):
    root = ET.fromstring(
        overlay(LEAD, [(pair[0], "case", "A<b"), (pair[1], "second", "B")], (900, 200))
    )
    assert [t.text for t in root.iter("title")] == ["A<b", "B"]


@pytest.mark.parametrize("gaps", [(0, 12), (0, None), (40, 52)])
def test_a_line_is_drawn_where_it_is_defined(pair, gaps):
    """Months before the first Chinese model, in some world or in all, are left out and told."""
    this, baseline = pair
    name, (first, last) = LEAD.lines[0].outcome, gaps
    values = this.outcomes[name].copy()
    values[first:last, 0] = np.nan
    values[first:last, 1:] = np.nan if first == 0 else values[first:last, 1:]
    other = replace(this, outcomes={name: values}, _quantiles={})
    svg, _ = fan_chart(LEAD, other, baseline, pinned=(0,), lanes=2)
    overlay(LEAD, [(other, "case", "A"), (baseline, "second", "B")], (900, 200))
    assert "nan" not in svg
    ET.fromstring(svg)
    where = "in any world" if first == 0 else f"in 1 of {this.worlds} worlds"
    assert f"not defined {where}: no US or no Chinese lab has a model yet" in svg


def test_marks_are_those_in_force(pair):
    names = {mark.name for mark in marks(pair[1].tree)}
    assert "chips_oct_2022" in names
    assert "mandate_draft_jun_2026" not in names  # switched off in the scenario
    assert "chips_oct_2022" not in {mark.name for mark in marks(pair[0].tree)}  # withheld


def test_the_time_line_holds_every_act(pair):
    acts = marks(pair[1].tree)
    root = ET.fromstring(timeline(acts, pair[1].months))
    assert len(list(root.iter("circle"))) == len([a for a in acts if a.month <= "2030-12"])


def boxes(svg, size):
    """Left, right and height of the labels of acts."""
    acts = [part for part in ET.fromstring(svg) if part.get("class", "").startswith("mark")]
    for text in (text for act in acts for text in act.iter("text")):
        x, wide = float(text.get("x")), width_of(text.text, size)
        if text.get("text-anchor") == "end":
            x -= wide
        yield x, x + wide, text.get("y")


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_labels_of_acts_do_not_collide(pair, width):
    """On the time line and over a large chart, on a screen and on a phone."""
    acts = marks(pair[1].tree)
    size, lanes = ((1000.0, 268.0), 2) if width == WIDTH else (PHONE, 3)
    drawn = (
        (timeline(acts, pair[1].months, width), SIZE, width),
        (fan_chart(LEAD, pair[1], None, acts, (), size, lanes)[0], LABEL_SIZE, size[0]),
    )
    for svg, font, wide in drawn:
        found = list(boxes(svg, font))
        assert len(found) > 2
        for one in found:
            assert one[0] >= -0.5 and one[1] <= wide + 0.5
            assert not [
                b for b in found if b[2] == one[2] and b[0] < one[1] and one[0] < b[1] and b != one
            ]


def test_the_line_of_an_act_lies_above_the_strips_of_months(pair):
    """Pointing at it tells act, date and source; a strip above it would hide them."""
    acts = [mark for mark in marks(pair[1].tree) if mark.month > "2020-01"]
    root = ET.fromstring(fan_chart(LEAD, pair[1], None, acts)[0])
    looks = [part.get("class", "") for part in root]
    assert looks.index("hover") < min(n for n, look in enumerate(looks) if look.startswith("mark"))
    drawn = [part for part in root if part.get("class", "").startswith("mark")]
    for mark in drawn:
        assert "hit" in [path.get("class") for path in mark.iter("path")]
    told = {title.text for mark in drawn for title in mark.iter("title")}
    assert {mark_text(act) for act in acts if act.month <= "2030-12"} == told


def test_a_mark_tells_act_day_and_source(pair):
    (mark,) = [mark for mark in marks(pair[1].tree) if mark.name == "chips_act_aug_2022"]
    told = mark_text(mark)
    assert told.startswith("CHIPS Act subsidies, US government, 9 August 2022. CHIPS and Science")
    assert f"Source: {mark.source}" in told and told in unescape(timeline([mark], pair[1].months))


@given(
    st.lists(st.floats(1e-8, 1e8), min_size=2, max_size=20),
    st.booleans(),
    st.sampled_from([None, 1.0]),
)
def test_every_value_lies_inside_the_frame(values, is_log, include):
    at = frame([np.array(values)], 12, is_log, include, (300, 200))
    y = at.y(np.array(values))
    assert (y >= at.top - 1e-6).all() and (y <= at.height - at.bottom + 1e-6).all()
    shown = ticks(at.low, at.high, is_log)
    assert all(at.low <= tick <= at.high for tick in shown)
    assert len(shown) <= 13


@pytest.mark.parametrize(
    ("low", "high", "is_log", "labels"),
    [
        (-3, 21, False, ["0", "5", "10", "15", "20"]),
        (0.1, 1.6, False, ["0.5", "1.0", "1.5"]),
        (0.1, 0.34, False, ["0.10", "0.15", "0.20", "0.25", "0.30"]),
        (9e5, 4.1e6, False, ["1m", "2m", "3m", "4m"]),
        (1e3, 2e6, True, ["1,000", "10,000", "100,000", "1m"]),
        (0.3, 3, True, ["0.5", "1", "2"]),
    ],
)
def test_labels_of_an_axis_tell_its_ticks_apart(low, high, is_log, labels):
    assert tick_labels(ticks(low, high, is_log), is_log) == labels


def path_of(low, middle, high):
    months = [f"{2020 + n}-12" for n in range(len(middle))]

    def verdict_at(month):
        at = (middle[month], low[month], high[month])
        return Verdict("innovation_effect", "%", months[month], *at, 0.9, 0.1)

    return Effect("innovation_effect", months, np.array([low, middle, high]), verdict_at)


def drawn_by(sparkline):
    root = ET.fromstring(sparkline)
    bands = {path.get("class"): path.get("d") for path in root.iter("path")}
    (title,) = root.iter("title")
    return root, bands, title.text


def test_a_sparkline_holds_the_band_of_its_title():
    """Ten times as wide as the medians, and drawn whole, each month at its own height."""
    _, paths, title = drawn_by(sparkline(path_of([0, -1, -3], [0, 1, 2], [0, 5, 20]), 2))
    assert "cut" not in paths and "cut" not in title and "median and 90 % of worlds, %" in title
    upper = [float(point.split()[1]) for point in paths["wide"][1:-1].split("L")][:3]
    zero = float(paths["reference"].split()[1].split("H")[0])
    assert (zero - upper[2]) / (zero - upper[1]) == pytest.approx(4, abs=0.1)


def test_a_cut_of_a_sparkline_is_seen_and_told():
    """Where the band would make the line flat; how far it goes stands there and in the title."""
    root, paths, title = drawn_by(sparkline(path_of([0, -1, -3], [0, 1, 2], [0, 5, 300]), 2))
    assert "cut where its edge is dashed: it goes up to 300 %" in title
    assert paths["cut"].startswith("M") and paths["cut"].count("M") == 1
    words = [text.text for text in root.iter("i") if text.get("class") == "cut"]
    assert words == ["up to 300 %"]
    assert "up to 300 %" in root.find(".//svg").get("aria-label")
