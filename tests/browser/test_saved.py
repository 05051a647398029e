"""A saved run: replayed as it was, and nothing in it can be moved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import looking as look
from tests.browser.servers import dashboard, free_port, serving
from viz.text.format import ranged

SHORT = 36


@pytest.fixture(scope="module")
def saved(chromium, tmp_path_factory):
    """A run of few worlds as `moat run` saves it, and where it is watched."""
    import sim

    folder = tmp_path_factory.mktemp("saved") / "run"
    results = sim.run("as_enacted", worlds=8, months=SHORT)
    results.save(folder)
    port = free_port()
    command = [*dashboard(port), str(folder)]
    with serving(command, port, folder.parent / "log") as where:
        yield results, where


def test_a_saved_run_is_replayed(visit, saved, picture):
    """Play, step and jump tell the run's own numbers; every tab opens; no lever is there."""
    results, where = saved
    page = visit(where)
    look.idle(page)
    picture(page, "saved")
    expect(page.locator(".moat-levers")).to_contain_text("nothing can be changed")
    expect(page.locator(".lever")).to_have_count(0)
    expect(page.get_by_role("button", name="Share link")).to_be_disabled()
    page.get_by_role("button", name="Start", exact=True).click()
    look.play(page, 3)
    lead = results.outcomes["lead_months"].isel(month=look.step(page))
    middle, low, high = (float(lead.quantile(q)) for q in (0.5, 0.05, 0.95))
    look.wait_for_text(page, look.CASE, ranged(middle, low, high, "months"))
    page.get_by_role("button", name="End", exact=True).click()
    page.locator(".moat-when strong", has_text="Dec 2022").wait_for()
    for tab, told in (
        ("Supply network", "No network of a saved run"),
        ("Why", "A saved run stands alone"),
        ("Compare", "A saved run is replayed alone"),
    ):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(".moat-empty", has_text=told).wait_for()
    page.get_by_role("tab", name="Events", exact=True).click()
    page.locator(".on-screens svg.timeline").wait_for()
    page.locator(".act", has_text="2022-10-07").first.get_by_role("button").click()
    page.get_by_text("A saved run: nothing can be changed.").wait_for()
    expect(page.locator(".act input")).to_have_count(0)
    expect(page.get_by_role("button", name="Add", exact=True)).to_have_count(0)
    picture(page, "saved_events")
