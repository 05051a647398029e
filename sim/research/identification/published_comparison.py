"""Published results beside the same measures in simulated worlds: do they agree?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from sim.core.worlds import Block
from sim.experiments.verdict import LIKELY
from sim.outcomes.record import ReadNames, Record
from sim.research.identification.distribution import distribution, rounded
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.measures import Window, measured, of_world, window_of
from sim.research.identification.published_results import (
    RUN,
    Claim,
    PublishedResults,
    published_results,
)

Agreement = Literal["agree", "differ"]
Verdict = Literal["agree", "agree in part", "differ", "cannot be asked"]
Progress = Callable[[str], None]


def compare(ensemble: Ensemble, progress: Progress = lambda step: None) -> dict[str, Any]:
    """Every claim in worlds of an ensemble (docs/published_results.json)."""
    table = published_results()
    only, records = _series(table, ensemble), {}
    for name, months in _months(table).items():
        progress(f"scenario {name}")
        records[name] = ensemble.record(name, months, only=only)
    values = {name: values_of(claim, records) for name, claim in table.claims.items()}
    return {
        "about": ensemble.about(),
        "mappings": digest(table),
        "claims": {name: in_worlds(claim, values[name]) for name, claim in table.claims.items()},
        "first_world": {name: rounded(row[0]) for name, row in values.items()},
    }


def _months(table: PublishedResults) -> dict[str, int]:
    """The scenarios that claims ask for, and how many months of each."""
    lasts: dict[str, int] = {}
    for claim in table.claims.values():
        for name in claim.scenarios:
            lasts[name] = max(lasts.get(name, 0), RUN.month(claim.last) + 1)
    return lasts


def _series(table: PublishedResults, ensemble: Ensemble) -> set[str]:
    """The recorded series that claims read."""
    record = Ensemble(ensemble.name, 1, ensemble.seed).record("as_enacted", 1)
    read = ReadNames(record.arrays)
    tracked = Record(read, record.names, record.calendar)
    for claim in table.claims.values():
        for outcome in filter(None, (claim.outcome, claim.beside)):
            of_world(tracked, outcome, tracked)
    return read.names


def digest(table: PublishedResults) -> str:
    """Changes when what is asked of worlds, or an interval, changes; texts do not count."""
    keys = ("measure", "outcome", "beside", "first", "middle", "last", "scenario", "against")
    asked = {
        name: [getattr(claim, key) for key in (*keys, "effect", "unit", "neutral")] + [*claim.ends]
        for name, claim in table.claims.items()
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def in_worlds(claim: Claim, values: Block) -> dict[str, Any]:
    """The measure of a claim over the worlds in which it is defined, as plain data.

    `above` and `below` are shares of worlds on either side of the claim's neutral value, `inside`
    the share within the study's interval.

    Args:
        values: the measure, `[world]`.
    """
    values = values[np.isfinite(values)]
    low, high = claim.ends
    return distribution(values, claim.unit) | {
        "above": rounded((values > claim.neutral).mean()),
        "below": rounded((values < claim.neutral).mean()),
        "inside": rounded(((values >= low) & (values <= high)).mean()),
    }


def values_of(claim: Claim, records: Mapping[str, Record]) -> Block:
    """The measure of a claim, `[world]`."""
    months = {"first": claim.first, "middle": claim.middle, "last": claim.last}
    reference = records[claim.against] if claim.against else None

    def window(record: Record) -> Window:
        return window_of(record, claim.outcome, months, claim.beside, reference)

    control = window(reference) if reference else None
    with np.errstate(divide="ignore", invalid="ignore"):
        return measured(claim.measure, window(records[claim.scenario]), control, claim.effect)


def agreement(claim: Claim, found: Mapping[str, Any]) -> Agreement:
    """Whether a study and our worlds agree.

    Their 90 % intervals overlap, and estimate and median lie on the same side of the neutral value
    (where the study gives an estimate). Of a study that gives only a sign, 66 % of our worlds must
    have it.
    """
    if claim.interval == "sign":
        return "agree" if found[claim.direction or ""] >= LIKELY else "differ"
    low, high = claim.ends
    does_overlap = low <= found["p95"] and found["p5"] <= high
    estimates = [x for x in (claim.estimate, found["median"]) if x is not None]
    sides = {np.sign(x - claim.neutral) for x in estimates}
    return "agree" if does_overlap and len(sides) == 1 else "differ"


def verdicts(
    claims: Mapping[str, Any], table: PublishedResults | None = None
) -> dict[str, Verdict]:
    """The verdict on each study, from all of its claims.

    Args:
        claims: what worlds say of each claim, by name.
    """
    table = table or published_results()
    found: dict[str, Verdict] = {}
    for study in table.studies:
        agreed = [agreement(claim, claims[name]) for name, claim in table.claims_of(study).items()]
        found[study] = _of_study(Counter(agreed))
    return found


def _of_study(counts: Counter[Agreement]) -> Verdict:
    if not counts:
        return "cannot be asked"
    if len(counts) == 2:
        return "agree in part"
    return next(iter(counts))
