"""`moat report` and `moat watch`: saved results as a page, scenarios in the browser."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from viz.cli.options import (
    ENSEMBLE,
    OBSERVATIONS,
    POSTERIOR,
    flag,
    handles_errors,
    integer,
    with_options,
)
from viz.cli.run import own_observations
from viz.dashboard.server.access import (
    Access,
    checked_host,
    checked_origin,
    checked_path,
    new_token,
)
from viz.text.terminal import say, say_next, say_wrapped


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write [default: RUN-report.html beside the first RUN].",
)
@POSTERIOR
@OBSERVATIONS
@handles_errors
def report(
    runs: tuple[Path, ...], out: Path | None, posterior: str | None, observations: Path | None
) -> None:
    """Write results as one HTML page.

    RUN is a folder that moat run, compare, explain, sweep, sensitivity, discover or optimise has
    written. Several runs must share seed, worlds and months; each is compared with the last. If a
    run used your own posterior and its file has moved, give the file with --posterior.
    """
    from viz.report.write import report as write

    say_wrapped(f"written: {write(list(runs), out, posterior, own_observations(observations))}")
    say_next("open it in a browser")


def checked(check: Callable[[str], str]) -> Callable[..., Any]:
    """A click callback that passes each value of an option through a check."""

    def callback(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
        try:
            return check(value) if isinstance(value, str) else tuple(map(check, value))
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return callback


@click.command()
@click.argument("what", default="as_enacted", metavar="[SCENARIO | RUN]")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@integer("--port", 1, 65535, "Port to listen on.", 8765)
@flag("--no-open", "Do not open a browser.")
@click.option(
    "--allow-host",
    multiple=True,
    metavar="HOST",
    callback=checked(checked_host),
    help="Also answer to this HOST or HOST:PORT, for example behind a proxy (repeatable).",
)
@click.option(
    "--allow-frame",
    multiple=True,
    metavar="ORIGIN",
    callback=checked(checked_origin),
    help="Let pages of this origin show the dashboard in a frame (repeatable).",
)
@flag("--no-token", "Require no token: whoever reaches the page may use it.")
@flag("--public", "As --no-token, for a page behind a proxy; prints what that means.")
@click.option(
    "--proxy-path",
    default="",
    metavar="PATH",
    callback=checked(checked_path),
    show_default=False,
    help="Path under which a proxy serves the page, such as /moat.",
)
@flag("--trust-proxy", "Trust the proxy's X-Forwarded-Proto header (http or https).")
@with_options(ENSEMBLE, OBSERVATIONS)
@handles_errors
def watch(
    what: str,
    host: str,
    port: int,
    no_open: bool,
    allow_host: tuple[str, ...],
    allow_frame: tuple[str, ...],
    no_token: bool,
    public: bool,
    proxy_path: str,
    trust_proxy: bool,
    ensemble: str,
    observations: Path | None,
) -> None:
    """Open the dashboard: watch a scenario and move levers.

    Give a SCENARIO, or the folder of a saved RUN, which is replayed. The page needs no internet.
    The printed address holds a token; without it nobody gets in (docs/dashboard.md).
    """
    from viz.dashboard.server.serve import PUBLIC, check_free, serve

    own = own_observations(observations)
    try:
        check_free(host, port)
    except OSError as error:
        say(
            f"error: cannot listen on {host}:{port}: {error.strerror}; choose another --port",
            on_stderr=True,
        )
        sys.exit(2)
    token = None if no_token or public else new_token()
    access = Access(host, port, token, allow_host, allow_frame, proxy_path, trust_proxy)
    if public:
        say(PUBLIC, on_stderr=True)
    serve(what, access, not no_open, ensemble, own)
