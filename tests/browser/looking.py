"""What a test reads off the page, and what it waits for."""

from __future__ import annotations

ANSWER = ".moat-answer h2"
LEAD = '[data-panel="lead"]'
CASE = f"{LEAD} .moat-numbers span.case"
BASELINE = f"{LEAD} .moat-numbers span.baseline"
FAN = f"{LEAD} svg.fan g.case path.middle"
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


def text(page, selector: str) -> str:
    """The text of the first such element, once it is there."""
    return page.locator(selector).first.inner_text().strip()


def shape(page, selector: str = FAN) -> str:
    """The path of a line."""
    return page.locator(selector).first.get_attribute("d")


def wait_for_other_text(page, selector: str, before: str) -> None:
    """Wait until a text is another one."""
    page.wait_for_function(
        "([s, t]) => { const e = document.querySelector(s); return e && e.innerText.trim() !== t }",
        arg=[selector, before],
    )


def wait_for_address(page, part: str) -> None:
    """Wait until the address holds a part."""
    page.wait_for_function("part => location.href.includes(part)", arg=part)


def set_lever(page, label: str, value: str) -> None:
    """Type a value into a lever and leave it."""
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def idle(page) -> None:
    """Wait until something is drawn and nothing is simulated."""
    page.locator(FAN).first.wait_for()
    page.locator(".badge.busy").wait_for(state="detached")
    page.wait_for_function(
        "s => { const e = document.querySelector(s); return !/^Simulating/.test(e?.innerText) }",
        arg=ANSWER,
    )
