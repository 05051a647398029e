"""The server behind `moat watch`: Solara, without telemetry, banner, or anything from outside."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import warnings
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

SETTINGS = {  # Solara reads them when it is imported
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "moat",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a closed browser's session ends after that
    "SOLARA_KERNEL_MAX_COUNT": "40",  # sessions of one server at a time
    "SOLARA_KERNEL_MAX_PER_SESSION": "8",  # tabs of one browser
}
OPENED = "MOAT_WATCH"  # what `moat watch` was asked to open: a scenario or a saved run
BROKEN = "This page broke. Reload it: the address holds what you had. The server's log says why."


def serve(opened: str, host: str, port: int, open_browser: bool) -> None:
    """Serve the page until it is interrupted.

    Args:
        opened: a scenario's name or file, or the folder of a saved run.

    Raises:
        OSError: the port is taken, or the host is not ours.
        ScenarioError, FileNotFoundError: what is opened is no scenario and no saved run.
    """
    for key, value in SETTINGS.items():
        os.environ.setdefault(key, value)
    os.environ[OPENED] = opened
    check_opened(opened)
    check_free(host, port)
    shown_host = f"[{host}]" if ":" in host else host
    print(
        f"moat watches on http://{shown_host}:{port} (Ctrl-C ends it)", file=sys.stderr, flush=True
    )
    # Solara's cookies are lax without https, which is what we want, and it warns at every visit.
    warnings.filterwarnings("ignore", message="Cookies with samesite")
    from solara.__main__ import cli

    command = ["run", "viz.dashboard.app", "--host", host, "--port", str(port), "--production"]
    cli([*command, "--open" if open_browser else "--no-open"], standalone_mode=False)


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
