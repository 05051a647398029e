"""What moves an outcome: sentences, tables, one JSON object."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.analysis.sensitivity import LEAD, Ranking, Sensitivity
from viz.text.format import number, percent, ranged, unit
from viz.text.tables import Table
from viz.text.terminal import print_table, say

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

Row = dict[str, Any]  # of `Ranking.rows`


def measure(name: str, value: float | None) -> str:
    """A measure's value: shares in percent, the rest as numbers."""
    if value is None or not np.isfinite(value):
        return "-"
    return percent(value) if name in SHARES else number(value)


def with_interval(name: str, row: Row) -> str:
    """A measure of a factor with its confidence interval, where it has one."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    value = measure(name, row[name])
    if low is None or high is None or high - low <= 1e-12:
        return value
    return f"{value} [{measure(name, low)}, {measure(name, high)}]"


def sentences(ranking: Ranking) -> str:
    """What moves an output most, how sure that is, and what is left to luck."""
    rows = ranking.rows()
    clear = [row for row in rows if row["clear"]]
    output = ranking.output
    what = f"{output.title} ({'ranks of ' if output.ranks else ''}{output.label})"
    if not clear:
        return f"No factor stands out of the noise in {what}.{_wide(ranking)} {_luck(ranking)}"
    text = f"What moves {what} most is {_first(ranking, clear[0])}"
    lead = LEAD[ranking.method]
    others = [f"{row['factor']} ({measure(lead, row[lead])})" for row in clear[1:NAMED]]
    if others:
        is_less = clear[0][f"{lead}_low"] > clear[1][f"{lead}_high"]
        text += f"; next{'' if is_less else ' (not surely less)'} {', '.join(others)}"
    left = len(rows) - len(clear)
    verb = "does" if left == 1 else "do"
    rest = f" {left} of {len(rows)} factors {verb} not stand out of the noise." if left else ""
    return f"{text}.{rest}{_wide(ranking)} {_luck(ranking)}".strip()


def _wide(ranking: Ranking) -> str:
    """A warning where Sobol indices are known too badly to rank by."""
    lead = ranking.lead
    if ranking.method != "sobol" or np.max(lead.high - lead.low) < WIDE:
        return ""
    hint = "more base rows" if ranking.output.ranks else "more base rows, or --ranks"
    return f" Confidence is wide, as it is where a few extreme worlds decide: {hint} would help."


def _first(ranking: Ranking, row: Row) -> str:
    """The factor that matters most, how much, and the output at its ends."""
    factor, lead = row["factor"], with_interval(LEAD[ranking.method], row)
    output = ranking.output
    if ranking.method == "morris":
        of = " of the ranks" if output.ranks else f" {unit(output.unit)}".rstrip()
        return f"{factor}: {lead}{of} on average when it crosses its range"
    ends = f"{number(row['at_low_end'])} at its low end, {number(row['at_high_end'])}"
    around = f"on average {ends} at its high end"
    if ranking.method == "given":
        return f"{factor}: distance {lead} of 1 ({around})"
    alone = f"{percent(max(0.0, row['first']))} by itself"
    if row["first"] > row["total"]:  # cannot be: an estimate from too few rows
        alone = "how much by itself is not yet clear"
    return f"{factor}: {lead} of the variance, {alone} ({around})"


def _luck(ranking: Ranking) -> str:
    output = ranking.output
    few = ""
    if output.same_luck and output.replicates < FEW:
        worlds = "world" if output.replicates == 1 else f"{output.replicates} worlds"
        few = f" All points were run in the same {worlds}; in others the ranking may differ."
    share = output.luck()
    if share is None:
        return f"With one replicate the share of luck is not known.{few}"
    whose = "Luck, and numbers that are no factor, make"
    return f"{whose} {percent(share)} of the variance of a single world.{few}"


def print_sensitivity(sensitivity: Sensitivity) -> None:
    """Print each output in sentences, then a table for each."""
    about = sensitivity.about
    luck = "the same worlds for all" if about["same_luck"] else "worlds of their own"
    say(
        f"{about['sweep']}: {about['points']} points ({about['sampler']}), "
        f"{about['replicates']} replicates, {luck}\n"
    )
    for ranking in sensitivity.rankings:
        say(f"  {sentences(ranking)}\n")
    for output in sensitivity.still:
        say(f"  Nothing in this sweep moves {output.title} ({output.label}).\n")
    for sentence in left_out(sensitivity):
        say(f"  {sentence}\n")
    for ranking in sensitivity.rankings:
        print_table(ranking_table(ranking))


def left_out(sensitivity: Sensitivity) -> list[str]:
    """Which outcomes are not analysed, and why, a sentence each."""
    undefined = sensitivity.about.get("undefined", {})  # older analyses do not have it
    return [f"Left out: {label} {why}." for label, why in undefined.items()]


def ranking_table(ranking: Ranking) -> Table:
    """A row for each factor."""
    names = [name for name in HEADS if name in ranking.measures]
    rows = []
    for row in ranking.rows():
        cells = [with_interval(name, row) for name in names]
        ends = number(row["at_low_end"]), number(row["at_high_end"])
        rows.append([row["factor"], *cells, *ends, "yes" if row["clear"] else "no"])
    dummy = [measure(name, ranking.measures[name].dummy) for name in names]
    rows.append(["no influence (noise)", *dummy, "", "", ""])
    low, median, high = ranking.spread
    title = f"{ranking.output.label}, {ranking.output.unit}: {ranged(median, low, high)}"
    heads = [HEADS[name] for name in names]
    head = ["factor", *heads, "at low end", "at high end", "stands out"]
    return Table(title, head, rows, ("factor", "stands out"), is_last_apart=True)


def summary(sensitivity: Sensitivity) -> dict[str, Any]:
    """The JSON form: what the table holds, and the sentences."""
    outputs = {}
    for ranking in sensitivity.rankings:
        low, median, high = ranking.spread
        outputs[ranking.output.label] = {
            "unit": ranking.output.unit,
            "effect": ranking.output.is_effect,
            "p5": low,
            "median": median,
            "p95": high,
            "luck_share": ranking.output.luck(),
            "factors": ranking.rows(),
            "words": sentences(ranking),
        }
    still = [output.label for output in sensitivity.still]
    return sensitivity.about | {"still": still, "outputs": outputs}
