"""Published results beside our worlds, in words: for the page and the terminal.

>>> head(Summary(studies=3, asked=2, tests=3, agreeing=2, used=1, used_agreeing=1))
'Of 3 published results that test the model, which set nothing in it, 2 agree with our worlds and \
1 differs. Of 1 that set numbers of the model or are fitted, 1 agrees, which tests nothing. The \
results are of 2 of 3 studies; the others cannot be asked of our worlds.'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.research.identification.measures import MEASURES, label_of
from sim.research.identification.published_comparison import agreement, verdicts
from sim.research.identification.published_results import (
    Claim,
    PublishedResults,
    Study,
    published_results,
)
from viz.text.format import SHORT, counted, number, percent, ranged, unit, when
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped

CANNOT = "cannot be asked"
CONSISTENCY = "consistency only"
UNITS = {"share": "%", "x/yr": "times a year", "1e3 chips": "thousand chips"}
PAIRED = "lost_for_lost"  # a measure that names its two scenarios itself


@dataclass(frozen=True)
class Row:
    """A result of a study, or a study that cannot be asked, as texts.

    Attributes:
        study, about: authors and year, and what the result is about.
        found: what the study found, in words; `published` its number with its interval.
        question: what is measured in our worlds, when and where.
        compared: what the study compares; empty where it describes one history.
        ours: our number with its 90 % range.
        inside: share of our worlds within the study's interval; empty where that has no width.
        verdict: of this result.
        used: what was set from it; empty where nothing was.
        why: how the two differ in what they measure, and why our worlds differ where they do.
    """

    study: str
    verdict: str
    used: str
    why: str
    about: str = ""
    found: str = ""
    published: str = ""
    question: str = ""
    compared: str = ""
    ours: str = ""
    inside: str = ""

    @property
    def order(self) -> int:
        """Results that test the model come first, then checks of consistency, then the rest."""
        return 2 if self.verdict == CANNOT else int(bool(self.used))

    @property
    def judged(self) -> str:
        """The verdict, and whether it is no more than a check of consistency."""
        return f"{self.verdict} ({CONSISTENCY})" if self.order == 1 else self.verdict


@dataclass(frozen=True)
class Summary:
    """How many studies and results agree.

    Attributes:
        asked: studies that can be asked of our worlds.
        tests: results that set nothing in the model; `agreeing` of these agree.
        used: results that set a number of the model or are fitted; `used_agreeing` of these agree.
    """

    studies: int
    asked: int
    tests: int
    agreeing: int
    used: int
    used_agreeing: int


def summary_of(claims: Mapping[str, Any], table: PublishedResults | None = None) -> Summary:
    """The counts of what worlds say of each claim, by name."""
    table = table or published_results()
    agreed = Counter(
        bool(claim.used)
        for name, claim in table.claims.items()
        if agreement(claim, claims[name]) == "agree"
    )
    used = sum(bool(claim.used) for claim in table.claims.values())
    return Summary(
        studies=len(table.studies),
        asked=sum(not study.cannot for study in table.studies.values()),
        tests=len(table.claims) - used,
        agreeing=agreed[False],
        used=used,
        used_agreeing=agreed[True],
    )


def head(found: Summary) -> str:
    """The answer: of results that test the model first, then of the others, then of whom."""
    agree, differ = found.agreeing, found.tests - found.agreeing
    return (
        f"Of {counted(found.tests, 'published result')} that test the model, which set nothing in "
        f"it, {agree} {_verb('agree', agree)} with our worlds and {differ} "
        f"{_verb('differ', differ)}. Of {found.used} that set numbers of the model or are fitted, "
        f"{found.used_agreeing} {_verb('agree', found.used_agreeing)}, which tests nothing. The "
        f"results are of {found.asked} of {counted(found.studies, 'study')}; the others cannot be "
        "asked of our worlds."
    )


def _verb(verb: str, count: int) -> str:
    return f"{verb}s" if count == 1 else verb


def differences(claims: Mapping[str, Any], table: PublishedResults | None = None) -> str:
    """On which results our worlds differ, as one sentence."""
    found = [row for row in rows(claims, table) if row.verdict == "differ"]
    if not found:
        return "They differ on none of these results."
    named = "; ".join(f"{row.about} ({row.study})" for row in found)
    return f"They differ on: {named}."


def rows(claims: Mapping[str, Any], table: PublishedResults | None = None) -> list[Row]:
    """Every result and every study without one, tests of the model first."""
    table = table or published_results()
    return sorted(_rows(claims, table), key=lambda row: row.order)


def _rows(claims: Mapping[str, Any], table: PublishedResults) -> Iterator[Row]:
    for key, study in table.studies.items():
        if study.cannot:
            yield Row(study.label, CANNOT, study.used, study.cannot)
        for name, claim in table.claims_of(key).items():
            yield _row(study, claim, claims[name])


def _row(study: Study, claim: Claim, found: Mapping[str, Any]) -> Row:
    verdict = agreement(claim, found)
    middle, low, high = (_shown(found[name], claim) for name in ("median", "p5", "p95"))
    return Row(
        study=study.label,
        verdict=verdict,
        used=claim.used,
        why=f"{claim.mapping} {claim.differs if verdict == 'differ' else ''}".strip(),
        about=claim.label,
        found=claim.found,
        published=published(claim),
        question=question(claim),
        compared=_compared(claim),
        ours=ranged(middle, low, high, _unit(claim), SHORT),
        inside="" if claim.interval == "point" else percent(found["inside"]),
    )


def published(claim: Claim) -> str:
    """The number of a study with its interval, as it is compared."""
    low, high = (_given(end, claim) for end in claim.ends)
    name = unit(_unit(claim))
    estimate = "" if claim.estimate is None else _given(claim.estimate, claim)
    match claim.interval:
        case "sign":
            text, note = f"{claim.direction} {_given(claim.neutral, claim)} {name}", "(a sign)"
        case "point":
            text, note = f"{estimate} {name}", "(no interval)"
        case "bound":
            text, note = f"under {high}" if claim.low is None else f"over {low}", name
        case "range":
            text, note = f"{estimate} [{low}, {high}] {name}", "(a range)"
        case _:
            text, note = f"{estimate} {name}", f"[{low}, {high}]"
    return " ".join(f"{text} {note}".split())


def _given(value: float, claim: Claim) -> str:
    """A number with three digits at most, and no digits that the study does not give."""
    text = number(_shown(value, claim))
    return text.rstrip("0").rstrip(".") if "." in text and text[-1].isdigit() else text


def _shown(value: float, claim: Claim) -> float:
    """Shares are shown in percent."""
    return 100 * value if claim.unit == "share" else value


def _unit(claim: Claim) -> str:
    return UNITS.get(claim.unit, claim.unit)


def question(claim: Claim) -> str:
    """What is measured in our worlds, when and where."""
    beside = label_of(claim.beside) if claim.beside else ""
    what = MEASURES[claim.measure].words.format(outcome=label_of(claim.outcome), beside=beside)
    if claim.against and claim.measure != PAIRED:
        what = f"effect on {what}"
    pair = f" against `{claim.against}`" if claim.against else ""
    return f"{what}, {_window(claim)}, `{claim.scenario}`{pair}"


def _window(claim: Claim) -> str:
    if claim.first is None:
        return when(claim.last)
    middle = f" (middle: {when(claim.middle)})" if claim.middle else ""
    return f"{when(claim.first)} to {when(claim.last)}{middle}"


def _compared(claim: Claim) -> str:
    """What the study compares; empty where it describes one history."""
    pairs = {"treated": claim.treated, "control": claim.control}
    return "; ".join(f"{word}: {text}" for word, text in pairs.items() if text)


def summary_in_json(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """What was recorded, with the answer and the verdict on every study and result."""
    claims = recorded["claims"]
    found = {
        name: claims[name] | {"verdict": agreement(claim, claims[name]), "used": claim.used}
        for name, claim in published_results().claims.items()
    }
    answer = {"answer": head(summary_of(claims)), "studies": verdicts(claims)}
    return answer | {**recorded} | {"claims": found}


def print_published(recorded: Mapping[str, Any]) -> None:
    """The answer, and two tables: results that test the model, and those that set it."""
    claims = recorded["claims"]
    say_wrapped(head(summary_of(claims)))
    say_wrapped(differences(claims))
    titles = "Results that test the model", f"Results that set the model ({CONSISTENCY})"
    names = ["study", "about", "it found", "our worlds", "verdict"]
    for order, title in enumerate(titles):
        cells = [
            [row.study, row.about, row.published, row.ours, row.verdict]
            for row in rows(claims)
            if row.order == order
        ]
        say()
        print_table(Table(title, names, cells, text=names))
