"""What a report is made of: sections with words, drawings and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.experiments.verdict import LEANING, SURE

UNCLEAR = f"“Unclear” means that less than {100 * LEANING:.0f} % of worlds agree on the sign."
UNCLEAR_PARTS = (
    f"{UNCLEAR[:-1]}; of a part of an effect also that its mean may be 0 by its error, unless "
    f"{100 * SURE:.0f} % agree."
)
UNCLEAR_TWICE = (
    "“Unclear” means that the worlds searched and as many others do not agree on the sign, or that "
    "the others were not tried."
)
LINE, NARROWEST = 95, 12  # letters of a table that fit into the text's width; of a column at least


@dataclass(frozen=True)
class Drawing:
    """A figure as inline SVG.

    Attributes:
        svg: with title and description inside.
        caption: what is shown, and where the uncertainty comes from.
        title: of the whole figure, where its panels do not say it.
        plate: whether it stays on white in the dark, as maps do whose colours are a scale.
    """

    svg: str
    caption: str
    title: str = ""
    plate: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Attributes:
        head: names of the columns; the first column names the rows.
        rows: of cells as text.
        folded: shown when asked for.
        numeric: whether all columns but the first hold numbers.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    folded: bool = False
    numeric: bool = False

    @property
    def is_broad(self) -> bool:
        """Whether its rows are longer than a line of text."""
        columns = zip(self.head, *self.rows, strict=True)
        return sum(max(NARROWEST, *map(len, column)) for column in columns) > LINE


def of_terminal(shown: Any, caption: str = "") -> Table:
    """A table made for a terminal; a row that goes on with the one above is filled up from it."""
    head = [str(column.header) for column in shown.columns]
    rows: list[list[str]] = []
    for cells in zip(*(column.cells for column in shown.columns), strict=True):
        row = [str(cell) for cell in cells]
        lead = next((at for at, cell in enumerate(row) if cell), 0)
        rows.append([*rows[-1][:lead], *row[lead:]] if lead and rows else row)
    return Table(caption or str(shown.title), head, rows)


@dataclass(frozen=True)
class Section:
    """A part of the report under its own heading.

    Attributes:
        words: paragraphs.
        points: sentences of a list.
        html: text that was Markdown of the project's own, already made into HTML.
    """

    title: str
    words: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    html: str = ""

    @property
    def anchor(self) -> str:
        """Its name in a link."""
        kept = (letter if letter.isalnum() else " " for letter in self.title.lower())
        return "-".join("".join(kept).split())


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        kind: what sort of result it tells.
        question: which it answers, the headline.
        why: what the authors of the scenarios or the design say they are for.
        answer: sentences with ranges.
        basis: of how many worlds, in one sentence.
        subject: of whom the sentences of the answer speak, where they do not say it.
        unclear: when it calls a sign unclear.
    """

    kind: str
    question: str
    why: list[str]
    answer: list[str]
    basis: str
    sections: list[Section]
    subject: str = ""
    unclear: str = UNCLEAR
