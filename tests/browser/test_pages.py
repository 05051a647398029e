"""The other pages: the network and its actors, why, compare, events; dark, zoomed, and Mesa's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import looking as look

NETWORK = "tab=network&n=64&at=2025-03"
PHONE = {"viewport": {"width": 390, "height": 844}}
LEAST_FONT = """charts => Math.min(...charts.flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll('text')];
    return texts.map(text => scale * parseFloat(getComputedStyle(text).fontSize));
}))"""
ZOOMED = {"viewport": {"width": 683, "height": 384}, "device_scale_factor": 2}


def node(page, name: str):
    """An actor in the drawing."""
    return page.locator(f'svg.net .node[data-name="{name}"]')


def test_an_actor_opens_by_click_and_by_key(visit, address, picture):
    """Its fans, decisions, ties and sources; the link keeps who is open."""
    page = visit(f"{address}/?{NETWORK}")
    node(page, "DeepSeek").click()
    actor = page.locator('[data-actor="DeepSeek"]')
    expect(actor.locator("svg.fan")).to_have_count(6)
    for part in ("Decides in Mar 2025", "chips bought of Nvidia", "Takes from", "China grid"):
        expect(actor).to_contain_text(part)
    actor.get_by_text("Where its numbers come from").click()
    expect(actor).to_contain_text("Epoch AI", use_inner_text=True)
    look.wait_for_address(page, "who=DeepSeek")
    picture(page, "actor")
    node(page, "Nvidia").focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-actor="Nvidia"]')).to_contain_text("chip offered to China")


def test_the_network_follows_clock_and_pointer(visit, address, picture):
    """A step redraws the month; pointing at an actor lights its links alone; cut links are told."""
    page = visit(f"{address}/?{NETWORK}")
    node(page, "TSMC").hover()
    page.locator("svg.net.asked").wait_for()
    lit = page.locator("svg.net .link.lit")
    ends = lit.evaluate_all("them => them.map(e => [e.dataset.a, e.dataset.b])")
    assert ends and all("TSMC" in pair for pair in ends)
    cut = page.locator('svg.net .link.cut[data-a="TSMC 7 nm"][data-b="Huawei Ascend"] title')
    assert "stopped by rules" in cut.text_content()
    picture(page, "network")
    drawn = page.locator("svg.net").first.get_attribute("aria-label")
    page.get_by_role("button", name="Step", exact=True).click()
    page.locator("h3", has_text="Apr 2025").wait_for()
    expect(page.locator("svg.net").first).not_to_have_attribute("aria-label", drawn)


@pytest.mark.parametrize("tab", ["why", "compare", "events"])
def test_the_other_pages_open(visit, address, picture, tab):
    """Each opens from a link and says something, without a failure."""
    page = visit(f"{address}/?s=no_controls&n=64&tab={tab}")
    page.locator(".moat-main .moat-panel").first.wait_for()
    page.locator(f'[role=tab][aria-selected=true]:has-text("{tab.title()}")').wait_for()
    assert "Traceback (most" not in page.content()
    picture(page, tab)


@pytest.mark.parametrize(
    ("tab", "window"),
    [
        ("overview", ZOOMED),
        ("network", ZOOMED),
        ("overview", PHONE),
        ("events", PHONE),
        ("why", PHONE),
    ],
)
def test_it_fits_zoomed_and_on_a_phone_in_the_dark(visit, address, picture, tab, window):
    """Nothing but the drawing of the network is wider; on a phone no text in a chart is small."""
    page = visit(f"{address}/?n=64&tab={tab}", color_scheme="dark", **window)
    page.locator("svg.fan:visible, svg.net:visible").first.wait_for()
    page.locator(".theme--dark").first.wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    page.locator("svg.fan:visible, svg.net:visible").first.scroll_into_view_if_needed()
    if window is PHONE:
        assert page.locator("svg.fan:visible").evaluate_all(LEAST_FONT) >= 11
    picture(page, f"dark_{window['viewport']['width']}_{tab}")


def test_mesas_own_page_steps(visit, mesa_address, picture):
    """SolaraViz draws a race of one world and steps it."""
    page = visit(mesa_address)
    page.get_by_text("Press Play or Step").wait_for()
    step = page.get_by_role("button", name="Step", exact=True)
    step.click()
    page.get_by_text("Time: 1").wait_for()
    page.locator("svg.net .node").first.wait_for()
    step.click()
    page.get_by_text("Time: 2").wait_for()
    page.locator("svg.fan").first.wait_for()
    picture(page, "mesa")
