"""Write generated pages of the documentation: `uv run python -m viz.pages NAME...`.

Pages are made of what is recorded in docs/, of the shipped scenarios and posterior, and of short
simulations. With `--out docs`, `moat evidence`, also with `--published`, `moat findings` and `moat
signposts` record what takes long; so do `moat backtest` and the modules `record`,
`fit_structures`, `priors` and `small_model` of this package.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from sim.core.files import write
from viz.pages import (
    architecture,
    backtest,
    calibration,
    evidence,
    findings,
    history,
    manual,
    model,
    month,
    priors,
    published_results,
    revisions,
    scoreboard,
    signposts,
    small_model,
    sources,
    structures,
)

PAGES = {
    "architecture": architecture.build,
    "manual": manual.build,
    "model": model.build,
    "month": month.build,
    "sources": sources.build,
    "history": history.build,
    "calibration": calibration.build,
    "scoreboard": scoreboard.build,
    "backtest": backtest.build,
    "evidence": evidence.build,
    "findings": findings.build,
    "structures": structures.build,
    "published_results": published_results.build,
    "signposts": signposts.build,
    "priors": priors.build,
    "small_model": small_model.build,
    "revisions": revisions.build,
}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(tuple(PAGES)))
@click.option("--all", "every", is_flag=True, default=False, help="Every page.")
@click.option("--check", is_flag=True, default=False, help="Write nothing; say which page differs.")
@click.option("--docs", type=click.Path(path_type=Path), default=Path("docs"), show_default=True)
def main(names: tuple[str, ...], every: bool, check: bool, docs: Path) -> None:
    """Write pages of the documentation and their figures, or check the text of pages."""
    if not (names or every or check):
        raise click.UsageError(f"name a page ({', '.join(PAGES)}), or give --all or --check")
    chosen = tuple(PAGES) if every or not names else names
    if check:
        stale = [name for name in chosen if differs(name, docs)]
        for name in stale:
            click.echo(f"{docs / name}.md differs: run `uv run python -m viz.pages {name}`")
        sys.exit(1 if stale else 0)
    for name in chosen:
        save(name, docs)
        click.echo(f"written: {docs / name}.md", err=True)


def differs(name: str, docs: Path) -> bool:
    """Whether a page is not what would be written now."""
    return PAGES[name](docs).text != (docs / f"{name}.md").read_text("utf-8")


def save(name: str, docs: Path) -> None:
    """Write a page and its figures, each whole or not at all."""
    page = PAGES[name](docs)
    write(docs / f"{name}.md", page.text.encode())
    for title, figure in page.figures().items():
        image = io.BytesIO()
        figure.savefig(image, metadata={"Software": None})  # the same bytes on any version
        write(docs / "figures" / f"{title}.png", image.getvalue())


if __name__ == "__main__":
    main()
