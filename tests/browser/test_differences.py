"""Compare and Why: several scenarios side by side, and an effect split by channel."""

from __future__ import annotations

import re

from PIL import Image
from playwright.sync_api import expect

from tests.browser import looking as look
from viz.dashboard.pages.cards import OUTCOMES

NUMBER = re.compile(r"^-?[\d.]+ months \[-?[\d.]+, -?[\d.]+\]$")


def test_four_scenarios_stand_side_by_side(visit, address, picture):
    """Lines in one chart, ranges in a table, differing keys; a fifth finds no room."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=compare&at=2028-06")
    page.get_by_text("Paired differences in Jun 2028").wait_for()
    first = page.locator("table:not(.keys) tbody tr").first
    expect(first).to_contain_text("Chinese training efficiency")
    look.choose(page, "Charts show", "levels")
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


def test_why_is_split_in_the_background(visit, address, picture, tmp_path):
    """Progress is shown while the rest of the page works; then sentences, whose parts are drawn."""
    page = visit(f"{address}/?s=no_controls&n=64&tab=why&at=2022-12")
    page.get_by_role("button", name="Split the effect at 2022-12").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.get_by_text(re.compile(r"[1-9]\d? % of 32 worlds")).wait_for()
    page.get_by_role("button", name="Chip threshold").click()  # the page answers meanwhile
    page.locator(".lever-help").first.wait_for()
    told = page.locator(".moat-sentence")
    assert told.count() == 0
    expect(told).to_have_text([re.compile("December 2022")] * len(OUTCOMES))
    expect(told.nth(1)).to_contain_text("compute denial")
    drawn = page.locator(".moat-split svg.parts:visible")
    expect(drawn).to_have_count(len(OUTCOMES))
    expect(drawn.nth(1)).to_contain_text("compute denial")
    expect(drawn.nth(1)).to_contain_text("whole effect")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    picture(page, "why_split")
    title = "“No controls” against “As enacted” in December 2022, by channel"
    page.get_by_role("button", name=f"Take away: {title}", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"{title} as PNG", exact=True).click()
    waiting.value.save_as(tmp_path / "why.png")
    with Image.open(tmp_path / "why.png") as image:
        assert image.format == "PNG" and image.width > 800


def test_the_question_is_split_when_why_opens(visit, address, picture):
    """No click is needed; each way of splitting that was computed before is there at once."""
    page = visit(f"{address}/?n=64&tab=why")
    drawn = page.locator(".moat-split svg.parts:visible")
    expect(drawn).to_have_count(len(OUTCOMES))
    expect(drawn.first).to_contain_text("spillover of know-how")
    look.choose(page, "Split by", "instrument")
    expect(drawn.first).to_contain_text("US chip rules")
    picture(page, "why_shipped")
