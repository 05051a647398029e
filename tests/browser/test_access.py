"""The page for everybody: no serious finding of axe, text that can be read, room on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import looking as look

SERIOUS = ("serious", "critical")
SMALLEST = 11  # px of text in a chart
MOST_HEAD = 0.15  # of the height of a phone
TEXTS = """() => [...document.querySelectorAll('.moat svg.fan')].flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return scale ? [...svg.querySelectorAll('text')].map(text =>
        [scale * parseFloat(getComputedStyle(text).fontSize), text.textContent]) : [];
})"""


def findings(page) -> list[str]:
    """What axe finds serious: the rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_axe_finds_nothing_serious(visit, address, picture, width, height):
    """Light and dark; on a phone with the levers up, too."""
    page = visit(f"{address}/?n=64", viewport={"width": width, "height": height})
    look.idle(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"#app.theme--{scheme}").wait_for()
        picture(page, f"{width}_{scheme}")
        assert findings(page) == []
    if width < 600:
        page.get_by_role("button", name="Levers", exact=True).click()
        page.locator(".moat-side.open .lever").first.wait_for()
        picture(page, "levers_from_below")
        assert findings(page) == []


def test_a_phone_has_room_and_text_that_can_be_read(visit, address):
    page = visit(f"{address}/?n=64", viewport={"width": 390, "height": 844})
    look.idle(page)
    assert page.locator("html").get_attribute("lang") == "en"
    viewport = page.locator('meta[name="viewport"]').get_attribute("content")
    assert "user-scalable" not in viewport and "maximum-scale" not in viewport
    height = page.locator(".moat-head").evaluate("head => head.getBoundingClientRect().height")
    assert height <= MOST_HEAD * 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = [(size, text) for size, text in page.evaluate(TEXTS) if size < SMALLEST]
    assert small == []


def test_few_stops_to_the_clock_and_one_to_the_answer(visit, address):
    """By Tab alone: the first stop skips to the answer, the clock is among the first ten."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the answer"
    stops = 1
    while page.evaluate("document.activeElement.innerText.trim()") != "Play":
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 10
    page.locator(".moat-skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "moat-main"
