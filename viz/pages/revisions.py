"""Revisions: each headline of the findings by release, and why it moved.

    uv run python -m viz.pages.revisions "why the values moved"

appends the headlines of docs/findings.json, and of all forms of the model where these lead, to
docs/revisions.json and writes the page.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from sim import __version__
from sim.core.files import write
from sim.research.identification.effects import MAIN
from viz.pages.render import Page, render
from viz.text.structures import recorded

HEADLINES = (
    ("lead_months", "2024-12"),
    ("lead_months", "2030-12"),
    ("innovation_effect", "2024-12"),
    ("innovation_effect", "2030-12"),
    ("compute_ratio", "2024-12"),
    ("compute_ratio", "2030-12"),
    ("domestic_share", "2030-12"),
    ("domestic_share_units", "2030-12"),
    ("domestic_share_value", "2030-12"),
    ("supplier_loss", "2024-12"),
    ("supplier_loss", "2030-12"),
    ("us_supplier_revenue_china", "2030-12"),
)
KEPT = ("unit", "median", "p5", "p95", "positive", "negative")


def build(docs: Path) -> Page:
    """The page of the documentation, from docs/revisions.json."""
    return Page(page(json.loads((docs / "revisions.json").read_text("utf-8"))))


def page(revisions: list[dict[str, Any]]) -> str:
    """The page (Markdown)."""
    rows = {
        (outcome, month): [
            (one, one["headlines"][f"{outcome}@{month}"])
            for one in revisions
            if f"{outcome}@{month}" in one["headlines"]
        ]
        for outcome, month in HEADLINES
    }
    return render("revisions", revisions=revisions, rows=rows, pair=MAIN)


def revision(
    findings: dict[str, Any], forms: dict[str, Any], release: str, day: date, cause: str
) -> dict[str, Any]:
    """The headlines as one revision.

    Args:
        findings: as recorded in docs/findings.json; forms: in viz/structures.json, which lead.
        cause: why values are not those of the revision before.
    """
    effects = findings["effects"]["-".join(MAIN)] | forms["all"]["effects"]
    return {
        "release": release,
        "date": day.isoformat(),
        "cause": cause,
        "about": findings["about"],
        "headlines": {
            f"{outcome}@{month}": {key: effects[outcome][month][key] for key in KEPT}
            for outcome, month in HEADLINES
            if outcome in effects
        },
    }


def append(docs: Path, cause: str, day: date) -> None:
    """Add the values of docs/findings.json as the newest revision, and write the page."""
    findings = json.loads((docs / "findings.json").read_text("utf-8"))
    file = docs / "revisions.json"
    revisions = json.loads(file.read_text("utf-8")) if file.is_file() else []
    revisions.append(revision(findings, recorded(), __version__, day, cause))
    write(file, f"{json.dumps(revisions, indent=1)}\n".encode())
    write(docs / "revisions.md", page(revisions).encode())


@click.command()
@click.argument("cause")
@click.option("--docs", type=click.Path(path_type=Path), default=Path("docs"), show_default=True)
def main(cause: str, docs: Path) -> None:
    """Append today's headlines to the revisions, with the CAUSE of their change."""
    append(docs, cause, datetime.now(UTC).date())
    click.echo(f"written: {docs / 'revisions.json'}, {docs / 'revisions.md'}", err=True)


if __name__ == "__main__":
    main()
