"""What commands write: results and figures, each whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from viz.text.terminal import say, say_wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Saveable(Protocol):
    """A result that can be written into a folder."""

    def save(self, folder: Path) -> Path:
        """Write it, all or nothing."""


def result_folder(folder: Path) -> Path:
    """Keep the folder of a result for this command, before anything is computed.

    Raises:
        FileExistsError: it holds something else, or another command is writing it.
    """
    from sim.record.results import check_place

    check_place(folder)
    return reserve(folder)


def reserve(place: Path) -> Path:
    """Keep the place of a folder or file for this command until it ends.

    Raises:
        FileExistsError: another command is writing it.
    """
    from sim.core.files import reserved

    with _says_why(place):
        click.get_current_context().with_resource(reserved(place))
    return place


def save(result: Saveable, folder: Path) -> None:
    """Write a result all or nothing, and say so when it replaces an older one."""
    is_replaced = folder.exists()
    with _says_why(folder):
        result.save(folder)
    if is_replaced:
        say(f"replaced the older result in {folder}/", on_stderr=True)


@contextmanager
def _says_why(folder: Path) -> Iterator[None]:
    """Stop with one message where a place cannot be written."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        why = error.strerror or error
        say(
            f"error: cannot write the result to {folder}: {why}; choose another --out",
            on_stderr=True,
        )
        sys.exit(2)


def write_figures(folder: Path, figures: Mapping[str, Callable[[], Figure]]) -> None:
    """Draw figures by file name, and list the folder.

    Results are safe on disk by then: a figure that fails loses nothing.
    """
    from viz.figures.files import save_figure

    for name, figure in figures.items():
        save_figure(figure(), folder / f"{name}.png")
    list_files(folder)


def list_files(folder: Path) -> None:
    """Say on stderr which files a folder holds."""
    names = sorted(file.name for file in folder.iterdir())
    say_wrapped(f"written: {folder}/ ({', '.join(names)})", on_stderr=True)


def warn(scenarios: Iterable[str], overrides: tuple[str, ...]) -> None:
    """Warn on stderr of numbers that are most unlikely to be meant, as `moat check` does."""
    from sim.scenario.load import load
    from viz.text.warnings import warnings

    found = [text for name in scenarios for text in warnings(load(name, overrides))]
    for text in dict.fromkeys(found):
        say(text, on_stderr=True)
