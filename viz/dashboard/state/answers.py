"""The effects that the cards of the first page show: shipped ones, or those of worlds simulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.statistics import percentiles
from sim.experiments.parts import Explanation, Part, Split
from sim.experiments.verdict import Verdict, sizes, verdict
from sim.outcomes.record import Array
from sim.record.results import Results
from viz.dashboard.state import available
from viz.dashboard.state.view import AGAINST, START, View, reference_of

SHIPPED = Path(__file__).parents[2] / "opening.json"


@dataclass(frozen=True, eq=False)
class Effect:
    """An effect on one outcome, month by month, in the size that people give it.

    Attributes:
        months: their labels.
        quantiles: 5, 50 and 95 % over worlds, in the unit of the verdicts, `[3, month]`.
        verdict_at: the verdict at a month, by its number.
    """

    name: str
    months: list[str]
    quantiles: Array
    verdict_at: Callable[[int], Verdict]


def simulated(effects: Results, name: str) -> Effect:
    """An effect in the worlds on the page."""
    values = sizes(effects, name).values
    quantiles = percentiles(np.where(np.isinf(values), np.nan, values), (5, 50, 95))
    months = effects.months
    return Effect(name, months, quantiles, lambda month: verdict(effects, name, months[month]))


@dataclass(frozen=True)
class ShippedAnswer:
    """What was computed before, in many worlds: the effects of the controls.

    Attributes:
        worlds, forms: how many worlds, of how many rival forms of the model.
        effects: by outcome.
        splits: effects split by channel and by instrument at `month`: by way, then by outcome.
        split_worlds: in how many worlds, by way.
    """

    worlds: int
    forms: int
    seed: int
    posterior: str
    month: str
    effects: dict[str, Effect]
    splits: dict[str, dict[str, Split]]
    split_worlds: dict[str, int]

    @property
    def months(self) -> list[str]:
        """Labels of the months of all effects."""
        return next(iter(self.effects.values())).months

    @property
    def whose(self) -> str:
        """Which worlds they are, where parts of effects stand, too."""
        return f"{self.whose_verdicts} (the parts: in the reference form)"

    @property
    def whose_verdicts(self) -> str:
        """Which worlds those of the verdicts are."""
        return f"{self.worlds:,} worlds of {self.forms} rival forms of the model"

    @property
    def at(self) -> int:
        """Number of the month of the splits."""
        return self.months.index(self.month)

    def explained(self, by: str, names: Sequence[str]) -> Explanation | None:
        """The effects on some outcomes split, as `moat explain` has them (None: not that way)."""
        if by not in self.splits:
            return None
        splits = {name: self.splits[by][name] for name in names}
        roles = {"scenario": START, "against": AGAINST}
        verdicts = {name: self.effects[name].verdict_at(self.at) for name in names}
        about = {
            **{
                role: {"name": name, "title": available.title_of(name)}
                for role, name in roles.items()
            },
            "by": by,
            "orders": None,  # sampled, and not kept how many
            "worlds": self.split_worlds[by],
            "seed": self.seed,
            "verdicts": {name: asdict(one) for name, one in verdicts.items()},
        }
        return Explanation(splits, self.month, about)


@cache
def shipped() -> ShippedAnswer:
    """The answer to the question with which the page opens."""
    stored = json.loads(SHIPPED.read_text("utf-8"))
    months = stored["verdicts"].pop("months")
    return ShippedAnswer(
        stored["worlds"],
        stored["forms"],
        stored["seed"],
        stored["posterior"],
        stored["month"],
        {name: _effect(name, months, row) for name, row in stored["verdicts"].items()},
        {
            by: {name: _split(name, split) for name, split in splits.items()}
            for by, splits in stored["splits"].items()
        },
        {by: next(iter(of.values()))["worlds"] for by, of in stored["splits"].items()},
    )


def is_shipped(view: View) -> bool:
    """Whether the answer to what is on the page was computed before, in the same worlds."""
    opening = View().scenario
    return (
        view.scenario == opening
        and view.baseline in ("", reference_of(opening))
        and view.seed == shipped().seed
        and available.posterior_hash() == shipped().posterior
    )


def _effect(name: str, months: list[str], row: dict[str, Any]) -> Effect:
    def verdict_at(month: int) -> Verdict:
        return Verdict(
            name,
            row["unit"],
            months[month],
            row["median"][month],
            row["p5"][month],
            row["p95"][month],
            row["positive"][month],
            row["negative"][month],
            row["since"][month],
            share_small=row["small"][month],
            threshold=row["threshold"],
        )

    return Effect(name, months, np.array([row["p5"], row["median"], row["p95"]]), verdict_at)


def _split(name: str, stored: dict[str, Any]) -> Split:
    names = {field.name for field in fields(Part)}
    rows = [Part(**{k: v for k, v in row.items() if k in names}) for row in stored["parts"]]
    return Split(name, stored["unit"], rows)
