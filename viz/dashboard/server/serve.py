"""The server behind `moat watch`: Solara, without telemetry, banner, or anything from outside."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import time
import webbrowser
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sim.experiments.ensemble import POSTERIOR
from sim.outcomes.catalogue import OUTCOMES
from sim.research.forecasting.own import OwnObservation, drawable
from viz.dashboard.server.access import Access, is_network
from viz.dashboard.state import available, own
from viz.dashboard.state.limits import MAX_MESSAGE
from viz.dashboard.state.view import START

if TYPE_CHECKING:
    import uvicorn

SETTINGS = {  # Solara reads them when it is imported
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_TITLE": "moat",
    "SOLARA_KERNEL_CULL_TIMEOUT": "30s",  # of a lost browser: see sessions.py
}
OPENED = "MOAT_WATCH"  # what `moat watch` was asked to open: a scenario or a saved run
BROKEN = "This page failed. Reload it: the address holds your settings. See the server's log."
PUBLIC = (
    "public: whoever reaches this page may use it, without a token: look at everything on it, and "
    "compute on this machine within the bounds of docs/dashboard.md. Let only your proxy reach it, "
    "speak https there, and name with --allow-host what the proxy is called by."
)


def serve(
    opened: str,
    access: Access,
    open_browser: bool,
    ensemble: str = POSTERIOR,
    observed: Iterable[OwnObservation] = (),
) -> None:
    """Serve the page until it is interrupted.

    Args:
        opened: a scenario's name or file, or the folder of a saved run.
        access: where to listen, and who may use the page.
        ensemble: worlds in which scenarios run (see `sim.experiments.ensemble.posterior_of`).
        observed: observations that charts draw beside those of the project.

    Raises:
        OSError: the port is taken, or the host is not ours.
        ScenarioError, FileNotFoundError: there is no such scenario, saved run or ensemble.
    """
    for key, value in SETTINGS.items():
        os.environ.setdefault(key, value)
    own.draw(observed)
    say_not_drawn(check_opened(opened))
    available.run_in(ensemble)
    check_free(access.host, access.port)
    os.environ[OPENED] = opened
    os.environ["SOLARA_APP"] = "viz.dashboard.app"
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    print(welcome(access), file=sys.stderr, flush=True)
    server = _server(access, with_answer=opened in ("", START))
    if open_browser:
        Thread(target=open_when_started, args=(server, access.address()), daemon=True).start()
    server.run()


def _server(access: Access, with_answer: bool) -> uvicorn.Server:
    import uvicorn

    from viz.dashboard.server.site import guarded

    config = uvicorn.Config(
        guarded(access, with_answer=with_answer),
        host=access.host,
        port=access.port,
        log_config=None,
        log_level="error",
        access_log=False,  # it would hold the token
        server_header=False,
        proxy_headers=False,  # Access says what of them is believed
        ws_max_size=4 * MAX_MESSAGE,  # bytes: a character takes four at most
    )
    return uvicorn.Server(config)


def say_not_drawn(months: list[str]) -> None:
    """Say which observations of the reader no chart shows."""
    for note in drawable(list(own.drawn()), {one.name for one in OUTCOMES}, months):
        print(note, file=sys.stderr)


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


def warm(then: Callable[[], object] = lambda: None) -> Thread:
    """Import in the background what the first moved lever would wait for.

    xarray, where dask is installed, loads it as soon as it asks whether an array is one of dask's.
    What is loaded by then stays for good: the garbage collector, which would look at all of it
    after every few levers for about 80 ms, looks only at what comes later.

    Args:
        then: is called afterwards.
    """

    def load() -> None:
        with suppress(ImportError):  # nobody has asked for a cluster: there is no dask
            import_module("dask.array")
        gc.freeze()
        then()

    thread = Thread(target=load, daemon=True)
    thread.start()
    return thread


def check_opened(opened: str) -> list[str]:
    """Check that there is something to show before the server starts; gives its months."""
    if not opened:
        return []
    if Path(opened).is_dir() and not list(Path(opened).glob("*.toml")):
        from viz.dashboard.state.ensemble import open_saved

        return open_saved(opened).months
    from sim.scenario.load import load

    return load(opened).scenario.calendar.labels()


def check_free(host: str, port: int) -> None:
    """Check that nobody else listens on the port; OSError says so."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
