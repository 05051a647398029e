"""A visitor opens the page, plays, steps, moves levers, and takes a scenario along."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import looking as look

FEW = "n=64"


def test_it_opens_offline_and_plays_ten_months(visit, address, picture):
    """From nothing to a fan, from the start ten months on; pausing stops, stepping is one month."""
    page = visit(f"{address}/?{FEW}")
    look.idle(page)
    picture(page, "overview")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function(
        "document.querySelector('.moat-when [role=slider]').getAttribute('aria-valuenow') === '0'"
    )
    look.play(page, 10)
    stepped = look.step(page)
    assert look.months(page) == stepped
    look.wait_for_other_text(page, ".moat-when strong", "Jan 2020")
    picture(page, "playing")


def test_a_lever_changes_the_fan_and_not_the_baseline(visit, address, picture):
    """The case's line moves, the baseline's numbers stay; putting back brings the old line."""
    page = visit(f"{address}/?s=leaky&base=as_enacted&{FEW}")
    look.idle(page)
    before, behind = look.shape(page), look.text(page, look.BASELINE)
    numbers = look.text(page, look.CASE)
    look.set_lever(page, look.LEVER, "600")
    look.wait_for_other_text(page, look.CASE, numbers)
    look.idle(page)
    look.wait_for_other_shape(page, before)
    assert look.text(page, look.BASELINE) == behind
    picture(page, "lever")
    page.get_by_label("Reset: Chip threshold").click()
    look.wait_for_text(page, look.CASE, numbers)
    look.idle(page)
    assert look.text(page, look.BASELINE) == behind


def test_a_preset_answers_in_one_click(visit, address, picture):
    """The answer is another one, what it is compared with is drawn behind."""
    page = visit(f"{address}/?{FEW}")
    look.idle(page)
    before = look.text(page, look.ANSWER)
    page.locator(".moat-presets button").first.click()
    look.wait_for_address(page, "s=strict_enforcement")
    page.locator(look.BASELINE).first.wait_for()
    look.idle(page)
    look.wait_for_other_text(page, look.ANSWER, before)
    picture(page, "preset")


def test_a_bad_value_is_told_at_its_lever(visit, address, picture):
    """A word, a number out of range: a message there, the numbers stay, and no traceback."""
    page = visit(f"{address}/?{FEW}")
    look.idle(page)
    numbers = look.text(page, look.CASE)
    lever = page.locator(".lever", has=page.get_by_label(look.LEVER, exact=True))
    for typed, told in (("many", "is not a number"), ("-5", "range")):
        look.set_lever(page, look.LEVER, typed)
        lever.locator(look.ALERT, has_text=told).wait_for()
        assert look.text(page, look.CASE) == numbers
    assert "Traceback (most" not in page.content()
    picture(page, "bad_value")


def test_a_bad_link_is_told_and_opens(visit, address, picture):
    """A million worlds, no such scenario's key: said, bounded, and the page works."""
    page = visit(f"{address}/?n=1000000&seed=x&set=effort.etta=2&tab=nowhere")
    look.idle(page)
    told = page.locator(".moat-notice")
    expect(told).to_contain_text("1000000")
    expect(told).to_contain_text("seed")
    assert "Traceback (most" not in page.content()
    picture(page, "bad_link")


def test_the_tour_has_five_steps_and_ends(visit, address, picture):
    """A first visit is shown round; leaving it, it does not come again."""
    page = visit(f"{address}/?{FEW}", been_here=False)
    tour = page.locator(".moat-tour")
    expect(tour).to_contain_text("1 of 5")
    picture(page, "tour")
    page.get_by_role("button", name="Leave the tour").click()
    tour.wait_for(state="detached")
    page.reload()
    look.idle(page)
    assert tour.count() == 0
