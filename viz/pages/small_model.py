"""The small model: ten numbers that explain what the controls did.

    uv run python -m viz.pages.small_model

measures, fits and tests it (some minutes) and records `sim/analysis/small_model/fitted.json`.
`uv run python -m viz.pages small_model` then writes the page and its figure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

import click

from sim.analysis.small_model.algebra import Constants, Numbers, innovation, lead
from sim.analysis.small_model.fitted import FILE, SmallModel, recorded, small_model
from sim.analysis.small_model.measure import EFFECTS
from sim.analysis.small_model.study import LUCKS, PARAMETERS, SEED, SETS, TESTS, study
from sim.core.files import write
from sim.experiments.ensemble import POSTERIOR
from sim.outcomes.presentation import label_of
from sim.research.identification.effects import MAIN
from viz.pages.render import Page, render
from viz.text import structures
from viz.text.format import SHORT, signed_amount
from viz.text.small_model import account

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REACHED, SIGNS = 0.9, 0.95  # what the small model is asked to reach
WORST = 5  # parameter sets that are shown where it fails


def build(docs: Path) -> Page:
    """The page of the documentation."""
    found = recorded()
    findings = json.loads((docs / "findings.json").read_text("utf-8"))
    return Page(page(found, findings), lambda: figures(found))


def page(found: dict[str, Any], findings: dict[str, Any]) -> str:
    """The page (Markdown).

    Args:
        findings: what is recorded of the simulator (docs/findings.json).
    """
    models = {month: small_model(month) for month in found["months"]}
    return render(
        "small_model",
        about=found["about"],
        months=found["months"],
        effects=EFFECTS,
        reached=REACHED,
        signs=SIGNS,
        meanings=_meanings(Numbers) | _meanings(Constants),
        parameters=PARAMETERS,
        beside=beside(models, findings["effects"]["-".join(MAIN)]),
        smaller={
            month: smaller_half(model.scores["lead_months"]) for month, model in models.items()
        },
        worlds=findings["about"]["worlds"],
        all_forms=[structures.together(structures.recorded(), name) for name in EFFECTS],
        steps={month: steps(model) for month, model in models.items()},
        accounts={month: account(model) for month, model in models.items()},
        missed={
            month: {name: missed(one["effects"][name]) for name in EFFECTS}
            for month, one in found["months"].items()
        },
    )


def steps(model: SmallModel) -> dict[str, float]:
    """The worked example: every number on the way from the inputs to both effects."""
    typical, constants = model.typical, model.constants
    effect = float(innovation(typical, constants))
    return {
        **{name: float(value) for name, value in typical.by_name().items()},
        **asdict(constants),
        "lost": float(typical.research_lost * typical.progress),
        "exponent": float(typical.catch_up) * constants.memory,
        "stays": math.exp(-float(typical.catch_up) * constants.memory),
        "innovation": effect,
        "percent": 100 * math.expm1(effect),
        "runs": constants.per_run * float(typical.runs_lost),
        "methods": -constants.per_method * effect,
        "stands": math.log1p(float(typical.height)),
        "counts": constants.copied + float(typical.own_run),
        "lead": float(lead(typical, constants)),
    }


def beside(models: Mapping[str, SmallModel], simulated: Mapping[str, Any]) -> list[list[str]]:
    """The worked example beside the simulator: a row for each effect and month.

    Args:
        models: of each month.
        simulated: distributions over worlds of the simulator, by effect and month.
    """
    rows = []
    for name in EFFECTS:
        for month, model in models.items():
            score = model.scores[name]
            sets = [median(score[of]) for of in ("predicted", "simulated")]
            values = [model.effects()[name], *sets]
            if name == "innovation_effect":  # in logarithms here, in percent there
                values = [100 * math.expm1(value) for value in values]
            world = simulated[name][month]
            cells = [signed_amount(value, world["unit"], SHORT) for value in values]
            cells.append(signed_amount(world["median"], world["unit"], SHORT))
            rows.append([f"{label_of(name)}, {month}", *cells])
    return rows


def smaller_half(scores: Mapping[str, Any]) -> tuple[float, float]:
    """Mean predicted and simulated effect of the half of the sets with the smaller predictions."""
    pairs = sorted(zip(scores["predicted"], scores["simulated"], strict=True))
    predicted, simulated = zip(*pairs[: len(pairs) // 2], strict=True)
    return fmean(predicted), fmean(simulated)


def missed(scores: dict[str, Any]) -> list[tuple[float, float]]:
    """Simulated and predicted effect of the sets that are missed by most, the worst first."""
    pairs = zip(scores["simulated"], scores["predicted"], strict=True)
    return sorted(pairs, key=lambda pair: -abs(pair[0] - pair[1]))[:WORST]


def _meanings(kind: type[Numbers] | type[Constants]) -> dict[str, str]:
    """What each attribute of a dataclass means, from its docstring."""
    lines = str(kind.__doc__).partition("Attributes:")[2].splitlines()
    names, found = {field.name for field in fields(kind)}, dict[str, str]()
    for line in filter(None, map(str.strip, lines)):
        name, colon, text = line.partition(": ")
        if colon and name in names:
            found[name] = text
        else:
            last = next(reversed(found))
            found[last] = f"{found[last]} {line}"
    return {name: text.removesuffix(".") for name, text in found.items()}


def figures(found: dict[str, Any]) -> dict[str, Figure]:
    """The figure of the page."""
    from viz.figures.small_model import small_model_figure

    return {"small_model": small_model_figure(found)}


@click.command()
@click.option("--sets", type=click.IntRange(8), default=SETS, show_default=True)
@click.option("--tests", type=click.IntRange(8), default=TESTS, show_default=True)
@click.option("--lucks", type=click.IntRange(2), default=LUCKS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True)
@click.option("--posterior", default=POSTERIOR, help="Of which the sets are [default: newest].")
def main(sets: int, tests: int, lucks: int, seed: int, posterior: str) -> None:
    """Measure, fit and test the small model, and record it."""
    done = 0

    def progress(worlds: int) -> None:
        nonlocal done
        done += worlds
        click.echo(f"{done} of {(sets + tests) * lucks} worlds")

    found = study(posterior, sets, tests, lucks, seed, progress)
    write(FILE, f"{json.dumps(found, indent=1)}\n".encode())
    click.echo(f"written: {FILE}; now: uv run python -m viz.pages small_model")


if __name__ == "__main__":
    main()
