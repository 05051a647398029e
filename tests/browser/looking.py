"""What a test reads off the page, and what it waits for."""

from __future__ import annotations

import re

from playwright.sync_api import expect

ANSWER = '[data-card="lead_months"] .moat-size, .moat-line'  # the effect on the lead, or the lead
LEAD = '[data-panel="lead"]'
CASE = f"{LEAD} .moat-numbers span.case"
BASELINE = f"{LEAD} .moat-numbers span.baseline"
FAN = f"{LEAD} svg.fan:visible g.case path.middle"
ALERT = ".lever-wrong"
LEVER = "Chip threshold, TPP"


def months(page) -> int:
    """Months since the start at which the clock stands."""
    return int(page.locator(".moat-when [role=slider]").get_attribute("aria-valuenow"))


def wait_for_month(page, least: int) -> None:
    """Wait until the clock has come so far."""
    page.wait_for_function(
        "n => +document.querySelector('.moat-when [role=slider]').getAttribute('aria-valuenow')>=n",
        arg=least,
    )


def play(page, least: int) -> None:
    """Let the clock run until it has come so far, and pause it."""
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_month(page, least)
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def step(page) -> int:
    """Take a step of a month; where the clock should stand then."""
    stepped = months(page) + 1
    page.get_by_role("button", name="Step", exact=True).click()
    wait_for_month(page, stepped)
    return stepped


def text(page, selector: str) -> str:
    """The text of the first such element, once it is there."""
    return page.locator(selector).first.inner_text().strip()


def shape(page, selector: str = FAN) -> str:
    """The path of a line."""
    return page.locator(selector).first.get_attribute("d")


def wait_for_other_text(page, selector: str, before: str) -> None:
    """Wait until a text is another one."""
    expect(page.locator(selector).first).not_to_have_text(before, use_inner_text=True)


def wait_for_other_shape(page, before: str, selector: str = FAN) -> None:
    """Wait until a line is drawn otherwise; numbers beside it may change earlier."""
    expect(page.locator(selector).first).not_to_have_attribute("d", before)


def wait_for_value(page, label: str, wanted: str | re.Pattern) -> None:
    """Wait until a field holds this value."""
    expect(page.get_by_label(label, exact=True)).to_have_value(wanted)


def wait_for_address(page, part: str) -> None:
    """Wait until the address holds a part."""
    expect(page).to_have_url(re.compile(re.escape(part)))


def wait_for_unchanged_address(page) -> None:
    """Wait until the address holds no change of the scenario."""
    expect(page).not_to_have_url(re.compile("set="))


def set_lever(page, label: str, value: str) -> None:
    """Type a value into a lever and leave it."""
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def idle(page) -> None:
    """Wait until something is drawn and nothing is simulated."""
    page.locator(FAN).first.wait_for()
    idle_answer(page)


def idle_answer(page) -> None:
    """Wait until the answer is there and nothing is simulated; also where no fan is drawn.

    One look for all three: an answer first appears while its simulation still counts as busy.
    """
    page.wait_for_function(
        """s => {
            const e = document.querySelector(s);
            return e && !document.querySelector('.moat-answer.working')
        }""",
        arg=ANSWER,
    )


def wait_for_text(page, selector: str, wanted: str) -> None:
    """Wait until a text is this one."""
    expect(page.locator(selector).first).to_have_text(wanted, use_inner_text=True)


def wait_for_count(page, told: str) -> None:
    """Wait until the levers say how many are changed, and it is simulated."""
    page.locator(".lever-changed", has_text=told).wait_for()
    idle(page)


def choose(page, label: str, item: str) -> None:
    """Take the first item of a list with these words."""
    field = page.locator(".moat-select", has=page.locator(f'span:text-is("{label}")'))
    option = field.locator("option", has_text=item).first.element_handle()
    field.locator("select").select_option(element=option)


def wait_in_window(page, selector: str) -> None:
    """Wait until all of an element is inside the window and nothing lies on its middle."""
    page.wait_for_function(
        """selector => {
            const e = document.querySelector(selector);
            if (!e) return false;  // the page is drawing it anew
            const { left, top, right, bottom } = e.getBoundingClientRect();
            const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth
                && (e.contains(on) || on.contains(e));
        }""",
        arg=selector,
    )
