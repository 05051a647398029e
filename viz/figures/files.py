"""Figures as PNG files."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from sim.core.files import write


def save_figure(figure: Figure, file: Path, metadata: dict[str, str | None] | None = None) -> None:
    """Write a figure under a temporary name, then rename it.

    Args:
        metadata: of the PNG file, as matplotlib's `savefig` takes it.
    """
    drawn = BytesIO()
    figure.savefig(drawn, metadata=metadata)
    write(file, drawn.getvalue())
