"""`moat new` and `moat search`: where to begin, and where things are."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from viz.cli.completion import kinds
from viz.cli.options import handles_errors
from viz.text.terminal import say, say_next, say_wrapped

NEXT = {  # what to do with the first hit of a search, by what it is
    "question": "moat new {name}",
    "scenario": "moat show {name}",
    "outcome": "moat explain --outcome {name}",
    "number": "moat run --set {name}=VALUE",
}


@click.command()
@click.argument("kind", required=False, shell_complete=kinds)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@handles_errors
def new(kind: str | None, file: Path | None) -> None:
    """Write a starting file for a question.

    Without KIND, list the kinds. FILE is KIND.toml unless it is given; it is never overwritten.
    """
    from sim.scenario.errors import Problem, ScenarioError, nearest
    from sim.scenario.library import templates
    from viz.text.search import kind_for

    if kind is None:
        _list_kinds()
        return
    chosen = kind_for(kind)
    if chosen is None:
        hint = f"{nearest(kind, templates())} moat new lists them, moat search {kind} looks further"
        raise ScenarioError(Problem("moat new", "", f"there is no kind '{kind}'", hint))
    path = file or Path(f"{chosen}.toml")
    text = templates()[chosen].read_text("utf-8")
    try:
        with path.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        hint = f"name another file: moat new {chosen} OTHER.toml"
        raise ScenarioError(Problem(str(path), "", "exists already", hint)) from None
    except FileNotFoundError:
        raise ScenarioError(Problem(str(path), "", "its folder does not exist")) from None
    say_wrapped(f"{path} is written. Change in it what differs.")
    say_next(f"moat check {path}, then moat compare {path} as_enacted --worlds 64")


def _list_kinds() -> None:
    """The kinds of starting files, a line each."""
    from sim.scenario.library import templates

    width = max(map(len, templates()))
    for name, path in templates().items():
        first = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        say_wrapped(f"{name:{width}}  {first}", hanging=width + 2)
    say_wrapped("moat new KIND writes KIND.toml; moat search WORDS finds numbers and instruments.")
    say_next("moat new KIND")


@click.command()
@click.argument("words", nargs=-1, required=True)
@handles_errors
def search(words: tuple[str, ...]) -> None:
    """Find keys, instruments, scenarios, outcomes, pages.

    WORDS are looked for in any order, in names and meanings, with common other words for them.
    """
    from viz.text.search import search as look

    found = look(" ".join(words))
    if not found:
        say(f"nothing fits '{' '.join(words)}'; try fewer or other words", on_stderr=True)
        sys.exit(1)
    for entry in found:
        text = f": {entry.text}" if entry.text else ""
        say_wrapped(f"{entry.what:10} {entry.name}{text} ({entry.then})", hanging=11)
    say_next(NEXT.get(found[0].what, "moat manual").format(name=shlex.quote(found[0].name)))
