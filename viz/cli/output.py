"""What commands write: results and figures, each whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from viz.text.terminal import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Saveable(Protocol):
    """A result that can be written into a folder."""

    def save(self, folder: Path) -> Path:
        """Write it, all or nothing."""


def save(result: Saveable, folder: Path) -> Path:
    """Write a result all or nothing, and say so when it replaces an older one."""
    is_replaced = folder.exists()
    try:
        result.save(folder)
    except FileExistsError:
        raise
    except OSError as error:
        say(
            f"error: cannot write the result to {folder}: {error.strerror}; choose another --out",
            on_stderr=True,
        )
        sys.exit(2)
    if is_replaced:
        say(f"replaced the older result in {folder}/", on_stderr=True)
    return folder


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
    say(f"written: {folder}/ ({', '.join(names)})", on_stderr=True)
