"""What moves an outcome: sentences, tables, one JSON object."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.analysis.indices import base_rows
from sim.analysis.outputs import DIFFERENCES, Output
from sim.analysis.sensitivity import LEAD, Ranking, Sensitivity
from sim.core.worlds import Block
from sim.outcomes.presentation import size_of_effect
from viz.text.factors import explained
from viz.text.format import (
    SHORT,
    amount,
    between,
    capitalised,
    counted,
    date,
    number,
    percent,
    ranged,
)
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped

FEW = 8  # worlds in which all points share their luck, below which a reader is warned
WIDE = 0.4  # width of an interval of a share of variance from which a reader is warned
NAMED = 3  # factors in a sentence
MOST = 4  # outcomes that are worded, unless all are asked for
HEADS = {
    "total": "total share",
    "first": "share alone",
    "mu_star": "mean size of effect",
    "mu": "mean effect",
    "sigma": "spread of effect",
    "pawn": "influence, 0 to 1",
    "regression": "rank regression",
}
SHORT_HEADS = {
    "total": "share of\nvariance, %",
    "mu_star": "size of\neffect",
    "pawn": "influence\n(0 to 1)",
    "regression": "rank\nregression",
}
READING = {  # by method
    "sobol": "Share of variance: how much less the outcome would vary if the factor were known, "
    "with 95 % confidence; shares can add up to more than 100 %. Clear: more than a factor "
    "that does nothing would show.",
    "morris": "Size of effect: change of the outcome, of either sign, when the factor crosses its "
    "range, on average, with 95 % confidence. Clear: more than noise.",
    "given": "Influence (PAWN index): how far the distribution of the outcome moves when the "
    "factor is known, 0 not at all, 1 all the way, with 95 % confidence. Clear: more than a factor "
    "that does nothing would show.",
}
SIGNS = {True: "yes", False: "no"}
SHARES = ("total", "first")
ENDS = ("low_end", "high_end")

Row = dict[str, Any]  # of `Ranking.rows`


def measure(name: str, value: float | None) -> str:
    """A measure's value: shares in percent, the rest as numbers."""
    if value is None or not np.isfinite(value):
        return "-"
    return percent(value) if name in SHARES else number(value, SHORT)


def with_interval(name: str, row: Row) -> str:
    """A measure of a factor with its confidence interval, where it has one."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    value = measure(name, row[name])
    if low is None or high is None or high - low <= 1e-12:
        return value
    return f"{value} [{measure(name, low)}, {measure(name, high)}]"


def sentences(ranking: Ranking) -> str:
    """What moves an output most, how sure that is, and what is left to luck."""
    return " ".join([_influences(ranking), *doubts(ranking)])


def doubts(ranking: Ranking) -> list[str]:
    """Why a ranking may be another one with more points or in other worlds."""
    wide = _few_rows(ranking) if ranking.has_few_rows else _wide(ranking)
    return [text for text in (wide, _few(ranking)) if text]


def _few_rows(ranking: Ranking) -> str:
    """A warning where shares of the variance cannot be right."""
    rows, _ = base_rows(len(ranking.output.points), len(ranking.factors))
    return (
        f"The rows are too few for shares of the variance ({rows:,} base rows): no share can be "
        "more than 100 %, and none alone more than in total. Use the order at most, and "
        f"{max(4 * rows, 256):,} base rows or more for numbers."
    )


def level_means(ranking: Ranking) -> list[str]:
    """The mean of the output at each level of a choice of three or more, a line each."""
    return [
        f"{name}, mean at each level: "
        + "; ".join(f"{level} {sized(ranking.output, mean)}" for level, mean in means.items())
        for name, means in ranking.levels.items()
        if len(means) > 2 and ranking.kinds[ranking.factors.index(name)] == "choice"
    ]


def _influences(ranking: Ranking) -> str:
    """What moves an output most, and how much is left to luck."""
    rows = ranking.rows()
    clear = [row for row in rows if row["clear"]]
    output = ranking.output
    what = f"{'ranks of ' if output.ranks else ''}{titled(output)}"
    if not clear:
        return f"No factor has a clear effect on {what}. {_luck(ranking)}"
    text = f"What moves {what} most is {_first(ranking, clear[0])}"
    lead = LEAD[ranking.method]
    others = [f"{row['factor']} ({measure(lead, row[lead])})" for row in clear[1:NAMED]]
    if others:
        is_less = clear[0][f"{lead}_low"] > clear[1][f"{lead}_high"]
        text += f"; next{'' if is_less else ' (perhaps as much)'} {', '.join(others)}"
    left = len(rows) - len(clear)
    verb = "has" if left == 1 else "have"
    rest = f" {left} of {len(rows)} factors {verb} no clear effect." if left else ""
    return f"{text}.{rest} {_luck(ranking)}"


def titled(output: Output) -> str:
    """An outcome in a sentence: `the US lead in time in December 2030`."""
    return output.title.replace(output.month, date(output.month))


def scaled(output: Output, values: Block) -> tuple[Block, str]:
    """Values of an outcome as people give them, and their unit: efficiencies, shares in percent."""
    if not output.ranks and (output.is_effect or output.name in DIFFERENCES):
        size = size_of_effect(output.name, values, output.unit)
        return size.values, size.unit
    return (100 * values, "%") if output.unit == "share" else (values, output.unit)


def sized(output: Output, value: float, digits: int = SHORT) -> str:
    """A value of an outcome as people give it, with its unit; a rank without."""
    values, shown = scaled(output, np.array(value))
    return amount(float(values), "1" if output.ranks else shown, digits)


def around(output: Output, low: float, high: float) -> str:
    """A range of an outcome as people give it: `between -0.85 and 2.6 months`."""
    ends, shown = scaled(output, np.array([low, high]))
    return between(float(ends[0]), float(ends[1]), "1" if output.ranks else shown)


def _wide(ranking: Ranking) -> str:
    """A warning where Sobol indices are known too badly to rank by."""
    lead = ranking.lead
    if ranking.method != "sobol" or np.max(lead.high - lead.low) < WIDE:
        return ""
    hint = "more base rows" if ranking.output.ranks else "more base rows, or --ranks"
    return f"Confidence intervals are wide, because a few extreme worlds decide: {hint} would help."


def _first(ranking: Ranking, row: Row) -> str:
    """The factor that matters most, how much, and the output at its ends."""
    factor, lead = row["factor"], with_interval(LEAD[ranking.method], row)
    output = ranking.output
    if ranking.method == "morris":
        size = f"{lead} of the ranks" if output.ranks else sized(output, row["mu_star"])
        return f"{factor}: {size} on average when it crosses its range"
    low, high = sized(output, row["at_low_end"]), sized(output, row["at_high_end"])
    around = f"on average {low} at {row['low_end']}, {high} at {row['high_end']}"
    if ranking.method == "given":
        return f"{factor}: influence {lead}, where 0 is none and 1 is all ({around})"
    alone = f"{percent(max(0.0, row['first']))} by itself"
    if row["first"] > row["total"]:  # cannot be: an estimate from too few rows
        alone = "its share alone is not yet clear"
    return f"{factor}: {lead} of the variance, {alone} ({around})"


def _luck(ranking: Ranking) -> str:
    share = ranking.output.luck()
    if share is None:
        return "With one replicate the share of luck is unknown."
    whose = "Luck and the numbers that are not factors account for"
    return f"{whose} {percent(share)} of the variance between worlds."


def _few(ranking: Ranking) -> str:
    """A warning where all points share the luck of few worlds."""
    output = ranking.output
    if not output.same_luck or output.replicates >= FEW:
        return ""
    worlds = "world" if output.replicates == 1 else f"{output.replicates} worlds"
    return f"All points were run in the same {worlds}; in others the ranking may differ."


def print_sensitivity(sensitivity: Sensitivity, in_full: bool = False) -> None:
    """Print what moves each outcome in sentences, then the factors of the first in a table.

    Args:
        in_full: sentences and a table for every outcome.
    """
    about, rankings = sensitivity.about, sensitivity.rankings
    luck = "the same worlds at all of them" if about["same_luck"] else "worlds of its own at each"
    points, worlds = counted(about["points"], "point"), counted(about["replicates"], "world")
    say_wrapped(f"{about['sweep']}: {points} ({about['sampler']}), {worlds} a point, {luck}.")
    say()
    shown = rankings if in_full else rankings[:MOST]
    for ranking in shown:
        say_wrapped(_influences(ranking), indent=2)
    for text in dict.fromkeys(text for ranking in shown for text in doubts(ranking)):
        say_wrapped(text, indent=2)
    for output in sensitivity.still:
        say_wrapped(f"Nothing in this sweep moves {titled(output)}.", indent=2)
    for sentence in left_out(sensitivity):
        say_wrapped(sentence, indent=2)
    for ranking in rankings if in_full else rankings[:1]:
        say()
        table = short_table(ranking)
        say_wrapped(table.title)
        print_table(table.untitled())
        for text in level_means(ranking):
            say_wrapped(text)
    if rankings:
        say_wrapped(READING[rankings[0].method])
    for text in explained(_keys(sensitivity, shown)):
        say_wrapped(text, hanging=2)
    if not in_full and len(rankings) > 1:
        say_wrapped(f"More: --all prints all {len(rankings)} outcomes, --outcome NAME one of them.")


def _keys(sensitivity: Sensitivity, shown: list[Ranking]) -> dict[str, str]:
    """Keys of the factors that the sentences name, by their names."""
    clear = [[row["factor"] for row in one.rows() if row["clear"]][:NAMED] for one in shown]
    named = {name for names in clear for name in names}
    keys = sensitivity.about.get("keys", {})  # older analyses do not have them
    return {name: key for name, key in keys.items() if name in named}


def left_out(sensitivity: Sensitivity) -> list[str]:
    """Which outcomes are not analysed, and why, a sentence each."""
    undefined = sensitivity.about.get("undefined", {})  # older analyses do not have it
    return [f"Left out: {label} {why}." for label, why in undefined.items()]


def short_table(ranking: Ranking) -> Table:
    """A row for each factor, narrow enough for a terminal; `ranking_table` has every measure."""
    name, output = LEAD[ranking.method], ranking.output
    rows = []
    for row in ranking.rows():
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        sure = "" if low is None or high is None else f"[{_cell(name, low)}, {_cell(name, high)}]"
        ends = [sized(output, row[key]).split(" ")[0] for key in ("at_low_end", "at_high_end")]
        rows.append([row["factor"], _cell(name, row[name]), sure, *ends, SIGNS[bool(row["clear"])]])
    low, median, high = ranking.spread
    title = (
        f"{capitalised(titled(output))} ({output.label}): median {sized(output, median)}, "
        f"90 % of runs {around(output, low, high)}"
    )
    heads = [SHORT_HEADS[name], "[95 % sure]", "at its\nlow end", "at its\nhigh end"]
    return Table(title, ["factor", *heads, "clear"], rows, ("factor",))


def _cell(name: str, value: float | None) -> str:
    """A measure in two digits; shares of variance in whole percent."""
    if value is None or not np.isfinite(value):
        return "-"
    return f"{100 * value:.0f}" if name in SHARES else number(value, SHORT)


def _named(end: str) -> str:
    """The name of a level behind its number; nothing for the ends of a number."""
    return "" if end.startswith("its ") else f" ({end})"


def ranking_table(ranking: Ranking) -> Table:
    """A row for each factor."""
    names = [name for name in HEADS if name in ranking.measures]
    rows = []
    for row in ranking.rows():
        cells = [with_interval(name, row) for name in names]
        ends = [number(row[f"at_{end}"]) + _named(row[end]) for end in ENDS]
        rows.append([row["factor"], *cells, *ends, "yes" if row["clear"] else "no"])
    dummy = [measure(name, ranking.measures[name].dummy) for name in names]
    rows.append(["no influence (noise)", *dummy, "", "", ""])
    low, median, high = ranking.spread
    title = f"{ranking.output.label}, {ranking.output.unit}: {ranged(median, low, high)}"
    heads = [HEADS[name] for name in names]
    head = ["factor", *heads, "at low end", "at high end", "clear"]
    return Table(title, head, rows, ("factor", "clear"), is_last_apart=True)


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
            "levels": ranking.levels,
            "few_rows": ranking.has_few_rows,
            "words": sentences(ranking),
        }
    still = [output.label for output in sensitivity.still]
    return sensitivity.about | {"still": still, "outputs": outputs}
