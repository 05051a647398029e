"""Published results in simulated worlds: one table, from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.experiments.verdict import LIKELY
from viz.pages.render import Page, render
from viz.text.published import CONSISTENCY, differences, head, rows, summary_of


def build(docs: Path) -> Page:
    """The page of the documentation."""
    return Page(page(json.loads((docs / "published_results.json").read_text("utf-8"))))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    claims = recorded["claims"]
    return render(
        "published_results",
        about=recorded["about"],
        head=head(summary_of(claims)),
        differences=differences(claims),
        rows=rows(claims),
        consistency=CONSISTENCY,
        likely=LIKELY,
    )
