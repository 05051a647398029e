"""What would tell us: signposts to 2028, from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.signposts import registered
from sim.research.signposts.study import MAIN, MAIN_QUESTION, best_of
from viz.pages.render import Page, render
from viz.text import signposts as text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RANKED = 12  # signposts in a table


def build(docs: Path) -> Page:
    """The page of the documentation."""
    recorded = json.loads((docs / "signposts.json").read_text("utf-8"))
    return Page(page(recorded), lambda: figures(recorded))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    heads = recorded["headlines"]
    return render(
        "signposts",
        **recorded,
        answer=text.answer(recorded),
        all_forms=text.over_all_forms(recorded),
        titles={key: text.title(one) for key, one in heads.items()},
        subjects={key: text.headline(one) for key, one in heads.items()},
        now={key: text.now(one) for key, one in heads.items()},
        agreements={key: text.agreement(one) for key, one in heads.items()},
        sentences={key: text.of_headline(recorded, key) for key in heads},
        best={key: best_of(recorded["signposts"], key)[:RANKED] for key in heads},
        main=[key for key in MAIN if key in heads],
        named={row["key"]: f"{row['title']}, {row['month'][:4]}" for row in recorded["signposts"]},
        silent=text.silent(recorded),
        series=_series(recorded),
        registered=registered.newest(),
        question=MAIN_QUESTION,
    )


def figures(recorded: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.signposts import signposts_figure

    return {"signposts": signposts_figure(recorded)}


def _series(recorded: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each series, with the months in which it is known."""
    found: dict[str, dict[str, Any]] = {}
    for row in recorded["signposts"]:
        found.setdefault(row["series"], row | {"dates": []})["dates"].append(row["known"])
    return list(found.values())
