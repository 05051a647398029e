"""What a report is made of: sections with paragraphs, figures and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from sim.experiments.verdict import LIKELY, VERY_LIKELY, VIRTUALLY_CERTAIN
from viz.text import tables
from viz.text.format import percent

CAVEAT = "Conditional forecasts, not predictions."
MEDIANS = "Numbers are medians with the range of 90 % of worlds in brackets."
MEANS = "Numbers are means, which add up, with the range of 90 % of worlds in brackets."
UNCLEAR = (
    f"“Likely” means that {percent(LIKELY)} of worlds or more agree on the sign, “very likely” "
    f"{percent(VERY_LIKELY)}, “virtually certain” {percent(VIRTUALLY_CERTAIN)}; “no material "
    f"change” that {percent(LIKELY)} lie below the threshold that is named."
)
UNCLEAR_PARTS = (
    f"{UNCLEAR} The sign of a part is clear where {percent(VERY_LIKELY)} of worlds agree, or "
    f"{percent(LIKELY)} and its mean is more than two standard errors from 0."
)
UNCLEAR_SEARCH = (
    "“Unclear” means that the worlds searched and as many others do not agree on the sign, or that "
    "the others were not tried."
)
LINE, NARROWEST = 95, 12  # letters of a table that fit into the text's width; of a column at least
MANY_ROWS = 12  # of a table, from which it is folded


@dataclass(frozen=True)
class Drawing:
    """A figure as inline SVG.

    Attributes:
        svg: with title and description inside.
        caption: what is shown, and where the uncertainty comes from.
        title: of the whole figure, where its panels do not say it.
        is_plate: whether it stays on white in the dark, as maps do whose colours are a scale.
    """

    svg: Markup
    caption: str = ""
    title: str = ""
    is_plate: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Attributes:
        head: names of the columns; the first column names the rows.
        rows: of cells as text.
        is_folded: shown when asked for.
        is_numeric: whether all columns but the first hold numbers.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    is_folded: bool = False
    is_numeric: bool = False

    @property
    def is_broad(self) -> bool:
        """Whether its rows are longer than a line of text."""
        columns = zip(self.head, *self.rows, strict=True)
        return sum(max(NARROWEST, *map(len, column)) for column in columns) > LINE


def from_terminal(
    table: tables.Table, caption: str = "", is_folded: bool = False, is_numeric: bool = False
) -> Table:
    """A table made for a terminal; empty cells at the start of a row repeat those above them."""
    rows: list[list[str]] = []
    for row in table.rows:
        first = next((at for at, cell in enumerate(row) if cell), 0)
        rows.append([*rows[-1][:first], *row[first:]] if first and rows else row)
    return Table(caption or table.title, table.head, rows, is_folded, is_numeric)


@dataclass(frozen=True)
class Section:
    """A part of the report under its own heading.

    Attributes:
        paragraphs: of text.
        points: sentences of a list.
        html: text that was Markdown of the project's own, already made into HTML.
    """

    title: str
    paragraphs: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    html: Markup = field(default_factory=Markup)

    @property
    def anchor(self) -> str:
        """Its name in a link."""
        letters = (letter if letter.isalnum() else " " for letter in self.title.lower())
        return "-".join("".join(letters).split())


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        kind: of the result.
        question: which it answers, the headline.
        why: what the authors of the scenarios or the design say they are for.
        answer: sentences with ranges.
        basis: the worlds on which it rests, and what ranges mean.
        subject: of the sentences of the answer, where they do not name it.
        unclear: when a sign is called unclear.
        notes: what is to be known before the answer is read: acts that do nothing.
    """

    kind: str
    question: str
    why: list[str]
    answer: list[str]
    basis: str
    sections: list[Section]
    unclear: str = UNCLEAR
    subject: str = ""
    notes: list[str] = field(default_factory=list)
