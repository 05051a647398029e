"""The drawing of the supply network can be read: no label lies on another, none is cut off."""

import re
from itertools import combinations

import numpy as np
import pytest

from sim.scenario.load import load
from viz.dashboard.charts.fan_chart import SMALL
from viz.dashboard.network.actor_facts import main_series, quantiles_of, state, words_of
from viz.dashboard.network.actor_page import chart
from viz.dashboard.network.drawing import network_svg
from viz.dashboard.network.kinds import KINDS
from viz.dashboard.network.layout import HEADINGS, HEIGHT, LINE, TOP, WIDTH, label_top, places
from viz.dashboard.network.links import Link, links
from viz.dashboard.state.actor_series import simulate_actors
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.figures.flows import FLOORS, is_noticeable

CHARACTER = 5.7  # width of a character of a label
SCENARIOS = ("as_enacted", "taiwan_disruption")


@pytest.fixture(scope="module")
def actors():
    """What everybody did without controls, in two worlds."""
    return simulate_actors((EditedScenario("no_controls"), 2, 0))


def test_no_link_is_drawn_below_its_floor(actors):
    """A hundred chips, a hundred H100 rented: less is no flow, however little there is else."""
    kinds = set()
    for month in range(0, len(actors.months), 13):
        for link in links(actors, month):
            kinds.add(link.kind)
            assert link.is_stopped or link.flow >= FLOORS.get(link.unit, 0.0), link
    assert {"chips", "delivered", "die", "money", "service"} <= kinds
    tiny = Link("US clouds", "DeepSeek", "rental", 0.0021, "H100e")
    assert not is_noticeable(tiny.flow, tiny.unit)


def test_nobody_is_drawn_before_it_is_there(actors):
    """DeepSeek begins in 2021; before that it has no numbers, not those of nothing."""
    lab = actors.names["lab"].index("DeepSeek")
    first = int(np.argmax(actors.quantiles["active"][2, :, lab] > 0))
    assert actors.months[first][:4] in ("2021", "2022")
    for series in main_series(actors, "labs"):
        values = quantiles_of(actors, series, "DeepSeek")
        assert np.isnan(values[:, :first]).all() and np.isfinite(values[:, first + 12 :]).all()
        assert values[np.isfinite(values)].min() > -10  # no stand-in for what is not known
        assert "nan" not in chart(actors, "labs", "DeepSeek", series).svg(SMALL)[0]
    assert 'data-name="DeepSeek"' not in network_svg(actors, 0)
    assert 'data-name="DeepSeek"' in network_svg(actors, first)
    assert "not there yet" in {fact.text for fact in state(actors, "labs", "DeepSeek", 0)}


def test_titles_are_words(actors):
    """No formula and no key above a chart."""
    for kind in KINDS.values():
        for series in kind.drawn:
            words = words_of(actors.about[series].meaning)
            assert not re.search(r"\bln\b|[_/=^]|\(", words), words


def label_box(place):
    """Left, top, right and bottom of a label, as it is drawn."""
    width = CHARACTER * max(map(len, place.lines))
    if place.kind == "border":
        left, top = place.x + 8, place.top + 3
        return left, top, left + width, top + LINE
    if place.side == "right":
        left = place.x + place.radius + 5
        return left, place.y - LINE / 2, left + width, place.y + LINE / 2
    top = label_top(place)
    return place.x - width / 2, top, place.x + width / 2, top + LINE * len(place.lines)


def labels(scenario):
    """Left, top, right and bottom of every label by its name, headings included."""
    boxes = {name: label_box(place) for name, place in places(load(scenario).scenario).items()}
    for text, x in HEADINGS:
        half = CHARACTER * len(text) / 2
        boxes[f"heading {text}"] = (x - half, TOP - 12 - LINE + 3, x + half, TOP - 9)
    return boxes


def on_another(first, second):
    """Whether two boxes share more than an edge."""
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    return wide > 0 and high > 0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_label_lies_on_another(scenario):
    pairs = combinations(labels(scenario).items(), 2)
    assert [(a, b) for (a, first), (b, second) in pairs if on_another(first, second)] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_label_leaves_the_picture(scenario):
    cut = {
        name: box
        for name, box in labels(scenario).items()
        if box[0] < 0 or box[1] < 0 or box[2] > WIDTH or box[3] > HEIGHT
    }
    assert cut == {}


def test_no_label_lies_on_an_actor():
    at = places(load("as_enacted").scenario)
    for name, box in labels("as_enacted").items():
        for place in at.values():
            if place.kind == "border" or place.name == name:
                continue
            r = place.radius
            body = (place.x - r, place.y - r, place.x + r, place.y + r)
            assert not on_another(box, body), f"{name} on {place.name}"
