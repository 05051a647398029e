"""`moat report` and `moat watch`: saved results as a page, scenarios in the browser."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from viz.cli.options import flag, handles_errors, integer
from viz.dashboard.server.access import (
    Access,
    checked_host,
    checked_origin,
    checked_path,
    new_token,
)
from viz.text.terminal import say


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write [default: RUN-report.html beside the first RUN].",
)
@handles_errors
def report(runs: tuple[Path, ...], out: Path | None) -> None:
    """Tell what RUN found, as one HTML page to read, print and pass on.

    RUN is a folder that moat run, compare, explain, sweep, sensitivity, discover or optimise has
    written. Of two runs or more, with the same seed, worlds and months, the last is what the others
    are compared with.
    """
    from viz.report.write import report as write

    say(f"written: {write(list(runs), out)}")


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
@integer("--port", 1, 65535, "Port.", 8765)
@flag("--no-open", "Do not open a browser.")
@click.option(
    "--allow-host",
    multiple=True,
    metavar="HOST",
    callback=checked(checked_host),
    help="Answer to this HOST or HOST:PORT too, as behind a proxy (repeatable).",
)
@click.option(
    "--allow-frame",
    multiple=True,
    metavar="ORIGIN",
    callback=checked(checked_origin),
    help="Let pages of this origin show the page in a frame (repeatable).",
)
@flag("--no-token", "Let in whoever reaches the page.")
@flag("--public", "The same, for a page behind a proxy; says what that means.")
@click.option(
    "--proxy-path",
    default="",
    metavar="PATH",
    callback=checked(checked_path),
    show_default=False,
    help="Path under which a proxy serves the page, such as /moat.",
)
@flag("--trust-proxy", "Believe the proxy's X-Forwarded-Proto (http or https).")
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
) -> None:
    """Watch a SCENARIO in the browser, move levers, and see what they change.

    RUN is the folder of a saved run (`moat run`): it is replayed. The page needs no internet. The
    address that is printed holds a token, without which nobody gets in (docs/dashboard.md).
    """
    from viz.dashboard.server.serve import PUBLIC, check_free, serve

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
    serve(what, access, not no_open)
