"""The server behind `moat watch`: Solara, without telemetry, banner, or anything from outside."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import time
import webbrowser
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING

from viz.dashboard.server.access import Access, is_network
from viz.dashboard.state.limits import MAX_MESSAGE

if TYPE_CHECKING:
    import uvicorn

SETTINGS = {  # Solara reads them when it is imported
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_TITLE": "moat",
    "SOLARA_KERNEL_CULL_TIMEOUT": "30s",  # a lost browser's session ends after that (see room.py)
}
OPENED = "MOAT_WATCH"  # what `moat watch` was asked to open: a scenario or a saved run
BROKEN = "This page broke. Reload it: the address holds what you had. The server's log says why."
PUBLIC = (
    "public: whoever reaches this page may use it, without a token: look at everything on it, and "
    "compute on this machine within the bounds of docs/dashboard.md. Let only your proxy reach it, "
    "speak https there, and name with --allow-host what the proxy is called by."
)


def serve(opened: str, access: Access, open_browser: bool) -> None:
    """Serve the page until it is interrupted.

    Args:
        opened: a scenario's name or file, or the folder of a saved run.
        access: where to listen, and who may use the page.

    Raises:
        OSError: the port is taken, or the host is not ours.
        ScenarioError, FileNotFoundError: what is opened is no scenario and no saved run.
    """
    for key, value in SETTINGS.items():
        os.environ.setdefault(key, value)
    check_opened(opened)
    check_free(access.host, access.port)
    os.environ[OPENED] = opened
    os.environ["SOLARA_APP"] = "viz.dashboard.app"
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    import uvicorn

    from viz.dashboard.server.site import guarded

    config = uvicorn.Config(
        guarded(access),
        host=access.host,
        port=access.port,
        log_config=None,
        log_level="error",
        access_log=False,  # it would hold the token
        server_header=False,
        proxy_headers=False,  # Access says what of them is believed
        ws_max_size=4 * MAX_MESSAGE,  # bytes: a character takes four at most
    )
    print(welcome(access), file=sys.stderr, flush=True)
    server = uvicorn.Server(config)
    if open_browser:
        Thread(target=open_when_started, args=(server, access.address()), daemon=True).start()
    server.run()


def welcome(access: Access) -> str:
    """What is printed at the start: the address, and what else somebody has to know."""
    lines = [f"moat watches on {access.address()} (Ctrl-C ends it)"]
    if is_network(access.host):
        who = "has the token of this address" if access.token else "reaches this address"
        lines.append(f"Whoever {who} may use the page: let others in over https alone.")
    return "\n".join(lines)


def open_when_started(server: uvicorn.Server, address: str) -> None:
    """Open the browser as soon as the server answers."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.1)
    webbrowser.open(address)


def hide_tracebacks() -> None:
    """Make a page that breaks say so in words; the traceback goes to the server's log.

    Solara puts the traceback on the page, with paths of the server, and has no setting against it.
    Called by the page, since the server reads which page it serves when it is imported.
    """

    def format_exception(_kind: object, error: BaseException, _trace: object) -> list[str]:
        logging.getLogger(__name__).error("a page broke", exc_info=error)
        return [BROKEN]

    server = sys.modules.get("solara.server.app")
    if server:
        vars(server)["traceback"] = SimpleNamespace(format_exception=format_exception)


def ignore_superseded() -> None:
    """Log nothing about computations that stop because nobody waits for them any more.

    Such as those of a page that was left: Solara reports how each of them ends.
    """
    from viz.dashboard.state.ensemble import SupersededError

    def is_fault(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], SupersededError))

    logging.getLogger("solara.task").addFilter(is_fault)


def warm() -> Thread:
    """Import in the background what the first moved lever would wait for.

    xarray asks whether an array is one of dask's as soon as it sees one, and loads it for that.
    What is loaded by then stays for good: the garbage collector, which would look at all of it
    after every few levers for about 80 ms, is told to look only at what comes later.
    """

    def load() -> None:
        import_module("dask.array")
        gc.freeze()

    thread = Thread(target=load, daemon=True)
    thread.start()
    return thread


def check_opened(opened: str) -> None:
    """Check that there is something to show before the server starts."""
    if not opened:
        return
    if Path(opened).is_dir() and not list(Path(opened).glob("*.toml")):
        from viz.dashboard.state.ensemble import open_saved

        open_saved(opened)
        return
    from sim.scenario.load import load

    load(opened)


def check_free(host: str, port: int) -> None:
    """Check that nobody else listens on the port; OSError says so."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
