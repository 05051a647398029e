"""The dashboard in chromium, offline: whatever asks for another machine fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.servers import HOUSE, dashboard, free_port, mesa_app, watched, with_token

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "apt-get update && apt-get install -y --no-install-recommends chromium"
PICTURES = HOUSE / "test-artifacts"
LOOPBACK = ("127.0.0.1", "127.0.0.2", "localhost", "")
PATIENCE = 60_000  # ms: simulating on a busy machine
LAPTOP = {"width": 1366, "height": 768}
SLOW_WIRE = "SLOW_WIRE_MS"
# Each message of the server is heard so much later than the one before: what a busy machine
# shows by chance, a page drawn in part, is then seen every time (CONTRIBUTING.md).
ONE_BY_ONE = """window.WebSocket = class extends WebSocket {
    set onmessage(hear) {
        let last = Promise.resolve();
        const later = event => done => setTimeout(() => { hear.call(this, event); done() }, WAIT);
        super.onmessage = event => { last = last.then(() => new Promise(later(event))) };
    }
}"""
BEEN_HERE = "localStorage.setItem('moat:toured', '1')"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def chromium() -> Iterator:
    """The browser; without one the tests are skipped, but not where they have to be passed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"chromium is missing: {INSTALL}")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(chromium, tmp_path_factory) -> Iterator[str]:
    """Where `moat watch` serves; one server for all tests, and none of them makes it call out."""
    port = free_port()
    with watched(dashboard(port), port, tmp_path_factory.mktemp("watch")) as where:
        yield where


@pytest.fixture(scope="package")
def mesa_address(chromium, tmp_path_factory) -> Iterator[str]:
    """Where Mesa's page is served."""
    port = free_port()
    with watched(mesa_app(port), port, tmp_path_factory.mktemp("mesa")) as where:
        yield where


@pytest.fixture
def visit(chromium) -> Iterator[Callable]:
    """Opens an address as a visitor of its own; nothing may go wrong or go out unseen."""
    contexts, outside, broken = [], [], []

    def guard(route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def watch(socket) -> None:
        if urlsplit(socket.url).hostname not in LOOPBACK:
            outside.append(socket.url)

    def policy(said) -> None:
        if "Content Security Policy" in said.text:
            broken.append(said.text)

    def opened(url: str, *, been_here: bool = True, **look):
        context = chromium.new_context(**{"viewport": LAPTOP, "accept_downloads": True, **look})
        contexts.append(context)
        context.route("**/*", guard)
        if been_here:
            context.add_init_script(BEEN_HERE)
        if wait := os.environ.get(SLOW_WIRE):
            context.add_init_script(ONE_BY_ONE.replace("WAIT", str(int(wait))))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("websocket", watch)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", policy)
        page.goto(with_token(url))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == [], "the page asks for another machine"
    assert broken == [], "a script of the page failed"


@pytest.fixture
def picture() -> Callable:
    """Keeps what the browser shows, for people to look at."""

    def keep(page, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")

    return keep
