"""Figures as PNG files."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure


def save_figure(figure: Figure, file: Path, metadata: dict[str, str | None] | None = None) -> None:
    """Write a figure under a temporary name, then rename it.

    Args:
        metadata: of the PNG file, as matplotlib's `savefig` takes it.
    """
    part = file.with_name(f".{file.stem}.part.png")
    figure.savefig(part, metadata=metadata)
    part.replace(file)
