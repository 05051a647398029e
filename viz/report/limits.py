"""Limits of the model: the section of its own page, in one place for all readers."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from viz.report.page import Section

_HERE = Path(__file__).resolve()
# In a checkout the page lies in docs/, in an installed wheel beside this file.
_PLACES = (_HERE.parents[2] / "docs" / "model.md", _HERE.with_name("model.md"))
HEADING = "What this model cannot tell you"


def limits() -> Section:
    """The section as HTML.

    Raises:
        FileNotFoundError: the page of the model is not installed.
    """
    page = next((place for place in _PLACES if place.is_file()), None)
    if page is None:
        raise FileNotFoundError("the page of the model (docs/model.md) is missing: install again")
    text = section(page.read_text("utf-8"))
    return Section(HEADING, html=Markup(MarkdownIt("commonmark").render(text)))


def section(text: str) -> str:
    """The text below the heading, up to the next one of its rank."""
    _, _, after = text.partition(f"{HEADING}\n")
    return after.partition("\n## ")[0].strip()
