"""Levers: put back one by one or all at once, and everything moved by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import looking as look

LEAP = "Efficiency breakthrough, China"
SAID = "aria-valuetext"
SOME = re.compile(r"\d")
FOCUS = """() => {
    const e = document.activeElement, around = e.closest('.v-input') || e;
    const { left, top, right, bottom } = around.getBoundingClientRect();
    const x = (left + right) / 2, y = (top + bottom) / 2, on = document.elementFromPoint(x, y);
    const name = e.getAttribute('aria-label') || e.innerText || e.labels?.[0]?.innerText || '';
    return {
        name: e === document.body ? '' : name.trim(), end: e === document.body,
        seen: !!on && (around.contains(on) || on.contains(around)),
    };
}"""


def walk(page) -> list[str]:
    """Names of all that Tab reaches, in order; each must have one, and be seen."""
    names = []
    while True:
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["end"]:
            return names
        assert at["name"], f"no name after {names[-1:]}"
        assert at["seen"], f"{at['name']} is hidden while it has the focus"
        names.append(at["name"])
        assert len(names) < 300, "Tab never comes to an end"


def test_one_lever_goes_back_while_another_stays(visit, address, picture):
    """Two are changed, one is put back, the other holds; Reset all takes the rest."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    untouched = look.text(page, look.CASE)
    look.set_lever(page, look.LEVER, "600")
    look.wait_for_count(page, "1 changed")
    look.wait_for_other_text(page, look.CASE, untouched)
    alone = look.text(page, look.CASE)
    page.get_by_role("button", name="Labs and investors").click()
    look.set_lever(page, f"{LEAP}, x", "30")
    look.wait_for_count(page, "2 changed")
    look.wait_for_other_text(page, look.CASE, alone)
    picture(page, "two_levers")
    page.get_by_label(f"Reset: {LEAP}").click()
    look.wait_for_text(page, look.CASE, alone)
    look.wait_for_count(page, "1 changed")
    look.wait_for_value(page, look.LEVER, "600")
    look.wait_for_value(page, f"{LEAP}, x", "")
    page.get_by_role("button", name="Reset all").click()
    look.wait_for_text(page, look.CASE, untouched)
    look.wait_for_count(page, "Nothing changed")
    look.wait_for_unchanged_address(page)


def test_nothing_is_lost(visit, address, picture):
    """Undo, keys and the browser's Back are one list of states, which a reload keeps."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    slider = page.get_by_role("slider", name="Chip threshold")
    slider.focus()
    for _ in range(8):  # one state, not eight
        page.keyboard.press("ArrowLeft")
    look.wait_for_count(page, "1 changed")
    expect(page.locator(".lever-moved")).to_contain_text("the US lead in time")
    look.wait_for_value(page, look.LEVER, SOME)
    value = page.get_by_label(look.LEVER, exact=True).input_value()
    page.get_by_role("tab", name="Why").click()
    look.wait_for_address(page, "tab=why")
    page.go_back()
    expect(page.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")
    look.wait_for_value(page, look.LEVER, value)
    undo.click()
    look.wait_for_count(page, "Nothing changed")
    expect(undo).to_be_disabled()
    page.locator("h1").first.click()
    page.keyboard.press("Control+Shift+z")
    look.wait_for_count(page, "1 changed")
    page.reload()
    look.idle(page)
    look.wait_for_value(page, look.LEVER, value)
    picture(page, "after_reload")
    page.keyboard.press("Control+z")
    look.wait_for_count(page, "Nothing changed")
    redo.click()
    look.wait_for_count(page, "1 changed")
    page.go_forward()
    look.wait_for_address(page, "tab=why")
    expect(redo).to_be_disabled()


def test_everything_is_reached_and_moved_by_keyboard(visit, address, picture):
    """Tab comes to every control, which is then seen; arrows move a lever and the clock."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    names = walk(page)
    for name in (look.LEVER, "Overview", "Tour", "Play", "Month", "Pin world"):
        assert name in names
    assert any(name.startswith("Colours: ") for name in names)
    assert any("Download" in name for name in names)
    assert sum("Chip threshold" in name for name in names) == 3  # its meaning, slider, number
    page.get_by_role("slider", name="Month").focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".moat-when strong", has_text="Nov 2030").wait_for()
    expect(page.get_by_role("slider", name="Month")).to_have_attribute(SAID, "Nov 2030")
    numbers = look.text(page, look.CASE)
    slider = page.get_by_role("slider", name="Chip threshold")
    expect(slider).to_have_attribute(SAID, "2,400 TPP")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    look.wait_for_count(page, "1 changed")
    look.wait_for_other_text(page, look.CASE, numbers)
    look.wait_for_value(page, look.LEVER, SOME)
    value = float(page.get_by_label(look.LEVER, exact=True).input_value())
    assert value < 2400
    expect(slider).to_have_attribute(SAID, f"{value:,.0f} TPP")
    look.set_lever(page, look.LEVER, "1603")  # between two positions of the knob
    expect(slider).to_have_attribute(SAID, "1,603 TPP")
    picture(page, "keyboard")


def test_a_moved_control_is_acknowledged_at_once(visit, address):
    """In the browser itself, before the server has heard of it; keys that move nothing are not."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    released = """([slider, key]) => {
        slider.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true }));
        return document.documentElement.classList.contains('moat-sent');
    }"""
    slider = page.locator(".moat-side [role=slider]").first.element_handle()
    assert not page.evaluate(released, [slider, "Shift"])
    assert page.evaluate(released, [slider, "ArrowLeft"])
    page.wait_for_function("!document.documentElement.classList.contains('moat-sent')")
