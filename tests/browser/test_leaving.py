"""Pages that are left while something is computed: the server's log holds no traceback for it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

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
