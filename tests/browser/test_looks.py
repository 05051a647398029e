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
