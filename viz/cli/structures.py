"""`moat structures`: what rival forms of the model answer."""

from __future__ import annotations

import click

from viz.cli.options import JSON, handles_errors
from viz.text.terminal import say_next


@click.command()
@JSON
@handles_errors
def structures(as_json: bool) -> None:
    """Compare the answers of rival forms of the model, at once.

    Each form was fitted to the same history, and is weighed by its forecasts. Run any scenario in
    one of them with --structure NAME, in all by their weights with --structure all.
    """
    from viz.text.structures import print_structures, recorded
    from viz.text.tables import print_result

    print_result(recorded(), as_json, print_structures, lambda found: found)
    if not as_json:
        say_next("moat compare as_enacted no_controls --structure all")
