"""How fast the dashboard is in a browser: what a visitor waits for.

A real browser (chromium), 128 worlds, one visitor, and seconds by the clock of the browser: measure
on a quiet machine.

    uv run python -m benchmarks.page [MOVES]

Opening: from the start of `moat watch` to a page that can be used, and from a link to the shipped
answer and to the simulated charts. Then some moves of a policy and of an assumption: from the key
that is let go to the first sign that it is heard, and to the new numbers. Then the months that the
clock plays in a second.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.browser import looking as look
from tests.browser.servers import dashboard, free_port, serving

SIZE = {"width": 1440, "height": 900}
WORLDS = 128
POLICIES = ("Chip threshold", "Memory (HBM) control")
ASSUMPTION = "Response of effort to scarcity"
TIMED = """label => new Promise(done => {
    const text = () => document.querySelector('.moat-card .moat-size')?.innerText;
    const busy = () => !!document.querySelector('.badge.busy');
    const sent = () => document.documentElement.classList.contains('moat-sent');
    const slider = [...document.querySelectorAll('[role=slider]')].find(
        one => one.getAttribute('aria-label').startsWith(label));
    const before = text();
    let began = 0, heard = 0;
    slider.addEventListener("keyup", () => { began = performance.now(); watch(); },
        { once: true });
    const watch = () => {
        if (!heard && (sent() || busy())) heard = performance.now() - began;
        if (text() !== before && !busy()) return done([heard, performance.now() - began]);
        if (performance.now() - began > 30000) return done([heard, NaN]);
        requestAnimationFrame(watch);
    };
    slider.focus();
})"""
"""Milliseconds from the release of a key on a slider to a sign of work, and to new numbers."""


def moved(page: Page, label: str, moves: int) -> tuple[float, float]:
    """Seconds to the first sign of work and to new numbers, in the middle of some moves."""
    times = []
    for move in range(moves):
        page.evaluate(f"() => {{ window.timed = ({TIMED})('{label}') }}")
        page.keyboard.press("ArrowLeft" if move < moves / 2 else "ArrowRight")
        times.append(page.evaluate("() => window.timed"))
        page.wait_for_timeout(300)
    heard, done = zip(*times, strict=True)
    return median(heard) / 1000, median(done) / 1000


def opened(page: Page, address: str) -> tuple[float, float]:
    """Seconds from a link to the shipped answer, and to the charts that are simulated."""
    began = time.perf_counter()
    page.goto(f"{address}/?n={WORLDS}", wait_until="commit")
    page.locator(".moat-card .moat-size").first.wait_for()
    answered = time.perf_counter() - began
    page.locator(look.FAN).first.wait_for()
    return answered, time.perf_counter() - began


def played(page: Page, speed: int, seconds: float = 4.0) -> float:
    """Months a second that the clock makes at a speed."""
    look.choose(page, "Months a second", str(speed))
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".moat-when strong", has_text="Jan 2020").wait_for()
    page.get_by_role("button", name="Play", exact=True).click()
    look.wait_for_month(page, 2)
    first, began = look.months(page), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    rate = (look.months(page) - first) / (time.perf_counter() - began)
    page.get_by_role("button", name="Pause", exact=True).click()
    return rate


def main(moves: int) -> None:
    """Print the figures."""
    port, log = free_port(), Path(tempfile.mkdtemp()) / "log"
    with sync_playwright() as start:
        browser = start.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport=SIZE).new_page()
        page.add_init_script("localStorage.setItem('moat:toured', '1')")
        began = time.perf_counter()
        with serving(dashboard(port, "--no-token"), port, log) as address:
            measure(page, address, began, moves)
        browser.close()


def measure(page: Page, address: str, began: float, moves: int) -> None:
    """Print the figures of a server that was started at `began`."""
    page.goto(f"{address}/?n={WORLDS}")
    page.locator(".moat-card .moat-size").first.wait_for()
    print(f"moat watch to the shipped answer: {time.perf_counter() - began:.1f} s")
    page.locator(".moat-side [role=slider]").first.wait_for(state="attached")
    print(f"moat watch to a usable page: {time.perf_counter() - began:.1f} s")
    look.idle(page)
    page.goto("about:blank")
    time.sleep(1)
    answered, drawn = opened(page, address)
    print(f"a link to the shipped answer: {answered:.2f} s; to the charts: {drawn:.2f} s")
    look.idle(page)
    for label in (*POLICIES, ASSUMPTION):
        if label == ASSUMPTION:
            page.get_by_text("The 12 that matter most").click()
            page.locator(f"[role=slider][aria-label^='{ASSUMPTION}']").wait_for(state="attached")
        heard, done = moved(page, label, moves)
        print(f"{label}: first sign {heard:.2f} s, new numbers {done:.2f} s")
    for speed in (6, 12, 24):
        print(f"played at {speed} months a second: {played(page, speed):.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
