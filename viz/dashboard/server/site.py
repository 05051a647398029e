"""What the server answers: Solara's page, its files and its websocket, and nothing else of it.

Solara's own application has more: a proxy that fetches from the internet what a visitor names, a
page on the state of the server, and a page that believes what the first visitor's headers say
about its address. Here stands only what the page needs; what is not named here is not there.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import uuid
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from viz.dashboard.server.access import Access
from viz.dashboard.server.first import first_page
from viz.dashboard.server.guard import NONCE, Guard
from viz.dashboard.server.messages import sensible
from viz.dashboard.server.sessions import SessionLimit

FILES = "/_solara/cdn"  # where the page asks for what others take from a content network
NAME = re.compile(r"[\w-]{1,64}", re.ASCII)  # of sessions and kernels: browsers draw them
COOKIE = "solara-session-id"


def guarded(access: Access, with_answer: bool = False) -> ASGIApp:
    """The page with all that guards it.

    Args:
        access: where it listens, and who may use it.
        with_answer: whether the page opens with the question that has a shipped answer.

    Raises:
        FileNotFoundError: the scripts of the page are not installed.
    """
    return Guard(SessionLimit(site(access, with_answer)), access)


def guard_solara_run() -> None:
    """Put the same guards before a page that `solara run` serves; its address is printed.

    Called by the page: `solara run` reads it before it answers anybody. Solara's application then
    answers nothing itself. A page that another server shows, such as Jupyter, is not ours to guard.
    """
    pieces = sys.modules.get("solara.server.starlette")
    if pieces is None or isinstance(pieces.app.middleware_stack, Guard):
        return
    host = os.environ.get("SERVER_NAME", "127.0.0.1")
    access = Access(host, int(os.environ.get("SERVER_PORT", "8765")))
    pieces.app.middleware_stack = guarded(access)
    print(f"Open {access.address()}", file=sys.stderr, flush=True)


def site(access: Access, with_answer: bool = False) -> Starlette:
    """The page, unguarded."""
    from solara.server import server, settings
    from solara.server import starlette as pieces

    _settle(access)
    files = Path(settings.assets.proxy_cache_dir)
    if not files.is_dir():
        raise FileNotFoundError(f"{files} is missing: install solara-assets, the page's scripts")

    def page(request: Request) -> Response:
        """Solara's page, in which the scripts are marked as the page's own."""
        content = first_page(
            str(server.read_root("/", access.proxy_path)), request.url.query, with_answer
        )
        marked = content.replace("<script", f'<script nonce="{request.scope[NONCE]}"')
        response = HTMLResponse(marked)
        _keep_session(request, response, framed=bool(access.frames))
        return response

    static = pieces.StaticFilesOptionalAuth
    return Starlette(
        routes=[
            Route("/", page),
            WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", connect),
            Route("/_solara/api/close/{kernel_id}", close, methods=["POST"]),
            Mount(FILES, static(directory=files)),
            Mount("/static/assets", pieces.StaticAssets()),
            Mount("/jupyter/nbextensions", pieces.StaticNbFiles()),
            Mount("/static", static(directory=server.solara_static)),
        ],
        middleware=[Middleware(pieces.SolaraGZipMiddleware, minimum_size=1000)],
        lifespan=pieces.lifespan,
    )


def close(request: Request) -> Response:
    """End a session whose tab is closed, which its browser says in time."""
    from solara.server import kernel_context

    page = request.query_params.get("session_id", "")
    context = kernel_context.contexts.get(request.path_params["kernel_id"])
    if not context or page not in context.page_status or not _is_owner(request, context):
        return PlainTextResponse("There is no such session.\n", 404)
    context.page_close(page)
    return PlainTextResponse("")


async def connect(socket: WebSocket) -> None:
    """Serve a session until its browser leaves.

    A browser that says what the page never says ends it, with one line in the log.
    """
    from solara.server import starlette as pieces

    names = (socket.path_params["kernel_id"], socket.query_params.get("session_id", ""))
    if not all(map(NAME.fullmatch, names)):
        await socket.close(1008)
        return
    try:
        heard = WebSocket(socket.scope, sensible(socket.receive), socket.send)
        await pieces.kernel_connection(heard)
    except Exception as error:
        logging.getLogger(__name__).warning("a connection ended: %s", type(error).__name__)


def _settle(access: Access) -> None:
    """Set what no variable of the environment may change: nobody outside is called or believed."""
    import solara.settings
    from solara.server import settings

    solara.settings.assets.proxy = False
    solara.settings.assets.cdn = access.proxy_path + FILES
    settings.telemetry.mixpanel_enable = False
    settings.theme.show_banner = False
    settings.theme.force_refresh = True  # a lost session is opened anew from its address
    settings.main.mode = "production"
    settings.main.root_path = access.proxy_path


def _keep_session(request: Request, response: Response, framed: bool) -> None:
    """Give a browser the name under which its sessions are its own."""
    known = request.cookies.get(COOKIE, "")
    name = known if NAME.fullmatch(known) else str(uuid.uuid4())
    secure = request.url.scheme == "https"
    # A frame of another website keeps a cookie only so.
    elsewhere = framed and secure
    response.set_cookie(
        COOKIE, name, httponly=True, secure=secure, samesite="none" if elsewhere else "lax"
    )


def _is_owner(request: Request, context: Any) -> bool:
    return request.cookies.get(COOKIE) == context.session_id
