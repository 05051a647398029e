"""Where a condition holds: sentences, tables, one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.analysis.discover import Discovery
from sim.analysis.limits import describe_limits
from sim.analysis.plane import Plane
from sim.analysis.prim import Box, CheckedBox
from viz.text.factors import explained
from viz.text.format import SHORT, between, capitalised, counted, date, number, percent
from viz.text.sensitivity import sized, titled
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped

SPUR = "innovation_effect"
READING = (
    "A box is a few limits on factors inside which the condition holds more often. Of runs: how "
    "many lie inside. Holds in: in how many of these it holds. Of the cases: how many of all "
    "runs in which it holds lie inside. p-value: how probable such a box would be if that "
    "limit did not matter. Found again: in how many halves of the sample the limit is found again."
)
CHANCE = 0.8  # share of halves of the sample in which a limit should appear once more


def holds(discovery: Discovery) -> str:
    """The condition in words where it is the question of the project, else as it is written."""
    first, *others = discovery.cases.clauses
    is_the_question = first.name == SPUR and first.number == 0 and first.sign in "><"
    if others or not is_the_question:
        return discovery.cases.text
    scenario, against = discovery.about["branches"]
    verb = "spurs" if first.sign == ">" else "stifles"
    return f"“{scenario}”, against “{against}”, {verb} Chinese innovation by {date(first.month)}"


def sentences(discovery: Discovery) -> list[str]:
    """The share of worlds, then the boxes, the tree and the map, one sentence each."""
    cases = discovery.cases
    what = holds(discovery)
    condition = "" if what == cases.text else f" ({cases.text})"
    texts = [
        f"{capitalised(what)}{condition} in {percent(cases.share)} of the runs of this sweep. Its "
        "points are spread over the ranges of its factors: this is no probability (`moat compare` "
        "and `moat answer` give one)."
    ]
    if not discovery.boxes:
        texts.append("No box of limits makes it clearly more frequent than chance would.")
    for at, (box, total) in enumerate(zip(discovery.boxes, discovery.totals, strict=True)):
        start = "Where" if at == 0 else "Outside that, where"
        texts.append(f"{start} {_box(discovery, box, total)}")
    density = discovery.about["density_asked"]
    if density is not None and discovery.boxes and discovery.totals[0].density < density:
        texts.append(f"No box with limits beyond chance reaches {percent(density)}.")
    if len(discovery.leaves) > 1:
        texts.append(f"Most often {_leaf(discovery, discovery.leaves[0])}")
        texts.append(f"Least often {_leaf(discovery, discovery.leaves[-1])}")
    else:
        texts.append("No single question splits the worlds into clearly different halves.")
    if discovery.plane:
        texts.append(map_sentence(discovery.plane))
    return texts


def _box(discovery: Discovery, box: CheckedBox, total: Box) -> str:
    """A box: its limits, how often the condition holds inside, and which limits are in doubt."""
    factors = discovery.factors
    other = box.elsewhere
    checked = "" if other is None else f" ({percent(other)} of runs that were not searched)"
    doubts = [
        limit.describe(factors)
        for limit, share in zip(total.limits, box.again, strict=True)
        if share < CHANCE
    ]
    doubt = f" Not confirmed in most halves of the sample: {', '.join(doubts)}." if doubts else ""
    return (
        f"{describe_limits(total.limits, factors)} it holds in {percent(total.density)} of runs"
        f"{checked}. {capitalised(percent(total.mass))} of all runs lie there, with "
        f"{percent(total.coverage)} of those in which it holds.{doubt}"
    )


def _leaf(discovery: Discovery, leaf: Box) -> str:
    where = describe_limits(leaf.limits, discovery.factors)
    return f"where {where}: in {percent(leaf.density)} of runs ({percent(leaf.mass)} lie there)."


def map_sentence(plane: Plane) -> str:
    """What the map shows: the cells with the highest and the lowest median."""
    cells: list[dict[str, Any]] = [cell for cell in plane.cells() if cell["median"] is not None]
    high = max(cells, key=lambda cell: cell["median"])
    low = min(cells, key=lambda cell: cell["median"])
    output, level = plane.output, sized(plane.output, plane.level)
    above = sum(cell["median"] > plane.level for cell in cells)
    return (
        f"Over {plane.across.name} and {plane.up.name}, the median of {titled(output)} lies "
        f"above {level} in {above} of {len(cells)} cells: "
        f"highest {_cell(plane, high)}, lowest {_cell(plane, low)}."
    )


def _cell(plane: Plane, cell: dict[str, Any]) -> str:
    sides = ", ".join(_side(factor, cell) for factor in (plane.across, plane.up))
    share = f"{percent(cell['share_above'])} of runs above {sized(plane.output, plane.level)}"
    return f"{sized(plane.output, cell['median'])} ({sides}; {share})"


def _side(factor: Any, cell: dict[str, Any]) -> str:
    """A cell along a factor: its one value where it has few, else its ends."""
    low, high = cell[f"{factor.name}_low"], cell[f"{factor.name}_high"]
    inside = [level for level in factor.levels or () if low <= level < high]
    if len(inside) == 1:
        return f"{factor.name} {number(inside[0])}"
    return f"{factor.name} {between(low, high)}"


def print_discovery(discovery: Discovery) -> None:
    """Print sentences, then the boxes with their checks, and the tree."""
    about = discovery.about
    points, worlds = counted(about["points"], "point"), counted(about["replicates"], "world")
    say_wrapped(f"{about['sweep']}: {points}, {worlds} a point.")
    say()
    for text in sentences(discovery):
        say_wrapped(text, indent=2)
    for table in (boxes_table(discovery), tree_table(discovery)):
        if table.rows:
            say()
            say_wrapped(f"{table.title}:")
            print_table(table.untitled())
    say_wrapped(READING)
    for text in explained(_keys(discovery)):
        say_wrapped(text, hanging=2)


def _keys(discovery: Discovery) -> dict[str, str]:
    """Keys of the factors that boxes, tree and map name, by their names."""
    boxes = [*discovery.totals, *discovery.leaves]
    named = {discovery.factors[limit.column].name for box in boxes for limit in box.limits}
    if discovery.plane:
        named |= {discovery.plane.across.name, discovery.plane.up.name}
    return {factor.name: factor.key for factor in discovery.factors if factor.name in named}


def boxes_table(discovery: Discovery) -> Table:
    """Each limit of each box with its checks."""
    rows = []
    boxes = zip(discovery.boxes, discovery.totals, strict=True)
    for count, (box, total) in enumerate(boxes, start=1):
        shares = (total.mass, total.density, total.coverage)
        first = [str(count), *map(percent, shares)]
        for limit, chance, again in zip(total.limits, box.quasi_p, box.again, strict=True):
            chances = [number(chance, SHORT), percent(again)]
            rows.append([*first, limit.describe(discovery.factors), *chances])
            first = [""] * len(first)
    title = f"Boxes in which {discovery.cases.text} holds often"
    head = ["box", "of runs", "holds in", "of the cases", "limit", "p-value", "found again"]
    return Table(title, head, rows, ("limit",), is_tight=True)


def tree_table(discovery: Discovery) -> Table:
    """The leaves of the tree."""
    rows = [
        [
            *map(percent, (leaf.density, leaf.mass, leaf.coverage)),
            describe_limits(leaf.limits, discovery.factors),
        ]
        for leaf in discovery.leaves
    ]
    return Table(
        "The tree, one question after another",
        ["holds in", "of runs", "of the cases", "where"],
        rows,
        ("where",),
        is_tight=True,
    )


def summary(discovery: Discovery) -> dict[str, Any]:
    """The JSON form: share, boxes with checks and peeling, tree, map, and the sentences."""
    boxes = [
        _measures(discovery, total)
        | {"quasi_p": box.quasi_p, "again": box.again, "elsewhere": box.elsewhere}
        | {"peeling": [{k: v for k, v in asdict(s).items() if k != "limits"} for s in box.steps]}
        for box, total in zip(discovery.boxes, discovery.totals, strict=True)
    ]
    plane = discovery.plane
    mapped = plane and {
        "output": plane.output.label,
        "unit": plane.output.unit,
        "across": plane.across.name,
        "up": plane.up.name,
        "level": plane.level,
        "cells": plane.cells(),
    }
    return discovery.about | {
        "boxes": boxes,
        "tree": [_measures(discovery, leaf) for leaf in discovery.leaves],
        "map": mapped,
        "words": sentences(discovery),
    }


def _measures(discovery: Discovery, box: Box) -> dict[str, Any]:
    return {
        "mass": box.mass,
        "density": box.density,
        "coverage": box.coverage,
        "limits": [limit.describe(discovery.factors) for limit in box.limits],
    }
