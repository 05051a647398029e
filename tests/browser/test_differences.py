"""Compare and Why: several scenarios side by side, and an effect split by channel."""

from __future__ import annotations

import re

from tests.browser import looking as look

NUMBER = re.compile(r"−?[\d.]+ months \[−?[\d.]+, −?[\d.]+\]")


def test_four_scenarios_stand_side_by_side(visit, address, picture):
    """Lines in one chart, ranges in a table, differing keys; a fifth finds no room."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=compare&at=2028-06")
    page.get_by_text("Outcomes in Jun 2028").wait_for()
    for title in ("Leaky controls", "Strict enforcement", "Sell everything"):
        look.choose(page, "Add a scenario", title)
        page.locator("table:not(.keys) th", has_text=title).wait_for()
    heads = page.locator("table:not(.keys) thead th").all_inner_texts()
    assert heads[1:] == ["No controls", "Leaky controls", "Strict enforcement", "Sell everything"]
    lead = page.locator("table:not(.keys) tr", has_text="the US lead in time").locator("td")
    cells = lead.all_inner_texts()
    assert all(map(NUMBER.fullmatch, cells)) and len(set(cells)) == 4
    lines = page.locator('svg.fan[role="img"] path.middle')
    assert len(set(lines.evaluate_all("them => them.map(e => e.getAttribute('d'))"))) == 4
    rows = page.locator("table.keys tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText))"
    )
    assert rows and all(len(set(row)) > 1 for row in rows)
    assert page.get_by_role("button", name="Keep the scenario on the page").is_disabled()
    picture(page, "four_scenarios")
    page.get_by_role("button", name="Take Leaky controls out").click()
    page.locator("table:not(.keys) th", has_text="Leaky controls").wait_for(state="detached")
    assert page.get_by_role("button", name="Keep the scenario on the page").is_enabled()


def test_why_is_split_in_the_background(visit, address, picture):
    """Progress is told while the rest of the page works; then sentences, whose parts are drawn."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=why&at=2022-12")
    page.get_by_role("button", name="Split the effect at 2022-12").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.get_by_text(re.compile(r"[1-9]\d?% of 32 worlds")).wait_for()
    page.get_by_role("button", name="Chip threshold").click()  # the page answers meanwhile
    page.locator(".lever-help").first.wait_for()
    assert page.locator(".moat-sentences").count() == 0
    page.locator(".moat-sentences").wait_for()
    told = page.locator(".moat-sentences p").all_inner_texts()
    assert len(told) == 2
    assert all("2022-12" in one and "compute denial" in one for one in told)
    drawn = page.locator(".moat-figure svg").inner_html()
    assert "compute denial" in drawn and "whole effect" in drawn
    assert page.get_by_role("button", name="Stop", exact=True).count() == 0
    picture(page, "why_split")
