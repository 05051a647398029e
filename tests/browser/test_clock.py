"""The clock: other luck, a world followed, speed, and a jump by the slider."""

from __future__ import annotations

from tests.browser import looking as look


def test_luck_pins_speed_and_jumps(visit, address, picture):
    """A jump tells another month; other luck other numbers; a pinned world keeps its line."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    numbers = look.text(page, look.CASE)
    slider = page.get_by_role("slider", name="Month")
    slider.focus()
    page.keyboard.press("Home")
    page.locator(".moat-when strong", has_text="Jan 2020").wait_for()
    look.wait_for_other_text(page, look.CASE, numbers)
    track = page.locator(".moat-when .v-slider").bounding_box()
    page.mouse.click(track["x"] + track["width"] / 2, track["y"] + track["height"] / 2)
    look.wait_for_month(page, 60)
    assert look.months(page) < 72  # half of the way from 2020 to 2030
    look.idle(page)  # a busy server hears the last move of the slider after the next click
    page.get_by_role("button", name="End", exact=True).click()
    look.wait_for_text(page, look.CASE, numbers)

    field = page.get_by_label("Pin world")
    field.fill("64")
    field.press("Enter")
    page.get_by_text("0 to 63", exact=True).wait_for()
    field.fill("17")
    field.press("Enter")
    page.get_by_role("button", name="Stop following world 17").wait_for()
    pin = f"{look.LEAD} .on-screens path.pin"
    followed = look.shape(page, pin)
    look.wait_for_address(page, "pin=17")
    picture(page, "pinned")

    page.get_by_role("button", name="New luck (0)").click()
    page.get_by_role("button", name="New luck (1)").wait_for()
    look.wait_for_other_text(page, look.CASE, numbers)
    look.wait_for_other_shape(page, followed, pin)
    page.get_by_role("button", name="Stop following world 17").click()
    page.locator(pin).wait_for(state="detached")

    look.choose(page, "Months a second", "24")
    page.get_by_role("button", name="Play", exact=True).click()
    look.wait_for_month(page, 12)
    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.locator(".moat-speed option:checked").inner_text() == "24"
    look.idle(page)  # as above: the slider of the last months that were played
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".moat-when strong", has_text="Jan 2020").wait_for()
