"""`moat report`: saved results as one page that needs nothing else to be read."""

from __future__ import annotations

from pathlib import Path

import click

from viz.cli.options import told


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write [default: RUN-report.html beside the first RUN].",
)
@told
def report(runs: tuple[Path, ...], out: Path | None) -> None:
    """Tell what RUN found, as one HTML page to read, print and pass on.

    RUN is a folder that moat run, compare, explain, sweep, sensitivity, discover or optimise has
    written. Of two runs or more, with the same seed, worlds and months, the last is what the others
    are compared with.
    """
    from viz.report.write import report as write

    click.echo(f"written: {write(list(runs), out)}")
