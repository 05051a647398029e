"""The page of events: an act of one's own is added, dated otherwise and removed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import looking as look

MINE = ".act.changed"
BOLD = ".on-screens svg.timeline .mark.added"
PLACE = "cx"


def date_it(page, field: str, day: str) -> None:
    """Type a day into a field of the visitor's act."""
    typed = page.locator(MINE).get_by_label(field, exact=True)
    typed.fill(day)
    typed.press("Enter")


def test_an_act_is_added_moved_and_removed(visit, address, picture):
    """Each step changes the answer; moved, the act stays in sight; removed, all is as before."""
    page = visit(f"{address}/?n=64&tab=events")
    look.idle_answer(page)
    before = look.text(page, look.ANSWER)
    expect(page.locator(BOLD)).to_have_count(0)
    page.get_by_role("button", name="Add", exact=True).click()
    mark = page.locator(f"{BOLD} circle")
    early = mark.get_attribute(PLACE)
    look.wait_for_other_text(page, look.ANSWER, before)
    look.idle_answer(page)
    added = look.text(page, look.ANSWER)
    look.wait_in_window(page, MINE)
    date_it(page, "effective", "2024-07-01")
    page.locator(MINE).get_by_text("lies before announced").wait_for()
    date_it(page, "effective", "2028-07-01")
    page.locator(MINE, has_text="2028-07-01 US chip rule").wait_for()
    look.wait_for_other_text(page, look.ANSWER, added)
    look.idle_answer(page)
    expect(mark).not_to_have_attribute(PLACE, early)
    assert float(mark.get_attribute(PLACE)) > float(early)
    look.wait_in_window(page, MINE)
    picture(page, "event_moved")
    page.get_by_role("tab", name="Overview").click()
    page.locator(f"{look.LEAD} g.mark", has_text="1 July 2028").first.wait_for(state="attached")
    expect(page.locator(f"{look.LEAD} .on-screens g.baseline")).to_have_count(1)
    page.get_by_role("tab", name="Events").click()
    page.locator(".act", has_text="2028-07-01").get_by_role("button").first.click()
    remove = page.get_by_role("button", name="Remove", exact=True)
    remove.wait_for()
    look.wait_in_window(page, MINE)  # opened, it is scrolled into sight: not while it is pressed
    remove.click()
    look.wait_for_text(page, look.ANSWER, before)
    expect(page.locator(BOLD)).to_have_count(0)
    look.wait_for_unchanged_address(page)
