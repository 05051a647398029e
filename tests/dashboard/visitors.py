"""Visitors without a browser: each speaks to `moat watch` as a browser does, over its websocket."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0  # s that a visitor waits for what it wants to see
AGAIN = 20.0  # s after which a button is pressed once more
COMM = "solara.control"
Widget = dict[str, Any]
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Visitor:
    """One tab: the widgets that the server has sent, and what can be done with them.

    Args:
        address: of the server, `http://127.0.0.1:8765`.
        query: of the link that is opened, `s=no_controls&n=64`.
        browser: tells browsers apart (empty: one of its own).
    """

    def __init__(self, address: str, query: str = "", browser: str = "") -> None:
        self.headers = {"Origin": address, "Cookie": f"solara-session-id={browser or uuid4().hex}"}
        self.address, self.page, self.kernel = address, uuid4().hex, uuid4().hex
        self.widgets: dict[str, Widget] = {}
        self._control = uuid4().hex
        where = address.replace("http", "ws", 1)
        where += f"/jupyter/api/kernels/{self.kernel}/channels?session_id={self.page}"
        self.socket: ClientConnection = connect(
            where,
            additional_headers=self.headers,
            max_size=None,
            max_queue=None,  # hears everything: a browser that listens badly is another test
            ping_interval=None,
            open_timeout=PATIENCE,
            proxy=None,
        )
        path = f"/?{query}" if query else "/"
        run = {"path": path, "dark": False, "themes": {"light": {}, "dark": {}}}
        opening = {"comm_id": self._control, "target_name": COMM, "data": {}}
        self.send("comm_open", opening)
        self.send("comm_msg", {"comm_id": self._control, "data": {"method": "run", "args": run}})

    def send(self, kind: str, content: Any) -> None:
        """Send a message of Jupyter's protocol."""
        header = {"msg_id": uuid4().hex, "session": self.page, "username": "", "version": "5.3"}
        message = {
            "header": header | {"msg_type": kind, "date": "2026-01-01T00:00:00Z"},
            "parent_header": {},
            "metadata": {"version": "2.1.0"},
            "content": content,
            "buffers": [],
            "channel": "shell",
        }
        self.socket.send(json.dumps(message))

    def set(self, widget: str, **state: Any) -> None:
        """Set what a control holds, as moving it does."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.send("comm_msg", {"comm_id": widget, "data": data})

    def click(self, widget: str, event: str = "click", data: Any = None) -> None:
        """Press a button, or report another event of a control."""
        content = {"event": event, "data": {} if data is None else data}
        self.send("comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": content}})

    def press(self, label: str, words: str, seconds: float = PATIENCE) -> None:
        """Press a button and wait for what it brings.

        A press is lost where the page is drawn anew meanwhile: then it is pressed again.
        """
        ends = time.monotonic() + seconds
        self.wait(lambda _: self.find(children=[label], disabled=False), seconds)
        while (left := ends - time.monotonic()) > 0:
            for button in self.find(children=[label], disabled=False):
                self.click(button)
            try:
                return self.wait_for(words, min(AGAIN, left))
            except TimeoutError:
                continue
        raise TimeoutError(f"'{label}' did not bring '{words}': {self.text[:500]}")

    def hear(self, seconds: float) -> str | bytes:
        """Take the next message and return it; nothing if none came in that time."""
        try:
            raw = self.socket.recv(timeout=seconds)
        except TimeoutError:
            return b""
        message = json.loads(raw) if isinstance(raw, str) else _binary(raw)
        content, kind = message["content"], message["header"]["msg_type"]
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["data"].get("method") in ("update", "echo_update"):
            self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
        return raw

    def wait(self, until: Callable[[Visitor], Any], seconds: float = PATIENCE) -> Any:
        """Listen until something is true of the page; returns it.

        Raises:
            TimeoutError: it never was.
        """
        ends = time.monotonic() + seconds
        while not (found := until(self)):
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"the page holds {len(self.widgets)} widgets: {self.text[:500]}")
            self.hear(left)
        return found

    def wait_for(self, words: str, seconds: float = PATIENCE) -> None:
        """Listen until words in ASCII are on the page; each message is looked at once.

        Raises:
            TimeoutError: they never were.
        """
        ends = time.monotonic() + seconds
        said: str | bytes = self.text
        while words not in said if isinstance(said, str) else words.encode() not in said:
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"'{words}' is not among: {self.text[:500]}")
            said = self.hear(left)

    @property
    def text(self) -> str:
        """Everything written on the page."""
        return " ".join(_texts(list(self.widgets.values())))

    def shows(self, words: str) -> bool:
        """Whether words stand on the page."""
        return words in self.text

    def find(self, **state: Any) -> list[str]:
        """Widgets with such state."""
        wanted = state.items()
        return [
            key
            for key, widget in list(self.widgets.items())
            if all(widget.get(name) == value for name, value in wanted)
        ]

    def leave(self) -> None:
        """Close the tab: the browser says so, then hangs up."""
        url = f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.page}"
        close = urllib.request.Request(url, method="POST", headers=self.headers)
        _direct.open(close, timeout=PATIENCE).read()
        self.drop()

    def drop(self) -> None:
        """Lose the connection without a word."""
        self.socket.close()


def _binary(raw: bytes) -> dict[str, Any]:
    """A message with attachments, of which only the message counts."""
    count = int.from_bytes(raw[:4], "big")
    starts = [int.from_bytes(raw[4 * at : 4 * at + 4], "big") for at in range(1, count + 1)]
    end = starts[1] if count > 1 else None
    return json.loads(raw[starts[0] : end])


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
