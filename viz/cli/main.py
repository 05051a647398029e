"""`moat ...`: the command line. Commands import what they need, so that help is instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from sim.core.packages import DISTRIBUTION
from sim.core.seen import escaped
from viz.cli.analyse import discover, optimise, sensitivity
from viz.cli.answer import answer
from viz.cli.answer import show as show_answer
from viz.cli.binds import binds
from viz.cli.calibrate import calibrate
from viz.cli.documentation import manual, month, sources
from viz.cli.evidence import evidence, findings, signposts
from viz.cli.export import export
from viz.cli.forecast import backtest, observations, score
from viz.cli.run import compare, explain, run
from viz.cli.scenario import check, list_scenarios, schema, show
from viz.cli.start import new, search
from viz.cli.structures import structures
from viz.cli.sweep import sweep
from viz.cli.view import report, watch

SECTIONS = {
    "Read the answer": (answer,),
    "Run a scenario": (run, list_scenarios, show, check),
    "Compare and explain": (compare, explain, binds, structures),
    "Explore many worlds": (sweep, sensitivity, discover, optimise),
    "Look at results": (report, watch, export),
    "Write a scenario": (new, search, schema),
    "Fit to history and test": (
        *(calibrate, backtest, score, observations),
        *(evidence, findings, signposts),
    ),
    "Look things up": (manual, month, sources),
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
        """Write the commands of each section, one a line and never cut."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(str(c.name), c.get_short_help_str(UNCUT)) for c in commands])


UNCUT = 1000  # characters: no short help is cut (tests/test_cli.py keeps each to one line)
HELP = {"help_option_names": ["-h", "--help"], "show_default": True}


@click.group(cls=Sections, context_settings=HELP, invoke_without_command=True)
@click.version_option(package_name=DISTRIBUTION)
@click.pass_context
def main(context: click.Context) -> None:
    """Simulate AI competition between the United States and China.

    Every answer compares paired worlds: same luck, same parameters, one thing changed. Every
    answer comes with its range over worlds. Answers are conditional forecasts, not predictions.

    Start with: moat answer. Then: moat run, moat compare as_enacted no_controls.
    """
    if context.invoked_subcommand is None:
        show_answer()


for section in SECTIONS.values():
    for command in section:
        main.add_command(command)
