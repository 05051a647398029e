"""A started server, spoken to without a browser: who is refused, and what never breaks it."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.servers import TOKENS, dashboard, free_port, watched

pytestmark = pytest.mark.slow
CHANNELS = "/jupyter/api/kernels/{}/channels?session_id={}"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
ROUTES = (
    "/", "/static/", "/static/main-vuetify.js", "/static/assets/", "/static/assets/style.css",
    "/static/public/", "/jupyter/nbextensions/", "/jupyter/api/kernels/", "/_solara/cdn/",
    "/_solara/cdn/requirejs@2.3.6/require.js", "/_solara/api/close/", "/_solara/api/evict/x",
    "/_solara/auth/login", "/resourcez", "/resourcez?verbose", "/readyz",
    CHANNELS.format("a", "b"),
)  # fmt: skip
TAILS = (
    "%00", "a%00.js", "%", "%zz", "%ff%fe", "%C0%AE%C0%AE/", "../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5c", "%2e%2e/", "//evil.example/", "x/" * 400,
    "y" * 300, "z" * 60_000, "?v=%ff", "?session_id=", "?session_id=%00", "?&&==&%", "?token=",
    "?token=%ff", "?s=%F0%9F%98%80", "?modelid=1&kernelid=%00", ";a", "%0d%0aX-Evil:%201", "con",
    "evil-package@1.0.0/evil.js", "https://evil.example/x.js", "?n=" + "9" * 5000,
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW")
TARGETS = (
    "*",
    "http://evil.example/",
    "//",
    "/\\evil.example",
    "evil.example:80",
    "/?\xff",
    "/\x7f",
)
MESSAGES = (
    "", "no json", "[]", "{}", "null", "1e999", '{"header": {}}', '{"header": {"msg_type": "x"}}',
    '{"header": {"msg_type": "comm_msg"}, "channel": "shell", "content": {}}',
    b"", b"\xff" * 9, b"\x7f" * 9,
    '{"header": {"msg_type": "comm_open"}, "channel": "shell", "content": {"comm_id": [], '
    '"target_name": "os.system", "data": {}}}', "[" * 100_000, "x" * 2_000_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Address of a server that may call nobody and log no traceback; and its log."""
    port, folder = free_port(), tmp_path_factory.mktemp("hostile")
    with watched(dashboard(port), port, folder) as address:
        yield address, folder / "log"


def headers_of(address: str) -> dict[str, str]:
    """What the browser of somebody sends who holds the token."""
    port, token = address.rpartition(":")[2], TOKENS[address].partition("=")[2]
    return {
        "Host": f"127.0.0.1:{port}",
        "Cookie": f"moat-token-{port}={token}",
        "Origin": address,
        "Connection": "close",
    }


def ask(address: str, target: str, method: str = "GET", **changed: str | None) -> tuple[int, str]:
    """Send a request as it is, however wrong; status and all that comes back.

    Args:
        changed: other headers, with underscores; None leaves one out.
    """
    other = {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in (headers_of(address) | other).items() if value]
    said = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 60) as wire:
        wire.sendall(said)
        heard = b""
        while part := wire.recv(65536):
            heard += part
            if heard.startswith(b"HTTP/1.1 101"):
                break  # a websocket stays open
    answer = heard.decode("latin-1")
    return int(answer.split(" ", 2)[1]), answer


def connects(address: str, **changed: str | None) -> int:
    """Status of a websocket's handshake: 101 if it is accepted."""
    target = CHANNELS.format("0123", "4567")
    return ask(address, target, **(UPGRADE | changed))[0]


def test_a_websocket_needs_host_origin_and_cookie(server):
    """A raw client with all three comes in, with one of them wrong it does not."""
    address, _ = server
    port = int(address.rpartition(":")[2])
    assert connects(address) == 101
    assert connects(address, Host=f"localhost:{port}", Origin=f"http://localhost:{port}") == 101
    for host in ("evil.example", f"evil.example:{port}", "10.0.0.1", "127.0.0.1.evil.example"):
        assert connects(address, Host=host) == 403
        assert connects(address, Host=host, Origin=f"http://{host}") == 403
    for origin in (None, "null", "http://evil.example", f"http://localhost:{port}", f"{address}0"):
        assert connects(address, Origin=origin) == 403
    for cookie in (None, "a=b", f"moat-token-{port}=", f"moat-token-{port}=guess"):
        assert connects(address, Cookie=cookie) == 403


def test_what_the_first_visitor_says_about_the_address_is_not_believed(server):
    """Neither this page nor later ones lead elsewhere; and no such header changes a cookie."""
    address, _ = server
    said = {"X_Script_Name": "/evil", "Script_Name": "/evil", "X_Forwarded_Host": "evil.example",
            "X_Forwarded_Proto": "https", "X_Forwarded_Prefix": "/evil",
            "Forwarded": "host=evil.example;proto=https"}  # fmt: skip
    pages = [ask(address, "/", Accept_Encoding=None, **more)[1] for more in (said, {})]
    for page in pages:
        assert page.startswith("HTTP/1.1 200") and "evil" not in page and "Secure" not in page
        assert 'src="/_solara/cdn/' in page and "jsdelivr" not in page


def test_only_what_the_page_needs_is_there(server):
    """Its files, as they are installed; nothing is fetched, and nothing tells of the server."""
    address, _ = server
    for target in ("/static/main-vuetify.js", "/_solara/cdn/requirejs@2.3.6/require.js"):
        assert ask(address, target)[0] == 200
    absent = ("/resourcez", "/readyz", "/_solara/cdn/left-pad@1.3.0/index.js", "/_solara/cdn/",
              "/_solara/api/evict/x", "/docs", "/viz/mesa_app.py", "/static/../app.py")  # fmt: skip
    for target in absent:
        assert ask(address, target)[0] == 404, target


def test_no_request_breaks_the_server(server):
    """Every route with every tail and method, and 150 targets by chance: answered, never by 500."""
    address, log = server
    luck = random.Random(16)
    letters = "/.%\\?&=;:@~#'\"<>{}|^` 0aZ\t\x01\x80\xff"
    asked = [("GET", route + tail) for route in ROUTES for tail in TAILS]
    asked += [(method, route) for route in ROUTES for method in METHODS]
    asked += [("GET", target) for target in TARGETS]
    for _ in range(150):
        made = "".join(luck.choices(letters, k=luck.randrange(1, 40)))
        asked.append((luck.choice(METHODS), luck.choice(ROUTES) + made))
    for method, target in asked:
        status, answer = ask(address, target, method)
        assert 200 <= status < 500, (method, target[:200])
        assert "Traceback (most" not in answer and "site-packages" not in answer
        assert not re.search(r"(?im)^x-evil", answer.partition("\r\n\r\n")[0])
    assert "Traceback" not in log.read_text()
    assert ask(address, "/")[0] == 200


def test_no_message_breaks_the_server(server):
    """A visitor whose browser talks nonsense loses the connection; the log holds a line for it."""
    address, log = server
    headers = headers_of(address)
    where = address.replace("http", "ws", 1)
    for number, message in enumerate(MESSAGES):
        names = CHANNELS.format(f"nonsense-{number}", number)
        cookie = {"Cookie": headers["Cookie"]}
        with connect(where + names, origin=address, additional_headers=cookie, proxy=None) as wire:
            wire.send(message)
            with pytest.raises(ConnectionClosed):
                while True:  # the greeting of a new session, then the end
                    wire.recv(timeout=60)
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
    assert ask(address, "/")[0] == 200
