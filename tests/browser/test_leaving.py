"""Pages that are left, or lose their server: no traceback in its log, nothing lost on the page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser import looking as look
from tests.browser.servers import dashboard, free_port, watched

# What is on a page while it computes; the network follows once the scenario is simulated.
TABS = {
    "overview": ".moat-ready",
    "network": ".moat-ready .v-progress-linear__determinate",
}


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    """Where the server of these tests logs."""
    return tmp_path_factory.mktemp("left")


@pytest.fixture(scope="module")
def left(log):
    """A server of their own, whose log is looked at once all have left."""
    port = free_port()
    with watched(dashboard(port), port, log) as where:
        yield where


@pytest.mark.parametrize("tab", TABS)
def test_a_page_is_left_while_it_computes(visit, left, tab, log):
    """It goes elsewhere, or the network drops; the next visitor is served."""
    for number, leave in enumerate(("elsewhere", "offline")):
        query = {"s": "no_controls", "n": 128, "seed": number, "tab": tab}
        page = visit(f"{left}/?{urlencode(query)}")
        page.locator(TABS[tab]).first.wait_for()
        if leave == "elsewhere":
            page.goto(f"{left}/static/highlight.css")
        if leave == "offline":
            page.context.set_offline(True)
        page.context.close()
    look.idle(visit(f"{left}/?n=64"))
    assert "Traceback" not in (log / "log").read_text()


@pytest.fixture
def forgetful(tmp_path):
    """A server that forgets a session a second after its connection is lost."""
    port = free_port()
    with watched(dashboard(port), port, tmp_path, {"SOLARA_KERNEL_CULL_TIMEOUT": "1s"}) as where:
        yield where


def test_a_connection_lost_for_long_ends_with_the_page_as_it_was(visit, forgetful, picture):
    """Until then a strip says so and takes no clicks; the page then loads itself again."""
    page = visit(f"{forgetful}/?n=64")
    look.idle(page)
    before = look.text(page, look.CASE)
    look.set_lever(page, look.LEVER, "1600")
    look.wait_for_other_text(page, look.CASE, before)
    look.wait_for_count(page, "1 changed")
    numbers = look.text(page, look.CASE)
    page.evaluate("window.isOld = true")
    page.context.set_offline(True)
    page.evaluate("solara.debug.dropConnection()")
    strip = page.locator(".moat-lost")
    expect(strip).to_contain_text("waiting for the server")
    picture(page, "connection_lost")
    page.get_by_role("tab", name="Compare").click(trial=True)  # nothing lies on it
    assert look.text(page, look.CASE) == numbers
    page.wait_for_timeout(3000)
    page.context.set_offline(False)
    page.wait_for_function("!window.isOld")
    look.idle(page)
    look.wait_for_value(page, look.LEVER, "1600")
    look.wait_for_text(page, look.CASE, numbers)
    expect(strip).to_have_count(0)
    assert "Could not restore" not in page.inner_text("body")
