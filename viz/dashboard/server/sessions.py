"""How many visitors a server takes. Who comes when it is full gets an answer at once.

A session is counted from the first word of its browser until Solara has forgotten it: also one
whose browser is gone without a word, which is kept for a while in case it comes back. Those give
way to newcomers, the oldest first.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from typing import Any

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from viz.dashboard.state.limits import MAX_MESSAGE, MAX_SESSIONS, MAX_TABS

SESSIONS = "MOAT_SESSIONS"  # variable of the environment that replaces MAX_SESSIONS
COOKIE = "solara-session-id"
ARRIVAL = 20.0  # s in which a browser that was given the page opens its session
HANG_UP = 0.1  # s: uvicorn logs an error if we are done before the connection has ended
RETRY = {"Retry-After": "60"}
FULL = "This server is full: {} pages are open, the most for it. Try again in a few minutes.\n"
TABS = "Too many tabs: this browser has {} tabs of this page open. Close one of them.\n"
CHANNELS = "/channels"  # end of the path of a session's websocket


class SessionLimit:
    """An ASGI application that lets as many sessions through to another as it may have.

    Args:
        app: what serves the sessions.
        most: sessions in all (None: as the environment or `limits.py` says).
        of_one: sessions of one browser.
    """

    def __init__(self, app: ASGIApp, most: int | None = None, of_one: int = MAX_TABS) -> None:
        self.app = app
        self.most = int(os.environ.get(SESSIONS, MAX_SESSIONS)) if most is None else most
        self.of_one = of_one
        self._here: dict[str, str] = {}  # browser of each connected session
        self._sockets: dict[str, int] = {}  # open websockets of each
        self._kept: dict[str, str] = {}  # browser of each that lost its connection, oldest first
        self._coming: deque[float] = deque()  # when pages were given that have no session yet
        self._closing: set[asyncio.Task] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or say that the server is full."""
        if scope["type"] == "websocket" and scope["path"].endswith(CHANNELS):
            await self._session(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/" and not self._has_place(scope):
            await PlainTextResponse(FULL.format(self.most), 503, RETRY)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a session for as long as its browser is there."""
        kernel, browser = scope["path"].split("/")[-2], _browser(scope)
        refused = self._enter(kernel, browser)
        if refused:
            denied = PlainTextResponse(refused, 503, RETRY)
            await WebSocket(scope, receive, send).send_denial_response(denied)
            await asyncio.sleep(HANG_UP)
            return
        try:
            await self.app(scope, bounded(receive), send)
        finally:
            self._leave(kernel)

    def _has_place(self, scope: Scope) -> bool:
        """Whether somebody who asks for the page finds a place; it is held for a moment."""
        browser, now = _browser(scope), time.monotonic()
        while self._coming and now - self._coming[0] > ARRIVAL:
            self._coming.popleft()
        if browser and browser in self._here.values():
            return True  # loads the page again, or opens another tab
        if len(self._here) + len(self._coming) >= self.most:
            return False
        self._coming.append(now)
        return True

    def _enter(self, kernel: str, browser: str) -> str:
        """Count a session; why it is refused, or nothing."""
        if self._coming:
            self._coming.popleft()
        self._forget_closed()
        if kernel not in self._here and kernel not in self._kept:
            own = [key for key, name in self._kept.items() if browser and name == browser]
            count = len(own) + sum(name == browser for name in self._here.values() if browser)
            if count >= self.of_one and not self._drop(own):
                return TABS.format(self.of_one)
            if len(self._here) + len(self._kept) >= self.most and not self._drop([*self._kept]):
                return FULL.format(self.most)
        self._here[kernel] = self._kept.pop(kernel, browser)
        self._sockets[kernel] = self._sockets.get(kernel, 0) + 1
        return ""

    def _leave(self, kernel: str) -> None:
        """A websocket has ended: the session is kept, unless its browser closed it."""
        self._sockets[kernel] -= 1
        if not self._sockets[kernel]:
            del self._sockets[kernel]
            self._kept[kernel] = self._here.pop(kernel)

    def _forget_closed(self) -> None:
        """Do not count what Solara has closed: it does so in time, and when a tab is closed."""
        contexts = _contexts()
        for kernel in [key for key in self._kept if key not in contexts]:
            del self._kept[kernel]

    def _drop(self, kernels: list[str]) -> bool:
        """Close the oldest of some kept sessions; False if there is none."""
        for kernel in kernels:
            del self._kept[kernel]
            context = _contexts().get(kernel)
            if context is not None:
                # In a thread: it waits for whatever the session is doing.
                closing = asyncio.ensure_future(anyio.to_thread.run_sync(context.close, "evicted"))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
            return True
        return False


def bounded(receive: Receive) -> Receive:
    """Takes what a browser says; one that says too much at once is treated as gone."""

    async def receiving() -> Message:
        message = await receive()
        said = message.get("text") or message.get("bytes") or ""
        if len(said) > MAX_MESSAGE:
            return {"type": "websocket.disconnect", "code": 1009}
        return message

    return receiving


def _browser(scope: Scope) -> str:
    """What tells browsers apart; empty where nothing does."""
    return HTTPConnection(scope).cookies.get(COOKIE, "")


def _contexts() -> dict[str, Any]:
    """Sessions that Solara holds, by number of their kernel."""
    from solara.server import kernel_context

    return kernel_context.contexts
