"""What commands write: results and figures, each whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click


def save(found: Any, folder: Path) -> Path:
    """Write a result all or nothing, and say when an older one gives way."""
    older = folder.exists()
    try:
        found.save(folder)
    except FileExistsError:
        raise
    except OSError as wrong:
        click.echo(
            f"error: cannot write the result to {folder}: {wrong.strerror}; choose another --out",
            err=True,
        )
        sys.exit(2)
    if older:
        click.echo(f"replaced the older result in {folder}/", err=True)
    return folder


def draw(figure: Any, file: Path, **how: Any) -> None:
    """Write a figure under a temporary name, then rename it.

    Args:
        how: passed on to matplotlib's `savefig`.
    """
    part = file.with_name(f".{file.stem}.part.png")
    figure.savefig(part, **how)
    part.replace(file)


def tell(folder: Path) -> None:
    """Say what stands in a folder that was written."""
    written = sorted(file.name for file in folder.iterdir())
    click.echo(f"written: {folder}/ ({', '.join(written)})", err=True)
