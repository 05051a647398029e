"""`moat answer`: the shipped findings in a few lines, at once."""

from __future__ import annotations

import json
from pathlib import Path

import click

from viz.cli.options import JSON, handles_errors
from viz.text.terminal import say, say_wrapped

FILE = Path(__file__).parents[1] / "answer.json"


@click.command()
@JSON
@handles_errors
def answer(as_json: bool) -> None:
    """What the shipped model says of the main questions, at once."""
    show(as_json)


def show(as_json: bool = False) -> None:
    """Print the answer that is shipped with the model; nothing is simulated."""
    found = json.loads(FILE.read_text("utf-8"))
    if as_json:
        say(json.dumps(found, ensure_ascii=False))
        return
    say_wrapped(found["head"])
    for question, text in found["answers"]:
        say_wrapped(f"{question} {text}")
    say_wrapped(f"Next: {found['next']}")
