"""`moat export`: saved results as tables of other tools."""

from __future__ import annotations

from pathlib import Path

import click

from viz.cli.options import flag, handles_errors
from viz.cli.output import reserve
from viz.text.terminal import say, say_wrapped


@click.command()
@click.argument("result", type=click.Path(path_type=Path), metavar="RUN|STORE")
@click.option(
    "--iamc",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="CSV to write: model, scenario, region, variable, unit, year, value.",
)
@flag("--monthly", "Every month with its date, not the end of each year.")
@handles_errors
def export(result: Path, iamc: Path | None, monthly: bool) -> None:
    """Write a saved result as a table of other tools (IAMC).

    RUN is a folder of moat run or compare, STORE one of moat sweep. pyam and other tools of
    integrated assessment read the file. A row is a percentile or the mean over worlds; of a sweep,
    over the replicates of a point, and each point of each branch is a scenario.
    """
    if iamc is None:
        raise click.UsageError("say what to write: --iamc FILE.csv")
    from sim.core.files import write
    from sim.record.results import Results
    from sim.sweeps.store import Sweep, holds_sweep, open_sweep

    _check_target(iamc)
    opened = open_sweep(result) if holds_sweep(result) else Results.open(result)
    rows = opened.to_iamc(monthly)
    if isinstance(opened, Sweep) and not opened.complete:
        say(f"{result} is not finished: what is there is written", on_stderr=True)
    reserve(iamc)
    write(iamc, rows.to_csv(index=False).encode())
    count = rows["scenario"].nunique()
    scenarios = f"{count:,} scenario{'s' * (count != 1)}"
    say_wrapped(f"written: {iamc} ({len(rows):,} rows of {scenarios})")


def _check_target(file: Path) -> None:
    """Refuse to write over a file that is no table of this form."""
    if file.suffix.lower() != ".csv":
        raise click.BadParameter(f"'{file}' is not the name of a CSV file", param_hint="--iamc")
    if file.exists() and not file.read_bytes()[:64].startswith(b"model,scenario,region,"):
        raise FileExistsError(f"{file} exists and is no table of moat export; choose another name")
