"""Another website in the browser of somebody who has the dashboard open: it gets nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import looking as look
from tests.browser.servers import TOKENS, with_token

FEW = "s=leaky&n=64"
CHANNELS = "/jupyter/api/kernels/0123/channels?session_id=4567"
# What a website can try; each attempt says how it ended.
ATTEMPTS = """async ([address, channels]) => {
    const socket = new WebSocket(address.replace('http', 'ws') + channels);
    const drive = new Promise(done => {
        socket.onopen = () => done('open'); socket.onerror = () => done('refused'); });
    const asked = options => fetch(address + '/', { credentials: 'include', ...options })
        .then(r => r.text()).catch(() => 'refused');
    const frame = document.createElement('iframe');
    const framed = new Promise(done => { frame.onload = done; setTimeout(done, 5000); });
    frame.src = address + '/';
    document.body.append(frame);
    await framed;
    return { drive: await drive, read: await asked({}), unseen: await asked({ mode: 'no-cors' }),
        change: await asked({ method: 'POST' }) }
}"""


class Website(BaseHTTPRequestHandler):
    """A page that somebody else wrote, with a link to the dashboard."""

    link = ""

    def do_GET(self) -> None:
        """Answer with the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<body><a href="{self.link}">the dashboard</a>'.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def website(host: str, link: str) -> Iterator[str]:
    """Another website on this machine, by an address or a name of its own."""
    bound = "127.0.0.1" if host == "localhost" else host
    handler = type("Linking", (Website,), {"link": link})
    with ThreadingHTTPServer((bound, 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{host}:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_it_can_neither_frame_nor_read_nor_drive(visit, address, host):
    """Of another port, address or name, in the browser that holds the cookie."""
    page = visit(f"{address}/?{FEW}")
    look.idle(page)
    other = page.context.new_page()
    with website(host, address) as where:
        other.goto(where)
        ends = other.evaluate(ATTEMPTS, [address, CHANNELS])
    framed = [frame for frame in other.frames if frame.parent_frame]
    assert not any(urlsplit(frame.url).scheme == "http" for frame in framed)
    assert "moat" not in "".join(frame.content() for frame in framed)
    assert ends == dict.fromkeys(ends, "refused")


def test_its_link_opens_the_page_for_who_has_been_there(visit, address):
    """The browser holds the cookie back at first; the page is there all the same, and its state."""
    page = visit(f"{address}/?n=64")
    look.idle(page)
    with website("localhost", f"{address}/?{FEW}") as where:
        page.goto(where)
        page.get_by_role("link").click()
        look.idle(page)
    look.wait_for_address(page, FEW)
    assert page.evaluate("document.cookie") == "", "no script reads a cookie"


def test_its_link_with_the_token_lets_in(visit, address):
    """As from a message in a mailbox on the web."""
    with website("localhost", with_token(f"{address}/?{FEW}")) as where:
        page = visit(where)
        page.get_by_role("link").click()
        look.idle(page)
    look.wait_for_address(page, FEW)
    assert "token" not in page.url


def test_without_the_token_the_page_asks_for_it(visit, address, picture):
    """What the link held is there once the token is given, and the address holds no token."""
    page = visit("about:blank", been_here=False)
    page.goto(f"{address}/?{FEW}")
    expect(page.locator("p").first).to_contain_text("open the address that moat watch printed")
    picture(page, "token")
    page.get_by_label("token").fill("wrong")
    page.get_by_role("button").click()
    expect(page.locator("p").first).to_contain_text("not the one")
    page.get_by_label("token").fill(TOKENS[address].partition("=")[2])
    page.get_by_role("button").click()
    look.idle(page)
    look.wait_for_address(page, FEW)
    assert "token" not in page.url


def test_mesas_page_is_guarded_too(visit, mesa_address):
    """`solara run` serves it, and the same guards stand before it."""
    page = visit("about:blank", been_here=False)
    assert page.goto(mesa_address).status == 403
    assert page.goto(with_token(mesa_address)).status == 200
    other = page.context.new_page()
    with website("localhost", mesa_address) as where:
        other.goto(where)
        ends = other.evaluate(ATTEMPTS, [mesa_address, CHANNELS])
    assert (ends["read"], ends["drive"]) == ("refused", "refused")
