"""`moat ...`: the command line. Commands import what they need, so that help is instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from sim.core.seen import escaped
from viz.cli.analyse import discover, optimise, sensitivity
from viz.cli.binds import binds
from viz.cli.calibrate import calibrate
from viz.cli.documentation import manual, month, sources
from viz.cli.evidence import evidence, findings
from viz.cli.forecast import backtest, score
from viz.cli.run import compare, explain, run
from viz.cli.scenario import check, list_scenarios, schema, show
from viz.cli.sweep import sweep
from viz.cli.view import report, watch

SECTIONS = {
    "Run scenarios": (run, compare, explain, binds),
    "Explore many worlds": (sweep, sensitivity, discover, optimise),
    "Show": (report, watch),
    "Scenario files": (list_scenarios, show, check, schema),
    "Fit and test": (calibrate, backtest, score, evidence, findings),
    "Documentation": (manual, month, sources),
}


@contextmanager
def _escaped_errors() -> Iterator[None]:
    """Errors of click say what they say without commands for the terminal."""
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = escaped(error.message)  # which click declares final
        raise


class Sections(click.Group):
    """A group whose help lists its commands under headings."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options before the command."""
        with _escaped_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the options of the command, and run it."""
        with _escaped_errors():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands of each section."""
        room = formatter.width - 6 - max(map(len, self.commands))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(str(c.name), c.get_short_help_str(room)) for c in commands])


HELP = {"help_option_names": ["-h", "--help"], "show_default": True}


@click.group(cls=Sections, context_settings=HELP)
@click.version_option(package_name="moat")
def main() -> None:
    """Simulate US-China AI competition: scenarios in, ranges and effects out.

    Every answer is a difference between paired worlds (same luck, one thing changed), with the
    range over worlds. Conditional forecasts, not predictions.
    """


for section in SECTIONS.values():
    for command in section:
        main.add_command(command)
