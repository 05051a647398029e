"""What every request and every websocket passes before the page: host, origin, token, headers."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote_plus

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from viz.dashboard.server.access import TOKEN, Access
from viz.dashboard.server.headers import protective

NONCE = "moat.nonce"  # where a request holds what its page's scripts are marked with
READING = ("GET", "HEAD", "OPTIONS")  # methods that change nothing
LONGEST_PATH = 500  # characters; the page's own are shorter than 150
LONGEST_QUERY = 16_000  # bytes; a link holds at most 7,500 characters, some of them as three
PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
OTHER_NAME = (
    "This page does not accept the name in this address. Use the address that moat watch "
    "printed, or start it with --allow-host NAME.\n"
)
OTHER_SITE = "This request came from another website: refused.\n"
NO_PAGE = "There is no such page.\n"


class Guard:
    """An ASGI application that lets through to another what comes from the page and its visitors.

    Args:
        app: what is guarded.
        access: who may use it.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        visit = Visit(scope, self.access)
        refused = visit.refused()
        scope["path"] = visit.path
        if scope["type"] == "websocket":
            # Closed before it is accepted: the client reads status 403.
            target = WebSocketClose(code=1008) if refused else self.app
            await target(scope, receive, send)
            return
        scope["scheme"] = visit.scheme
        scope[NONCE] = secrets.token_urlsafe(16)
        await (refused or self.app)(scope, receive, self._protected(scope, send))

    def _protected(self, scope: Scope, send: Send) -> Send:
        """Sends what another does, with the headers that protect the page."""
        added = protective(self.access.frames, scope[NONCE])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers[name] = value
            await send(message)

        return sending


class Visit:
    """A request or a websocket, as far as it decides who may come in."""

    def __init__(self, scope: Scope, access: Access) -> None:
        self.access = access
        self.asked = HTTPConnection(scope)
        self.socket = scope["type"] == "websocket"
        self.reading = not self.socket and scope["method"] in READING
        server: tuple[str, int | None] = scope.get("server") or ("", None)
        self.reached, self.port = server
        self.path = _without(access.proxy_path, scope["path"])
        self.query: bytes = scope["query_string"]
        self.hosts = self.asked.headers.getlist("host")

    def refused(self) -> Response | None:
        """What is answered in place of the page; None for who may come in."""
        if not self._is_plain():
            return PlainTextResponse(NO_PAGE, 404)
        if len(self.hosts) != 1 or not self.access.answers_to(self.hosts[0], self.reached):
            return PlainTextResponse(OTHER_NAME, 403)
        if not self.reading and not self._comes_from_the_page():
            return PlainTextResponse(OTHER_SITE, 403)
        if self.access.token is None or self.access.is_token(self._cookie()):
            return None if self.given is None else self._let_in()
        if self.access.is_token(self.given):
            return self._let_in()
        return self._ask()

    @property
    def scheme(self) -> str:
        """The scheme by which the page was asked for: http or https."""
        scheme = self.asked.headers.get("x-forwarded-proto", "")
        if self.access.trust_proxy and scheme in ("http", "https"):
            return scheme
        return "https" if self.asked.scope["scheme"] in ("https", "wss") else "http"

    @property
    def given(self) -> str | None:
        """The token in the address, if there is one."""
        return dict(parse_qsl(self.query.decode("ascii"), keep_blank_values=True)).get(TOKEN)

    def _is_plain(self) -> bool:
        """Whether path and query are such as the page has: others need not reach the files."""
        path = self.path
        return (
            path.startswith("/")
            and len(path) <= LONGEST_PATH
            and path.isascii()
            and path.isprintable()
            and "\\" not in path
            and self.query.isascii()
            and len(self.query) <= LONGEST_QUERY
        )

    def _comes_from_the_page(self) -> bool:
        """Whether the origin is ours: browsers name it for websockets and for changes."""
        origins = self.asked.headers.getlist("origin")
        return len(origins) == 1 and self.access.is_own(origins[0], self.scheme, self.hosts[0])

    def _cookie_name(self) -> str:
        # Cookies are shared by all ports of a host: each server has its own.
        return f"moat-token-{self.port or self.access.port}"

    def _cookie(self) -> str | None:
        return self.asked.cookies.get(self._cookie_name())

    def _let_in(self) -> Response:
        """Keep the token in a cookie and take it out of the address."""
        parts = self.query.decode("ascii").split("&")
        kept = "&".join(part for part in parts if unquote_plus(part.partition("=")[0]) != TOKEN)
        # Relative to the page, whatever path a proxy serves it under, and never another host.
        response = RedirectResponse("./" + (f"?{kept}" if kept else ""), 303)
        response.headers["Cache-Control"] = "no-store"
        if self.access.token is not None:
            response.set_cookie(
                self._cookie_name(),
                self.access.token,
                httponly=True,
                samesite="strict",
                secure=self.scheme == "https",
            )
        return response

    def _ask(self) -> Response:
        """Say how to get in.

        Browsers hold the cookie back where another website's link led here. The page then asks for
        itself again, which is its own doing, and the cookie comes along.
        """
        led = self.asked.headers.get("sec-fetch-site") == "cross-site" and self.given is None
        pairs = parse_qsl(self.query.decode("ascii"), keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name != TOKEN]
        page = PAGES.get_template("token.html.j2").render(
            name=TOKEN,
            kept=kept,
            led=led,
            again=self.query.decode("ascii"),
            wrong=self.given is not None,
        )
        return HTMLResponse(page, 403)


def _without(prefix: str, path: str) -> str:
    """A path below the one under which a proxy serves the page, whether it was cut off or not."""
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path[len(prefix) :] or "/"
    return path
