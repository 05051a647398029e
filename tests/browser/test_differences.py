"""Compare and Why: several scenarios side by side, and an effect split by channel."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import looking as look

NUMBER = re.compile(r"^-?[\d.]+ months \[-?[\d.]+, -?[\d.]+\]$")


def test_four_scenarios_stand_side_by_side(visit, address, picture):
    """Lines in one chart, ranges in a table, differing keys; a fifth finds no room."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=compare&at=2028-06")
    page.get_by_text("Outcomes in Jun 2028").wait_for()
    for title in ("Leaky controls", "Strict enforcement", "Sell everything"):
        look.choose(page, "Add a scenario", title)
        page.locator("table:not(.keys) th", has_text=title).wait_for()
    heads = page.locator("table:not(.keys) thead th")
    expect(heads.nth(4)).to_have_text("Sell everything")
    titles = ["No controls", "Leaky controls", "Strict enforcement", "Sell everything"]
    assert heads.all_inner_texts()[1:] == titles
    lead = page.locator("table:not(.keys) tr", has_text="US lead in time").locator("td")
    expect(lead).to_have_text([NUMBER] * 4)
    assert len(set(lead.all_inner_texts())) == 4
    lines = page.locator('svg.fan[role="img"]:visible path.middle')
    expect(lines).to_have_count(4)
    assert len(set(lines.evaluate_all("them => them.map(e => e.getAttribute('d'))"))) == 4
    expect(page.locator("table.keys thead th")).to_have_count(5)
    rows = page.locator("table.keys tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText))"
    )
    assert rows and all(len(set(row)) > 1 for row in rows)
    keep = page.get_by_role("button", name="Keep the scenario on the page")
    expect(keep).to_be_disabled()
    picture(page, "four_scenarios")
    page.get_by_role("button", name="Remove Leaky controls").click()
    page.locator("table:not(.keys) th", has_text="Leaky controls").wait_for(state="detached")
    expect(keep).to_be_enabled()


def test_why_is_split_in_the_background(visit, address, picture):
    """Progress is shown while the rest of the page works; then sentences, whose parts are drawn."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=why&at=2022-12")
    page.get_by_role("button", name="Split the effect at 2022-12").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.get_by_text(re.compile(r"[1-9]\d? % of 32 worlds")).wait_for()
    page.get_by_role("button", name="Chip threshold").click()  # the page answers meanwhile
    page.locator(".lever-help").first.wait_for()
    assert page.locator(".moat-sentences").count() == 0
    told = page.locator(".moat-sentences p")
    expect(told).to_have_text([re.compile("December 2022.*compute denial", re.DOTALL)] * 2)
    drawn = page.locator(".moat-figure svg")
    expect(drawn).to_contain_text("compute denial")
    expect(drawn).to_contain_text("whole effect")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    picture(page, "why_split")
