"""Colours, and windows in which little fits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import looking as look


def ground(page) -> str:
    """The colour behind the page."""
    return page.evaluate("getComputedStyle(document.querySelector('.moat')).backgroundColor")


def test_colours_follow_the_system_until_chosen(visit, address, picture):
    """Dark, light, and back to the system; what was chosen outlives a reload."""
    page = visit(f"{address}/?n=64", color_scheme="dark")
    page.locator("#app.theme--dark").wait_for()
    button = page.get_by_role("button", name="Colours: ")
    expect(button).to_have_attribute("aria-label", "Colours: as the system; next: dark")
    dark = ground(page)
    button.click()
    page.get_by_role("button", name="Colours: dark; next: light").click()
    page.locator("#app.theme--light").wait_for()
    expect(page.locator(".moat")).not_to_have_css("background-color", dark)
    page.reload()
    page.get_by_role("button", name="Colours: light; next: as the system").wait_for()
    expect(page.locator("#app.theme--light")).to_have_count(1)
    picture(page, "light_in_a_dark_system")
    button.click()
    page.locator("#app.theme--dark").wait_for()
    page.emulate_media(color_scheme="light")
    page.locator("#app.theme--light").wait_for()


@pytest.mark.parametrize(("width", "height"), [(683, 384), (1366, 400)])
def test_the_head_goes_away_where_it_would_hide_too_much(visit, address, picture, width, height):
    """Zoomed to 200 %, or in a low window: scrolled down, it is gone."""
    page = visit(f"{address}/?n=64", viewport={"width": width, "height": height})
    look.idle(page)
    page.locator(".moat-caption").scroll_into_view_if_needed()
    bottom = page.locator(".moat-head").evaluate("head => head.getBoundingClientRect().bottom")
    assert bottom <= 0
    picture(page, f"scrolled_{width}")
    if width > 900:  # levers beside the page: their own head stays
        look.wait_in_window(page, ".lever-changed button")


@pytest.mark.parametrize(
    ("width", "columns"), [(390, 1), (768, 3), (1024, 3), (1180, 3), (1440, 3)]
)
def test_cards_stand_side_by_side_with_text_of_the_usual_size(
    visit, address, picture, width, columns
):
    """Where three fit; what is written beside a path does not grow or shrink with its card."""
    page = visit(f"{address}/?n=64", viewport={"width": width, "height": 768})
    look.idle_answer(page)
    cards = page.locator(".moat-card")
    tops = cards.evaluate_all("them => them.map(e => Math.round(e.getBoundingClientRect().top))")
    assert [tops.count(tops[0]), len(tops)] == [columns, 3]
    texts = page.locator(".moat-spark .years span, .moat-spark .zero")
    heights = texts.evaluate_all("them => them.map(e => e.getBoundingClientRect().height)")
    assert heights and all(10 < height < 18 for height in heights)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    picture(page, f"cards_{width}")


LAST_AT = """selector => {
  const last = [...document.querySelectorAll(selector)].at(-1);
  last.scrollIntoView({block: "center"});
  return last.getBoundingClientRect().toJSON();
}"""


def test_pointing_at_the_line_of_an_act_tells_its_source(visit, address, picture):
    """In the plot, where the strips of the months lie, too."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    told = page.locator(f"{look.LEAD} .moat-mark-words.shown")
    for _ in range(10):  # the chart may be drawn anew meanwhile
        box = page.evaluate(LAST_AT, f"{look.LEAD} .on-screens g.mark.ours .hit")
        page.mouse.move(box["x"], box["y"] + 0.6 * box["height"])
        page.wait_for_timeout(500)
        if told.count():
            break
    expect(told).to_contain_text("Source: ")
    picture(page, "pointed_at_an_act")
