"""What a person is told about what moves an outcome: sentences, tables, one JSON object."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from sim.analysis.sensitivity import Ranking, Sensitivity
from sim.core.units import figure_of

FEW = 8  # worlds in which all points share their luck, below which a reader is warned
WIDE = 0.4  # width of an interval of a share of variance from which a reader is warned
NAMED = 3  # factors in a sentence
HEADS = {
    "total": "total share",
    "first": "share alone",
    "mu_star": "mean size of effect",
    "mu": "mean effect",
    "sigma": "spread of effect",
    "pawn": "distance",
    "regression": "rank regression",
}
SHARES = ("total", "first")


def written(name: str, value: float | None) -> str:
    """A measure's value: shares in percent, the rest as numbers."""
    if value is None or not np.isfinite(value):
        return "-"
    return f"{value:.0%}" if name in SHARES else figure_of(value)


def interval(name: str, low: float | None, high: float | None) -> str:
    """A measure's confidence interval; nothing where there is none."""
    known = low is not None and high is not None and high - low > 1e-12
    return f" [{written(name, low)}, {written(name, high)}]" if known else ""


def sentences(found: Ranking) -> str:
    """What moves an output most, how sure that is, and what is left to luck."""
    rows = found.rows()
    clear = [row for row in rows if row["clear"]]
    output = found.output
    what = f"{output.title} ({'ranks of ' if output.ranks else ''}{output.label})"
    if not clear:
        return f"No factor stands out of the noise in {what}.{_wide(found)} {_luck(found)}"
    told = f"What moves {what} most is {_first(found, clear[0])}"
    others = [_next(found, row) for row in clear[1:NAMED]]
    if others:
        apart = _apart(found, clear[0], clear[1])
        told += f"; next{'' if apart else ' (not surely less)'} {', '.join(others)}"
    left = len(rows) - len(clear)
    verb = "does" if left == 1 else "do"
    rest = f" {left} of {len(rows)} factors {verb} not stand out of the noise." if left else ""
    return f"{told}.{rest}{_wide(found)} {_luck(found)}".strip()


def _wide(found: Ranking) -> str:
    """A warning where Sobol indices are known too badly to rank by."""
    if found.method != "sobol":
        return ""
    lead = found.lead
    if np.max(lead.high - lead.low) < WIDE:
        return ""
    hint = "more base rows" if found.output.ranks else "more base rows, or --ranks"
    return f" Confidence is wide, as it is where a few extreme worlds decide: {hint} would help."


def _first(found: Ranking, row: dict[str, Any]) -> str:
    unit = "" if found.output.unit == "1" else f" {found.output.unit}"
    unit = " of the ranks" if found.output.ranks else unit
    ends = f"{figure_of(row['at_low_end'])} at its low end, {figure_of(row['at_high_end'])}"
    around = f"on average {ends} at its high end"
    if found.method == "sobol":
        total = written("total", row["total"]) + interval(
            "total", row["total_low"], row["total_high"]
        )
        alone = f"{written('first', max(0.0, row['first']))} by itself"
        if row["first"] > row["total"]:  # cannot be: an estimate from too few rows
            alone = "how much by itself is not yet clear"
        return f"{row['factor']}: {total} of the variance, {alone} ({around})"
    if found.method == "morris":
        size = written("mu_star", row["mu_star"])
        size += interval("mu_star", row["mu_star_low"], row["mu_star_high"])
        return f"{row['factor']}: {size}{unit} on average when it crosses its range"
    distance = written("pawn", row["pawn"]) + interval("pawn", row["pawn_low"], row["pawn_high"])
    return f"{row['factor']}: distance {distance} of 1 ({around})"


def _next(found: Ranking, row: dict[str, Any]) -> str:
    name = {"sobol": "total", "morris": "mu_star", "given": "pawn"}[found.method]
    return f"{row['factor']} ({written(name, row[name])})"


def _apart(found: Ranking, first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether the intervals of two factors are apart."""
    name = {"sobol": "total", "morris": "mu_star", "given": "pawn"}[found.method]
    return first[f"{name}_low"] > second[f"{name}_high"]


def _luck(found: Ranking) -> str:
    output = found.output
    few = ""
    if output.same_luck and output.replicates < FEW:
        worlds = "world" if output.replicates == 1 else f"{output.replicates} worlds"
        few = f" All points were run in the same {worlds}; in others the ranking may differ."
    share = output.luck()
    if share is None:
        return f"With one replicate the share of luck is not known.{few}"
    whose = "Luck, and numbers that are no factor, make"
    return f"{whose} {share:.0%} of the variance of a single world.{few}"


def print_sensitivity(found: Sensitivity) -> None:
    """Each output in words, then a table for each."""
    from rich.console import Console

    about = found.about
    luck = "the same worlds for all" if about["same_luck"] else "worlds of their own"
    print(
        f"{about['sweep']}: {about['points']} points ({about['sampler']}), "
        f"{about['replicates']} replicates, {luck}\n"
    )
    for one in found.rankings:
        print(f"  {sentences(one)}\n")
    for output in found.still:
        print(f"  Nothing in this sweep moves {output.title} ({output.label}).\n")
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    for one in found.rankings:
        console.print(ranking_table(one))


def ranking_table(found: Ranking) -> Any:
    """A row a factor, for a terminal."""
    from rich.table import Table

    low, median, high = (figure_of(value) for value in found.spread)
    title = f"{found.output.label}, {found.output.unit}: {median} [{low}, {high}]"
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("factor", no_wrap=True)
    for head in [*(HEADS[name] for name in _ordered(found)), "at low end", "at high end"]:
        table.add_column(head, justify="right")
    table.add_column("stands out")
    for row in found.rows():
        cells = [
            written(name, row[name]) + interval(name, row[f"{name}_low"], row[f"{name}_high"])
            for name in _ordered(found)
        ]
        ends = figure_of(row["at_low_end"]), figure_of(row["at_high_end"])
        table.add_row(row["factor"], *cells, *ends, "yes" if row["clear"] else "no")
    dummy = [written(name, found.measures[name].dummy) for name in _ordered(found)]
    table.add_section()
    table.add_row("no influence (noise)", *dummy, "", "", "")
    return table


def _ordered(found: Ranking) -> list[str]:
    """Names of the measures, the one that ranks first."""
    return [name for name in HEADS if name in found.measures]


def summary(found: Sensitivity) -> dict[str, Any]:
    """The JSON form: what the table holds, and the sentences."""
    outputs = {}
    for one in found.rankings:
        low, median, high = one.spread
        outputs[one.output.label] = {
            "unit": one.output.unit,
            "effect": one.output.is_effect,
            "p5": low,
            "median": median,
            "p95": high,
            "luck_share": one.output.luck(),
            "factors": one.rows(),
            "words": sentences(one),
        }
    return found.about | {"still": [one.label for one in found.still], "outputs": outputs}
