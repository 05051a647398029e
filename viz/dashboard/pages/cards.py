"""The cards on top of the first page: a verdict each, its path over the months, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import solara
from markupsafe import Markup

from sim.experiments.parts import OTHER, WHOLE, Part, Split
from sim.experiments.verdict import Verdict
from sim.outcomes.presentation import title_of
from viz.dashboard.charts import svg
from viz.dashboard.charts.axes import frame
from viz.dashboard.controls import button, html
from viz.dashboard.state.answers import Effect
from viz.dashboard.state.session import Session
from viz.text.explanation import in_points, writer
from viz.text.format import SHORT, ranged, when
from viz.text.sentences import effect, phrase, shown

SPARKLINE = (320.0, 92.0)
LARGEST = 4  # parts of an effect that are named
Splits = Mapping[str, Mapping[str, Split]]  # by way, then by outcome
WAYS = {"channel": "By channel", "instrument": "By rule"}


@dataclass(frozen=True)
class Card:
    """One card.

    Attributes:
        outcomes: whose verdicts it gives; the path is that of the first.
    """

    title: str
    outcomes: tuple[str, ...]


CARDS = (
    Card("Innovation in China", ("innovation_effect",)),
    Card("The US lead", ("lead_months",)),
    Card("Compute and home-made chips", ("compute_ratio", "domestic_share")),
)


@solara.component
def Cards(session: Session, effects: Mapping[str, Effect], month: int, splits: Splits):
    """The cards; where an effect is not split yet, a button leads to where it can be.

    Args:
        effects: by outcome.
        month: number of the month of the verdicts.
        splits: effects split by channel and by instrument, where they are known.
    """
    with solara.Div(classes=["moat-cards"]):
        for card in CARDS:
            with solara.Div(classes=["moat-card"], attributes={"data-card": card.outcomes[0]}):
                html(card_html(card, effects, month, splits))
                if not splits:
                    button("Why", lambda: session.tab.set("why"), text=True)


def card_html(card: Card, effects: Mapping[str, Effect], month: int, splits: Splits) -> Markup:
    """What stands on a card."""
    shown_effects = [effects[name] for name in card.outcomes]
    first = shown_effects[0].name
    known = {by: split[first] for by, split in splits.items() if first in split}
    verdicts = [one.verdict_at(month) for one in shown_effects]
    return Markup("{}{}<div class='moat-why'>{}</div>{}").format(
        verdict_html(card.title, verdicts[0]),
        sparkline(shown_effects[0], month),
        Markup("").join(_parts(WAYS[by], split) for by, split in known.items()),
        others_html(verdicts[1:]),
    )


def verdict_html(title: str, found: Verdict) -> Markup:
    """The title of a card; how large and how sure its effect is, and a sentence on it."""
    return Markup("<h3>{}</h3>{}<p>{}</p>").format(title, _size(found), effect(found))


def others_html(verdicts: Sequence[Verdict]) -> Markup:
    """How large and how sure the other effects of a card are, each with its name."""
    return Markup("").join(
        Markup('<p class="moat-other">{}</p>{}').format(title_of(one.name), _size(one))
        for one in verdicts
    )


def in_short(found: Verdict) -> str:
    """How large an effect is, with its range: `-11 % [-76, 12]`."""
    return ranged(found.median, found.low, found.high, found.unit, SHORT)


def _size(found: Verdict) -> Markup:
    return Markup('<div class="moat-size">{} <span class="badge {}">{}</span></div>').format(
        in_short(found) if found.is_defined else "",
        found.certainty.replace(" ", "-"),
        found.certainty,
    )


def sparkline(path: Effect, month: int) -> Markup:
    """The median and 90 % of worlds of an effect by month, with the month of the verdict."""
    unit = shown(path.verdict_at(month).unit)
    middle = path.quantiles[1]
    limit = 1.5 * float(np.nanmax(np.abs(middle))) or 1.0  # bands may go far beyond the medians
    low, high = (np.clip(path.quantiles[at], -4 * limit, 4 * limit) for at in (0, 2))
    at = frame([low, middle, high], len(path.months), False, 0.0, SPARKLINE)
    x = at.x(np.arange(len(path.months)))

    def points(values: np.ndarray) -> list[str]:
        return [f"{a:.1f} {b:.1f}" for a, b in zip(x, at.y(values), strict=True) if np.isfinite(b)]

    lower, upper, line = points(low), points(high), points(middle)
    zero = float(at.y(0.0))
    now = float(at.x(month))
    first, last = path.months[0][:4], path.months[-1][:4]
    words = f"Difference in {unit or 'units'} by month; {effect(path.verdict_at(month))}"
    return svg.picture(
        "fan spark",
        SPARKLINE,
        words,
        [
            svg.path(f"M{at.left:g} {zero:.1f}H{at.right_edge:g}", "reference"),
            svg.text("0", at.left - 5, zero + 4, "end"),
            svg.group(
                "case",
                svg.path("M" + "L".join([*upper, *reversed(lower)]) + "Z", "wide"),
                svg.path("M" + "L".join(line), "middle"),
            ),
            svg.path(f"M{now:.1f} {at.top:g}V{at.foot:g}", "now"),
            svg.text(first, at.left, at.foot + 15),
            svg.text(last, at.right_edge, at.foot + 15, "end"),
            svg.title(f"{when(path.months[month])}: median and 90 % of worlds, {unit}"),
        ],
        "img",
    )


def _parts(title: str, split: Split) -> Markup:
    """The largest parts of an effect, with a bar each."""
    split = in_points(split)
    rows = [row for row in split.rows if row.channel not in (OTHER, WHOLE)][:LARGEST]
    largest = max((abs(row.mean) for row in rows), default=1.0) or 1.0
    write = writer(split)
    lines = Markup("").join(_part(row, write(row.mean), largest) for row in rows)
    unit = shown(split.unit)
    what = f"average effect of each{f', {unit}' if unit else ''}"
    return Markup("<h4>{} <small>{}</small></h4><ul>{}</ul>").format(title, what, lines)


def _part(part: Part, size: str, largest: float) -> Markup:
    look = "up" if part.mean > 0 else "down"
    width = 100 * abs(part.mean) / largest
    return Markup(
        '<li><span>{}</span><i class="{}" style="width:{:.0f}%"></i><b>{}</b></li>'
    ).format(phrase(part.channel), look, width, size)
