"""`moat watch`: the interactive page in the browser."""

from __future__ import annotations

import sys

import click

from viz.cli.options import told


@click.command()
@click.argument("what", default="as_enacted", metavar="[SCENARIO | RUN]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port."
)
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@told
def watch(what: str, host: str, port: int, no_open: bool) -> None:
    """Watch a SCENARIO in the browser, move levers, and see what they change.

    RUN is the folder of a saved run (`moat run`): it is replayed. The page needs no internet.
    """
    from viz.dashboard.server.serve import check_free, serve

    try:
        check_free(host, port)
    except OSError as wrong:
        click.echo(
            f"error: cannot listen on {host}:{port}: {wrong.strerror}; choose another --port",
            err=True,
        )
        sys.exit(2)
    serve(what, host, port, not no_open)
