"""`moat list`, `moat show`, `moat check`, `moat schema`: scenario files."""

from __future__ import annotations

import click

from viz.cli.options import SCENARIO, SETS, flag, handles_errors
from viz.text.format import counted
from viz.text.terminal import say


@click.command()
@click.argument("file")
@SETS
@handles_errors
def check(file: str, overrides: tuple[str, ...]) -> None:
    """Check a scenario FILE: every problem with file, key and what to do, and acts in vain."""
    from sim.scenario.load import load
    from viz.text.notes import notes

    resolved = load(file, overrides)
    found = notes(resolved)
    for text in found:
        say(f"{file}: note: {text}")
    state = f"can be run, with {counted(len(found), 'note')}" if found else "fine"
    say(f"{file}: {state} ({resolved.scenario.title}; hash {resolved.digest[:12]})")


@click.command()
@SCENARIO
@SETS
@flag("--resolved", "Every key, not only what differs from the parent.")
@flag("--why", "Name the file or flag that set each key.")
@handles_errors
def show(scenario: str, overrides: tuple[str, ...], resolved: bool, why: bool) -> None:
    """Print what SCENARIO says: what differs from its parent, or everything."""
    from sim.scenario.load import load
    from viz.text.scenario import lines

    for line in lines(load(scenario, overrides), resolved, why):
        say(line)


@click.command(name="list")
@handles_errors
def list_scenarios() -> None:
    """List the shipped scenarios, one line each."""
    from sim.scenario.library import shipped, title

    width = max(len(name) for name in shipped())
    for name, path in shipped().items():
        say(f"{name:{width}}  {title(path)}")


@click.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    from viz.text.scenario import editor_schema
    from viz.text.tables import print_json

    print_json(editor_schema())
