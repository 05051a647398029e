"""Where a condition comes about in a finished sweep (docs/analysis.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.conditions import Cases, find_cases
from sim.analysis.limits import inside
from sim.analysis.outputs import factor_matrix, in_percent, last_month, numeric_factors, opened
from sim.analysis.plane import Plane, draw_map
from sim.analysis.prim import Box, CheckedBox, find_box
from sim.analysis.tree import grow
from sim.core.worlds import Block
from sim.record.results import BOXES, write_whole
from sim.record.stored import ABOUT, dumped
from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.factors import Factor
from sim.sweeps.store import Sweep

EFFECT = "innovation_effect"  # of the default condition
MAPPED = ("effort.eta", "research.sigma")  # by default
FEWEST = 60  # design points that a box needs
MOST_BOXES = 3
WORTH = 0.05  # coverage that a further box needs


@dataclass(frozen=True)
class Discovery:
    """Where a condition holds.

    Attributes:
        cases: the condition, and in which worlds it holds.
        factors: of the design.
        boxes: the first from all worlds, each further one from those outside the boxes before.
        totals: each box without those before it, as shares of all worlds.
        leaves: of the tree, the densest first.
        plane: a map of the first clause's output, None if there are no two numbers.
        ranges: smallest and largest value of each factor in the sweep, `[factor, 2]`.
        about: provenance.
    """

    cases: Cases
    factors: list[Factor]
    boxes: list[CheckedBox]
    totals: list[Box]
    leaves: list[Box]
    plane: Plane | None
    ranges: Block
    about: dict[str, Any]

    def table(self) -> pd.DataFrame:
        """A row for each limit of each box."""
        rows = [
            {
                "box": number,
                "mass": box.mass,
                "density": box.density,
                "coverage": box.coverage,
                "factor": self.factors[limit.column].name,
                "limit": limit.describe(self.factors),
                "unit": self.factors[limit.column].unit,
                "quasi_p": checked.quasi_p[at],
                "again": checked.again[at],
            }
            for number, (checked, box) in enumerate(
                zip(self.boxes, self.totals, strict=True), start=1
            )
            for at, limit in enumerate(box.limits)
        ]
        columns = ["box", "mass", "density", "coverage", "factor", "limit", "unit"]
        return pd.DataFrame(rows, columns=[*columns, "quasi_p", "again"])

    def save(self, folder: str | Path) -> Path:
        """Write boxes, peeling, map and `run.json` into a folder, all or nothing."""

        def write(part: Path) -> None:
            self.table().to_csv(part / BOXES, index=False)
            steps = [
                {"box": n, "step": at, "mass": s.mass, "density": s.density, "coverage": s.coverage}
                for n, checked in enumerate(self.boxes, start=1)
                for at, s in enumerate(checked.steps)
            ]
            pd.DataFrame(steps).to_csv(part / "peeling.csv", index=False)
            if self.plane:
                pd.DataFrame(self.plane.cells()).to_csv(part / "map.csv", index=False)
            (part / ABOUT).write_text(dumped(self.about), "utf-8")

        return write_whole(folder, write)


def discover(
    sweep: Sweep | str | Path,
    condition: str | None = None,
    effect: bool = False,
    mapped: Sequence[str] = (),
    density: float | None = None,
) -> Discovery:
    """Where a condition holds in a sweep.

    Args:
        sweep: or its folder.
        condition: `"lead_months@2028-12 < 3"` (None: controls spur innovation, if the sweep has
            two branches).
        effect: names mean differences between the branches.
        mapped: two factors to map over (none: effort.eta and research.sigma, or the two that the
            first box limits).
        density: that the first box should reach (None: the box that gains most).

    Raises:
        ScenarioError: the condition is not understood, or the sweep does not hold what is asked.
        FileNotFoundError: there is no sweep in the folder.
    """
    sweep = opened(sweep)
    asked = condition or f"{EFFECT}@{last_month(sweep)} > 0"
    cases = find_cases(sweep, asked, effect)
    factors, pair = sweep.factors, numeric_factors(sweep, mapped)
    x = factor_matrix(sweep, cases.outputs[0].points)
    y = cases.holds.mean(axis=1)
    _refuse_few(cases, len(x))
    boxes, totals = _boxes(x, y, [factor.kind for factor in factors], density)
    return Discovery(
        cases=cases,
        factors=factors,
        boxes=boxes,
        totals=totals,
        leaves=grow(x, y, factors),
        plane=_plane(sweep, cases, factors, pair or _default_pair(factors, totals), x),
        ranges=np.stack([x.min(axis=0), x.max(axis=0)], axis=1),
        about=_about(sweep, cases, asked) | {"density_asked": density, "mapped": list(mapped)},
    )


def _about(sweep: Sweep, cases: Cases, asked: str) -> dict[str, Any]:
    points, replicates = cases.holds.shape
    return {
        "kind": "discovery",
        "sweep": str(sweep.folder),
        "asked": asked,
        "condition": cases.text,
        "effect": [output.is_effect for output in cases.outputs],
        "branches": list(sweep.branches),
        "points": points,
        "replicates": replicates,
        "share": cases.share,
    }


def _refuse_few(cases: Cases, points: int) -> None:
    """Refuse samples that are too small, or in which the condition holds always or never."""
    if points < FEWEST:
        wrong = f"has {points} finished design points, at least {FEWEST} are needed"
        raise ScenarioError(Problem("sweep", "", wrong, "sample more points"))
    if not 0 < cases.share < 1:
        where = "every world" if cases.share else "no world"
        ranges = ", ".join(
            f"{one.label} lies between {one.values.min():.4g} and {one.values.max():.4g} {one.unit}"
            for one in cases.outputs
        )
        wrong = f"holds in {where}: nothing to discover"
        raise ScenarioError(Problem("condition", cases.text, wrong, ranges))


def _boxes(
    x: Block, y: Block, kinds: Sequence[str], density: float | None
) -> tuple[list[CheckedBox], list[Box]]:
    """Successive boxes, each among the points outside those before."""
    boxes: list[CheckedBox] = []
    totals: list[Box] = []
    left = np.ones(len(y), dtype=bool)
    base = float(y.mean())
    while len(boxes) < MOST_BOXES and 0 < y[left].sum() < left.sum() and left.sum() >= FEWEST:
        checked = find_box(x[left], y[left], kinds, density)
        box = checked.box
        rows = inside(box.limits, x) & left
        coverage = float(y[rows].sum() / y.sum())
        elsewhere = base if checked.elsewhere is None else checked.elsewhere
        too_weak = coverage < WORTH or elsewhere <= base
        if not box.limits or box.density <= base or (boxes and too_weak):
            break
        boxes.append(checked)
        totals.append(Box(box.limits, float(rows.mean()), float(y[rows].mean()), coverage))
        left &= ~rows
    return boxes, totals


def _plane(
    sweep: Sweep, cases: Cases, factors: list[Factor], pair: list[Factor], x: Block
) -> Plane | None:
    """The map over two factors, None if there are fewer."""
    if len(pair) < 2:
        return None
    across, up = pair[:2]
    columns = x[:, [factors.index(across), factors.index(up)]]
    output, level = cases.outputs[0], cases.clauses[0].number
    shown = output if level else in_percent(sweep, output)  # 0 is 0 in percent too
    return draw_map(shown, (across, up), columns, level)


def _default_pair(factors: list[Factor], boxes: list[Box]) -> list[Factor]:
    """The factors that are mapped by default, or the first two numbers that a box limits."""
    pair = [factor for factor in factors if {factor.name, factor.key} & set(MAPPED)]
    if len(pair) == len(MAPPED):
        return pair
    limited = [factors[limit.column] for box in boxes for limit in box.limits]
    numbers = {factor.name: factor for factor in [*limited, *factors] if factor.kind == "number"}
    return list(numbers.values())[:2]
