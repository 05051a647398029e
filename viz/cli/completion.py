"""What the shell completes: scenarios, keys of `--set`, outcomes, headlines, starting files."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem


def scenarios(_context: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    """Shipped scenarios, and files."""
    from sim.scenario.library import shipped

    return [*_beginning(shipped(), start), CompletionItem(start, type="file")]


def structures(
    _context: click.Context, _param: click.Parameter, start: str
) -> list[CompletionItem]:
    """Rival forms of the model, and all of them."""
    from sim.scenario.structures import ALL
    from sim.scenario.structures import structures as named

    return _beginning([*named(), ALL], start)


def overrides(_context: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    """Keys of numbers and switches, table by table: `labs.` first, then what is in it."""
    from viz.text.search import index

    node, way = index()["keys"], ""
    while inside := [name for name in node if node[name] and start.startswith(f"{way}{name}.")]:
        way, node = f"{way}{inside[0]}.", node[inside[0]]
    keys = [f"{way}{name}{'=' if node[name] is None else '.'}" for name in node]
    return _beginning(keys, start)


def outcomes(_context: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    """Names of outcomes."""
    from viz.text.search import index

    names = [name for what, name, *_ in index()["entries"] if what == "outcome"]
    return _beginning(names, start)


def headlines(_context: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    """Names of effects that are headlines."""
    from sim.research.identification.effects import EFFECTS

    return _beginning(EFFECTS, start)


def kinds(_context: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    """Kinds of starting files."""
    from sim.scenario.library import templates

    return _beginning(templates(), start)


def _beginning(names: Iterable[str], start: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(start)]
