"""The drawing of the supply network can be read: no label lies on another, none is cut off."""

from itertools import combinations

import pytest

from sim.scenario.load import load
from viz.dashboard.network.layout import HEADINGS, HEIGHT, LINE, TOP, WIDTH, label_top, places

CHARACTER = 5.7  # width of a character of a label
SCENARIOS = ("as_enacted", "taiwan_disruption")


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
