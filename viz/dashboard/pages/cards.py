"""The cards on top of the first page: a verdict each, its path over the months, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import solara
from markupsafe import Markup

from sim.experiments.parts import OTHER, WHOLE, Part, Split
from sim.experiments.verdict import Verdict
from sim.outcomes.presentation import title_of
from viz.dashboard.controls import button, html
from viz.dashboard.pages.sparkline import sparkline
from viz.dashboard.state.answers import Effect
from viz.dashboard.state.session import Session
from viz.text.explanation import in_points, writer
from viz.text.format import SHORT, ranged
from viz.text.sentences import effect, phrase, shown

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
OUTCOMES = tuple(name for card in CARDS for name in card.outcomes)  # that of the question first


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
