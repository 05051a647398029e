"""The assumptions that matter most, with their sources, and the studies behind eta.

    uv run python -m viz.pages.priors

records docs/priors.json (a few minutes) and writes the page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sim.core.files import write
from sim.research.identification.effects import MAIN
from sim.research.identification.ensemble import fitted_ensemble
from sim.research.identification.eta_pieces import pieces
from sim.research.identification.prior_dependence import priors_study
from sim.scenario.load import load
from sim.scenario.paths import meaning_at
from sim.scenario.schema import quantities
from viz.pages.manual import shown
from viz.pages.render import Page, render

WORLDS = 1024  # of the prior, in which correlations are measured
ANSWER = "innovation_effect"  # the question of the project
SHOWN = (
    "lead_months@2030-12",
    "lead_points@2030-12",
    "innovation_effect@2026-12",
    "innovation_effect@2030-12",
    "compute_ratio@2030-12",
    "efficiency_ratio@2030-12",
    "domestic_share@2030-12",
    "supplier_loss@2030-12",
)


def build(docs: Path) -> Page:
    """The page of the documentation."""
    return Page(page(json.loads((docs / "priors.json").read_text("utf-8"))))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    scenario = load(MAIN[0]).scenario
    declared = {path: item for path, item, _ in quantities(scenario)}
    found = recorded["dependence"]["numbers"]
    numbers = {
        path: {
            "meaning": meaning_at(scenario, path),
            "prior": f"{shown(declared[path])} {declared[path].unit}".removesuffix(" 1"),
            "source": declared[path].source,
            "headlines": strongest(rho),
        }
        for path, rho in found.items()
        if path in declared  # numbers of older versions may be gone
    }
    return render(
        "priors",
        **recorded,
        numbers=numbers,
        answer=ranked(numbers, ANSWER),
        pieces=pieces(),
        shown=SHOWN,
    )


def ranked(numbers: dict[str, Any], effect: str) -> dict[str, Any]:
    """The numbers that move an effect, the most influential first."""
    some = {path: one for path, one in numbers.items() if effect in one["headlines"]}
    return dict(sorted(some.items(), key=lambda item: -abs(item[1]["headlines"][effect])))


def strongest(rho: dict[str, float]) -> dict[str, float]:
    """The largest correlation with each effect over its months."""
    largest: dict[str, float] = {}
    for name, value in rho.items():
        effect = name.partition("@")[0]
        largest[effect] = max(largest.get(effect, 0.0), value, key=abs)
    return largest


@click.command()
@click.option("--worlds", type=click.IntRange(64), default=WORLDS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--docs", type=click.Path(path_type=Path), default=Path("docs"), show_default=True)
def main(worlds: int, seed: int, docs: Path) -> None:
    """Measure on what the headlines rest, in worlds of the prior and in fitted ones."""
    recorded = priors_study(worlds, fitted_ensemble(seed=seed), seed, click.echo)
    write(docs / "priors.json", f"{json.dumps(recorded, indent=1)}\n".encode())
    write(docs / "priors.md", build(docs).text.encode())


if __name__ == "__main__":
    main()
