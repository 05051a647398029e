"""What a person is told about where a condition holds: sentences, tables, one JSON object."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from sim.analysis.discover import Discovery
from sim.analysis.limits import describe_limits
from sim.analysis.plane import Plane
from sim.analysis.prim import Box, CheckedBox
from sim.core.units import figure_of

SPUR = "innovation_effect"
CHANCE = 0.8  # of halves in which a limit should be found again


def holds(found: Discovery) -> str:
    """The condition in words where it is the question of the project, else as it is written."""
    clauses = found.cases.clauses
    one = clauses[0]
    plain = len(clauses) == 1 and one.name == SPUR and one.number == 0 and one.sign in "><"
    if not plain:
        return found.cases.text
    first, second = found.about["branches"]
    verb = "spurs" if one.sign == ">" else "stifles"
    return f"{first}, against {second}, {verb} Chinese innovation by {one.month}"


def sentences(found: Discovery) -> list[str]:
    """The share of worlds, then the boxes, the tree and the map, one sentence each."""
    cases = found.cases
    what = holds(found)
    written = "" if what == cases.text else f" ({cases.text})"
    told = [f"{what}{written} in {cases.share:.0%} of worlds."]
    if not found.boxes:
        told.append("No box of conditions holds it clearly more often than chance would.")
    for at, (one, box) in enumerate(zip(found.boxes, found.totals, strict=True)):
        told.append(_box(found, at, one, box))
    asked = found.about["density_asked"]
    if asked is not None and found.boxes and found.totals[0].density < asked:
        told.append(f"No box of limits that stand out of chance reaches {asked:.0%}.")
    if len(found.leaves) > 1:
        told.append(_leaf(found, found.leaves[0], "Most often"))
        told.append(_leaf(found, found.leaves[-1], "Least often"))
    else:
        told.append("No single question splits the worlds into clearly different halves.")
    if found.plane:
        told.append(map_sentence(found.plane))
    return told


def _box(found: Discovery, at: int, one: CheckedBox, box: Box) -> str:
    start = "Where" if at == 0 else "Outside that, where"
    where = describe_limits(box.limits, found.factors)
    checked = "" if one.elsewhere is None else f", {one.elsewhere:.0%} on worlds not searched"
    doubts = [
        limit.describe(found.factors)
        for limit, share in zip(box.limits, one.again, strict=True)
        if share < CHANCE
    ]
    doubt = f" Not found again in most halves of the sample: {', '.join(doubts)}." if doubts else ""
    return (
        f"{start} {where}: in {box.density:.0%}{checked}; these are {box.mass:.0%} of worlds "
        f"and hold {box.coverage:.0%} of the cases.{doubt}"
    )


def _leaf(found: Discovery, leaf: Box, how: str) -> str:
    return (
        f"{how} ({leaf.density:.0%} of {leaf.mass:.0%} of worlds) where "
        f"{describe_limits(leaf.limits, found.factors)}."
    )


def map_sentence(plane: Plane) -> str:
    """What the map shows: the cells with the highest and the lowest median."""
    cells: list[dict[str, Any]] = [c for c in plane.cells() if c["median"] is not None]
    high = max(cells, key=lambda cell: cell["median"])
    low = min(cells, key=lambda cell: cell["median"])
    output = plane.output
    unit = "" if output.unit == "1" else f" {output.unit}"

    def place(cell: dict[str, Any]) -> str:
        sides = [_side(factor, cell) for factor in (plane.across, plane.up)]
        share = f"{cell['share_above']:.0%} above {figure_of(plane.level)}"
        return f"{figure_of(cell['median'])}{unit} ({', '.join(sides)}; {share})"

    over = sum(cell["median"] > plane.level for cell in cells)
    return (
        f"Over {plane.across.name} and {plane.up.name}, the median of {output.title} "
        f"({output.label}) lies above {figure_of(plane.level)} in {over} of {len(cells)} cells: "
        f"highest {place(high)}, lowest {place(low)}."
    )


def _side(factor: Any, cell: dict[str, Any]) -> str:
    """A cell along a factor: its one value where it has few, else its ends."""
    low, high = cell[f"{factor.name}_low"], cell[f"{factor.name}_high"]
    inside = [level for level in factor.levels or () if low <= level < high]
    if len(inside) == 1:
        return f"{factor.name} {figure_of(inside[0])}"
    return f"{factor.name} {figure_of(low)} to {figure_of(high)}"


def print_discovery(found: Discovery) -> None:
    """Sentences, then the boxes with their checks, the tree and the map."""
    from rich.console import Console

    about = found.about
    print(f"{about['sweep']}: {about['points']} points, {about['replicates']} replicates\n")
    for text in sentences(found):
        print(f"  {text}\n")
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    for table in (boxes_table(found), tree_table(found)):
        console.print(table)


def boxes_table(found: Discovery) -> Any:
    """Each limit of each box with its checks, for a terminal."""
    from rich.table import Table

    title = f"Boxes in which {found.cases.text} holds often"
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for head in ("box", "of worlds", "holds in", "of the cases", "limit", "by chance", "again"):
        table.add_column(head, no_wrap=head == "limit")
    for at, (one, box) in enumerate(zip(found.boxes, found.totals, strict=True), start=1):
        shares = [f"{value:.0%}" for value in (box.mass, box.density, box.coverage)]
        lead = [str(at), *shares]
        for limit, chance, again in zip(box.limits, one.quasi_p, one.again, strict=True):
            cells = [limit.describe(found.factors), figure_of(chance), f"{again:.0%}"]
            table.add_row(*lead, *cells)
            lead = [""] * len(lead)
        table.add_section()
    return table


def tree_table(found: Discovery) -> Any:
    """The leaves of the tree, for a terminal."""
    from rich.table import Table

    table = Table(title="Tree", title_justify="left", header_style="bold", pad_edge=False)
    for head in ("holds in", "of worlds", "of the cases", "where"):
        table.add_column(head)
    for leaf in found.leaves:
        shares = [f"{value:.0%}" for value in (leaf.density, leaf.mass, leaf.coverage)]
        table.add_row(*shares, describe_limits(leaf.limits, found.factors))
    return table


def summary(found: Discovery) -> dict[str, Any]:
    """The JSON form: share, boxes with checks and peeling, tree, map, and the sentences."""
    boxes = [
        _measures(found, box)
        | {"quasi_p": one.quasi_p, "again": one.again, "elsewhere": one.elsewhere}
        | {"peeling": [{k: v for k, v in asdict(s).items() if k != "limits"} for s in one.steps]}
        for one, box in zip(found.boxes, found.totals, strict=True)
    ]
    plane = found.plane
    mapped = plane and {
        "output": plane.output.label,
        "unit": plane.output.unit,
        "across": plane.across.name,
        "up": plane.up.name,
        "level": plane.level,
        "cells": plane.cells(),
    }
    return found.about | {
        "boxes": boxes,
        "tree": [_measures(found, leaf) for leaf in found.leaves],
        "map": mapped,
        "words": sentences(found),
    }


def _measures(found: Discovery, box: Box) -> dict[str, Any]:
    return {
        "mass": box.mass,
        "density": box.density,
        "coverage": box.coverage,
        "limits": [limit.describe(found.factors) for limit in box.limits],
    }
