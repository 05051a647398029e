"""`moat report` and `moat watch`: saved results as a page, scenarios in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from viz.cli.options import flag, handles_errors, integer


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

    click.echo(f"written: {write(list(runs), out)}")


@click.command()
@click.argument("what", default="as_enacted", metavar="[SCENARIO | RUN]")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@integer("--port", 1, 65535, "Port.", 8765)
@flag("--no-open", "Do not open a browser.")
@handles_errors
def watch(what: str, host: str, port: int, no_open: bool) -> None:
    """Watch a SCENARIO in the browser, move levers, and see what they change.

    RUN is the folder of a saved run (`moat run`): it is replayed. The page needs no internet.
    """
    from viz.dashboard.server.serve import check_free, serve

    try:
        check_free(host, port)
    except OSError as error:
        click.echo(
            f"error: cannot listen on {host}:{port}: {error.strerror}; choose another --port",
            err=True,
        )
        sys.exit(2)
    serve(what, host, port, not no_open)
