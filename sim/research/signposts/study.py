"""The signposts and what each tells of the headlines, as plain data (docs/signposts.json)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.experiments.ensemble import POSTERIOR, Ensemble, posterior_of
from sim.outcomes.presentation import as_it_adds_up
from sim.record import provenance
from sim.research.identification.distribution import distribution, rounded
from sim.research.identification.effects import EFFECTS, MONTHS, Progress
from sim.research.identification.studies import EXPLAINED
from sim.research.signposts.regression import (
    Chance,
    Gain,
    best_set,
    by_chance,
    thirds,
    trees,
    value_of,
)
from sim.research.signposts.simulated import (
    Headline,
    headline_values,
    observed_values,
    paired_worlds,
)
from sim.research.signposts.table import Signpost, shipped
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

FAR, NEAR = MONTHS[-1], MONTHS[0]
LEVEL = Headline("lead_months", FAR, is_level=True)  # beside the effects
PAST = ("innovation_effect", "lead_months", "compute_ratio", "supplier_loss")  # effects by 2024
HEADLINES = (
    *(Headline(name, FAR) for name in EFFECTS),
    LEVEL,
    *(Headline(name, NEAR) for name in PAST),
)
# Headlines by which signposts are ranked: one a question.
MAIN = (*(Headline(name, FAR).key for name in EXPLAINED), LEVEL.key)
MAIN_QUESTION = Headline("innovation_effect", FAR).key
MEASURES = ("variance", "width", "sign")  # of a gain
FIRST, TOGETHER = 10, 3  # series that are registered; signposts that are made a set
TRIED = 12  # signposts of which a set is made: the best
UNFITTED = 1024  # worlds where the ensemble is no posterior
DIGITS = 3


def signposts(
    worlds: int | None = None,
    seed: int = 0,
    ensemble: Ensemble = POSTERIOR,
    table: Sequence[Signpost] = (),
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """What each signpost tells of the headlines, and which tell most.

    Args:
        worlds: how many (None: each fitted world once).
        table: signposts (none: those of the project).
        progress: called with what is being computed.

    Raises:
        ScenarioError: there is no such ensemble, or a headline is not defined in some world.
    """
    rows = list(table or shipped())
    fitted = posterior_of(ensemble)
    count = worlds or (fitted.count if fitted else UNFITTED)
    progress(f"{count} worlds as enacted and without controls")
    pair = paired_worlds(rows, HEADLINES, count, seed, ensemble)
    about = {
        "ensemble": provenance.about_ensemble(pair.resolved),
        "worlds": count,
        "seed": seed,
        "scenario_hash": pair.resolved.digest,
    }
    numbers, units = headline_values(HEADLINES, pair)
    observed = observed_values(rows, pair)
    return {"about": about, **learnt(rows, HEADLINES, observed, numbers, units, progress)}


def learnt(
    rows: Sequence[Signpost],
    asked: Sequence[Headline],
    observed: Block,
    numbers: Block,
    units: Sequence[str],
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """What signposts tell of headlines.

    Args:
        observed: what would be observed, `[world, signpost]`.
        numbers: the headlines in the same worlds, as people give them, `[world, headline]`.
        units: of the headlines.
    """
    progress(f"what {len(rows)} signposts tell of {len(asked)} headlines")
    of_loss = on_scale_of_loss(asked, numbers)
    gain = [value_of(column, of_loss) for column in observed.T]
    chance = by_chance(of_loss, len(rows))
    found = [
        _signpost(one, observed[:, at], gain[at], chance, asked, numbers)
        for at, one in enumerate(rows)
    ]
    results = {}
    progress(f"sets of signposts for {len(asked)} headlines")
    for at, (one, unit) in enumerate(zip(asked, units, strict=True)):
        results[one.key] = _headline(one, numbers[:, at], unit, chance, at)
        results[one.key] |= _sets(one, found, observed, of_loss[:, at])
    return {"headlines": results, "signposts": found, "first": first_series(found)}


def headline_key(name: str | None) -> str:
    """The headline of a name, `lead_months` or `lead_months 2024-12` (None: the main one).

    Raises:
        ScenarioError: there is none.
    """
    keys = [one.key for one in HEADLINES]
    if name is None:
        return MAIN_QUESTION
    for one in HEADLINES:
        if name in (one.key, one.name):
            return one.key
    wrong = f"there is no headline '{cut(name)}'"
    raise ScenarioError(Problem("--headline", "", wrong, nearest(name, keys)))


def on_scale_of_loss(headlines: Sequence[Headline], numbers: Block) -> Block:
    """Headlines on the scale on which a loss is counted."""
    columns = [
        column if one.is_level else as_it_adds_up(one.name, column)
        for one, column in zip(headlines, numbers.T, strict=True)
    ]
    return np.column_stack(columns)


def first_series(rows: Sequence[dict[str, Any]], most: int = FIRST) -> list[str]:
    """The series to watch: the best of each main headline, then those that tell most on average.

    What they tell of a headline is the share of its variance, in their most telling month.
    """
    main = [name for name in MAIN if name in rows[0]["gains"]]
    best = [max(rows, key=lambda row: gain_of(row, name)) for name in main]
    chosen = dict.fromkeys(
        row["series"] for row, name in zip(best, main, strict=True) if gain_of(row, name) > 0
    )
    worth: dict[str, float] = {}
    for row in rows:
        mean = float(np.mean([gain_of(row, name) for name in main]))
        worth[row["series"]] = max(mean, worth.get(row["series"], 0.0))
    ranked = sorted(worth, key=lambda series: -worth[series])
    chosen |= dict.fromkeys(series for series in ranked if worth[series] > 0)
    return sorted(list(chosen)[:most], key=ranked.index)


def gain_of(row: dict[str, Any], headline: str) -> float:
    """The share of the variance of a headline that a signpost is expected to take away."""
    return float(row["gains"][headline]["variance"])


def best_of(rows: Sequence[dict[str, Any]], headline: str) -> list[dict[str, Any]]:
    """Signposts that inform a headline, the best first, the best month of each series.

    Better than chance by the variance, by the range or by the sign.
    """
    useful = [row for row in rows if any(row["gains"][headline][name] for name in MEASURES)]
    ranked = sorted(useful, key=lambda row: [-row["gains"][headline][name] for name in MEASURES])
    best: dict[str, dict[str, Any]] = {}
    for row in ranked:
        best.setdefault(row["series"], row)
    return list(best.values())


def _headline(one: Headline, values: Block, unit: str, chance: Chance, at: int) -> dict[str, Any]:
    reached = {
        name: rounded(max(0.0, float(getattr(chance, name)[at])), DIGITS) for name in MEASURES
    }
    spread = distribution(values, unit)
    about = {"name": one.name, "month": one.month, "is_level": one.is_level}
    return {**about, **spread, "chance": reached}


def _signpost(
    one: Signpost,
    observed: Block,
    gain: Gain,
    chance: Chance,
    headlines: Sequence[Headline],
    numbers: Block,
) -> dict[str, Any]:
    limits, parts = thirds(observed)
    found = {}
    for at, headline in enumerate(headlines):
        found[headline.key] = _gain(gain, chance, at)
        if any(found[headline.key][name] for name in MEASURES):
            found[headline.key]["thirds"] = [_third(numbers[part, at]) for part in parts]
    return {
        "key": one.key,
        "series": one.series,
        "title": one.title,
        "meaning": one.meaning,
        "month": one.month,
        "known": one.known,
        "publisher": one.publisher,
        "place": one.place,
        "unit": one.unit,
        "error": rounded(one.error, DIGITS),
        "scale": "log" if one.errors.is_log else "natural",
        "source": one.source,
        "thirds": [rounded(limit) for limit in limits],
        "gains": found,
    }


def _gain(gain: Gain, chance: Chance, at: int) -> dict[str, Any]:
    """What a signpost tells of a headline: 0 where chance reaches as much."""
    width = 1 - (1 - float(gain.width[at])) / (1 - float(chance.mean_width[at]))
    most = 1 - (1 - float(chance.width[at])) / (1 - float(chance.mean_width[at]))
    tells = {
        "variance": float(gain.variance[at]) > chance.variance[at],
        "width": width > most,
        "sign": float(gain.sign[at]) > chance.sign[at],
    }
    values = {"variance": float(gain.variance[at]), "width": width, "sign": float(gain.sign[at])}
    shares = {name: rounded(values[name], DIGITS) if tells[name] else 0.0 for name in values}
    return shares | {
        "error": rounded(float(gain.error[at]), DIGITS),
        "agreement": rounded(float(gain.agreement[at]), DIGITS + 1),
    }


def _third(values: Block) -> list[float]:
    """Median, 5 and 95 % quantile of a headline in a third, and the share of worlds above 0."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return [rounded(value, DIGITS + 1) for value in (middle, low, high, (values > 0).mean())]


def _sets(
    one: Headline, found: Sequence[dict[str, Any]], observed: Block, number: Block
) -> dict[str, Any]:
    """The best set of those that tell something, and what all signposts tell together."""
    keys = [row["key"] for row in found]
    tried = [row["key"] for row in best_of(found, one.key)][:TRIED]
    best = best_set(observed[:, [keys.index(key) for key in tried]], number, TOGETHER)
    # Trees on all observations may find less than a regression on few: both are lower bounds.
    every = [value_of(observed, number[:, None], trees()), *(gain for _, gain in best[-1:])]
    together = {
        "variance": rounded(max(0.0, *(float(one.variance[0]) for one in every)), DIGITS),
        "agreement": rounded(max(float(one.agreement[0]) for one in every), DIGITS + 1),
    }
    chosen = [
        {"key": tried[at], "variance": rounded(float(gain.variance[0]), DIGITS)}
        for at, gain in best
    ]
    return {"best": chosen, "together": together}
