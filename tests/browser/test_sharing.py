"""Links, sessions and files: what one visitor sees reaches whom it should, and nobody else."""

from __future__ import annotations

from playwright.sync_api import expect

import sim
from tests.browser import looking as look
from viz.text.format import ranged

CHANGED = "s=strict_enforcement&set=effort.eta=1.5&n=64&at=2027-06"


def test_a_share_link_restores_the_page_elsewhere(visit, address):
    """Scenario, change, month and numbers are the same in another browser."""
    mine = visit(f"{address}/?s=strict_enforcement&n=64")
    look.idle(mine)
    before = look.text(mine, look.ANSWER)
    look.set_lever(mine, look.LEVER, "1600")
    look.wait_for_other_text(mine, look.ANSWER, before)
    look.wait_for_address(mine, "set=")
    look.idle(mine)
    mine.get_by_role("tab", name="Overview").click()
    mine.get_by_role("button", name="Start", exact=True).click()
    mine.get_by_role("button", name="Step", exact=True).click()
    look.wait_for_address(mine, "at=2020-02")
    theirs = visit(mine.url)
    look.idle(theirs)
    for selector in (look.CASE, look.BASELINE, look.ANSWER, ".moat-when strong"):
        look.wait_for_text(mine, selector, look.text(theirs, selector))
    look.wait_for_value(theirs, look.LEVER, "1600")
    expect(mine.locator(look.FAN).first).to_have_attribute("d", look.shape(theirs))


def test_two_sessions_stay_apart(visit, address):
    """What one visitor changes, and where her clock stands, is not the other's."""
    mine, theirs = visit(f"{address}/?n=64"), visit(f"{address}/?n=64")
    look.idle(mine)
    look.idle(theirs)
    numbers, there = look.text(theirs, look.CASE), look.months(theirs)
    mine.locator(".moat-presets button").first.click()
    look.wait_for_address(mine, "s=strict_enforcement")
    mine.get_by_role("button", name="Start", exact=True).click()
    look.idle(mine)
    look.wait_for_other_text(mine, look.CASE, numbers)
    theirs.get_by_role("button", name="Step", exact=True).click()
    assert look.text(theirs, look.CASE) == numbers
    assert look.months(theirs) == there
    assert "strict" not in theirs.url
    expect(theirs.locator(".lever-changed")).to_contain_text("Nothing changed")


def test_a_downloaded_scenario_runs_to_the_same_numbers(visit, address, tmp_path):
    """The file of the page, run as `moat run` does, gives what the page showed."""
    page = visit(f"{address}/?{CHANGED}")
    look.idle(page)
    shown = look.text(page, look.CASE)
    page.get_by_text("Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Scenario (TOML)").click()
    file = tmp_path / "taken.toml"
    waiting.value.save_as(file)
    run = sim.carry_on(sim.run(str(file), worlds=64, months=90))
    lead = run.shown("lead_months").sel(month="2027-06")
    middle, low, high = (float(lead.quantile(q)) for q in (0.5, 0.05, 0.95))
    assert shown == ranged(middle, low, high, "months")
