"""`moat discover`: where a condition comes about in a finished sweep (docs/analysis.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.conditions import Cases, find_cases
from sim.analysis.limits import inside
from sim.analysis.outputs import Held, factor_matrix, last_month, open_folder, pick_factors
from sim.analysis.plane import Plane, survey
from sim.analysis.prim import Found, Step, find_box
from sim.analysis.tree import grow
from sim.core.worlds import Block
from sim.record.results import ABOUT, BOXES, write_whole
from sim.scenario.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.sweeps.store import Sweep

EFFECT = "innovation_effect"  # asked about unless something else is
HEART = ("effort.eta", "research.sigma")  # mapped unless something else is
FEWEST = 60  # design points from which a box says something
BOXES_MOST = 3
WORTH = 0.05  # coverage that a further box needs


@dataclass(frozen=True)
class Discovery:
    """Where a condition holds.

    Attributes:
        cases: the condition, and in which worlds it holds.
        factors: of the design.
        boxes: the first from all worlds, each further one from what is outside those before.
        totals: each box without those before it, as shares of all worlds.
        leaves: of the tree, the densest first.
        plane: a map of the first clause's output, None where there are no two numbers.
        ranges: smallest and largest value of each factor in the sweep, `[factor, 2]`.
        about: provenance.
    """

    cases: Cases
    factors: list[Any]
    boxes: list[Found]
    totals: list[Step]
    leaves: list[Step]
    plane: Plane | None
    ranges: Block
    about: dict[str, Any]

    def table(self) -> Any:
        """A pandas frame: a row for each limit of each box."""
        import pandas as pd

        rows = []
        for number, (found, box) in enumerate(zip(self.boxes, self.totals, strict=True), start=1):
            measures = {"mass": box.mass, "density": box.density, "coverage": box.coverage}
            for at, limit in enumerate(box.limits):
                factor = self.factors[limit.column]
                said = {"factor": factor.name, "limit": limit.said(self.factors)}
                checks = {"quasi_p": found.quasi_p[at], "again": found.again[at]}
                rows.append({"box": number, **measures, **said, "unit": factor.unit, **checks})
        columns = ["box", "mass", "density", "coverage", "factor", "limit", "unit"]
        return pd.DataFrame(rows, columns=[*columns, "quasi_p", "again"])

    def save(self, folder: str | Path) -> Path:
        """Write boxes, peeling, map and `run.json` into a folder, all or nothing."""
        import pandas as pd

        def write(part: Path) -> None:
            self.table().to_csv(part / BOXES, index=False)
            steps = [
                {"box": n, "step": at, "mass": s.mass, "density": s.density, "coverage": s.coverage}
                for n, found in enumerate(self.boxes, start=1)
                for at, s in enumerate(found.steps)
            ]
            pd.DataFrame(steps).to_csv(part / "peeling.csv", index=False)
            if self.plane:
                pd.DataFrame(self.plane.cells()).to_csv(part / "map.csv", index=False)
            (part / ABOUT).write_text(json.dumps(self.about, indent=1, default=str), "utf-8")

        return write_whole(folder, write)


def discover(
    folder: str | Path,
    condition: str | None = None,
    effect: bool = False,
    mapped: Sequence[str] = (),
    density: float | None = None,
) -> Discovery:
    """Where a condition holds in a sweep.

    Args:
        condition: `"lead_months@2028-12 < 3"` (None: controls spur innovation, where the sweep has
            two branches).
        effect: names mean differences between the branches.
        mapped: two factors to map over (none: effort.eta and research.sigma, or the two that the
            first box limits).
        density: that the first box should reach (None: the box that gains most).

    Raises:
        ScenarioError: the condition is not understood, or the sweep does not hold what is asked.
        FileNotFoundError: there is no sweep in the folder.
    """
    return search(open_folder(folder), condition, effect, mapped, density, str(folder))


def search(
    sweep: Sweep,
    condition: str | None = None,
    effect: bool = False,
    mapped: Sequence[str] = (),
    density: float | None = None,
    folder: str = "",
) -> Discovery:
    """The same for a sweep that is open (see `discover`)."""
    asked_for = condition or f"{EFFECT}@{last_month(sweep)} > 0"
    cases = find_cases(Held(sweep), asked_for, effect)
    factors = list(sweep.factors)
    asked = pick_factors(sweep, mapped, numeric=True)
    x = factor_matrix(sweep, cases.outputs[0].points)
    y = cases.holds.mean(axis=1)
    _refuse_little(cases, x)
    kinds: list[str] = [factor.kind for factor in factors]
    boxes, totals = _boxes(x, y, kinds, density)
    plane = _plane(cases, factors, asked, x, totals)
    points, replicates = cases.holds.shape
    about = {
        "kind": "discovery",
        "sweep": folder,
        "asked": asked_for,
        "condition": cases.text,
        "effect": [one.is_effect for one in cases.outputs],
        "branches": list(sweep.branches),
        "points": points,
        "replicates": replicates,
        "share": cases.share,
        "density_asked": density,
        "mapped": list(mapped),
    }
    ranges = np.stack([x.min(axis=0), x.max(axis=0)], axis=1)
    leaves = grow(x, y, factors)
    return Discovery(cases, factors, boxes, totals, leaves, plane, ranges, about)


def _refuse_little(cases: Cases, x: Block) -> None:
    if len(x) < FEWEST:
        wrong = f"has {len(x)} finished design points, at least {FEWEST} are needed"
        raise ScenarioError(Problem("sweep", "", wrong, "sample more points"))
    if not 0 < cases.share < 1:
        where = "every world" if cases.share else "no world"
        ranges = ", ".join(
            f"{one.label} lies between {one.values.min():.4g} and {one.values.max():.4g} {one.unit}"
            for one in cases.outputs
        )
        raise ScenarioError(
            Problem("condition", cases.text, f"holds in {where}: nothing to discover", ranges)
        )


def _boxes(
    x: Block, y: Block, kinds: list[str], density: float | None
) -> tuple[list[Found], list[Step]]:
    """Boxes one after the other, each among the points outside those before."""
    found: list[Found] = []
    totals: list[Step] = []
    left = np.ones(len(y), dtype=bool)
    base = float(y.mean())
    while len(found) < BOXES_MOST and 0 < y[left].sum() < left.sum() and left.sum() >= FEWEST:
        one = find_box(x[left], y[left], kinds, density)
        held = inside(one.box.limits, x) & left
        covers = float(y[held].sum() / y.sum())
        elsewhere = base if one.elsewhere is None else one.elsewhere
        further = covers < WORTH or elsewhere <= base
        if not one.box.limits or one.box.density <= base or (found and further):
            break
        found.append(one)
        totals.append(Step(one.box.limits, float(held.mean()), float(y[held].mean()), covers))
        left &= ~held
    return found, totals


def _plane(
    cases: Cases, factors: list[Any], asked: list[Any], x: Block, boxes: list[Step]
) -> Plane | None:
    """The map over two factors: those asked for, the two at the heart, or those of the box."""
    pair = asked or _pair(factors, boxes)
    if len(pair) < 2:
        return None
    (a, across), (b, up) = ((factor, x[:, factors.index(factor)]) for factor in pair[:2])
    return survey(cases.outputs[0], a, b, across, up, cases.clauses[0].number)


def _pair(factors: list[Any], boxes: list[Step]) -> list[Any]:
    heart = [factor for factor in factors if {factor.name, factor.key} & set(HEART)]
    if len(heart) == len(HEART):
        return heart
    limited = [factors[limit.column] for box in boxes for limit in box.limits]
    ranked = {factor.name: factor for factor in [*limited, *factors] if factor.kind == "number"}
    return list(ranked.values())[:2]
