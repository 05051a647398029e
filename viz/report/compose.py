"""From what was given to a report: question, answer, sections, in the order of a reader."""

from __future__ import annotations

from collections.abc import Callable

from sim.record.results import Results
from viz.report import of_discovery, of_pair, of_run, of_search, of_sensitivity, of_sweep, words
from viz.report.differences import plain
from viz.report.limits import limits
from viz.report.origin import origin
from viz.report.page import UNCLEAR, UNCLEAR_PARTS, Report
from viz.report.read import Given, Pair
from viz.report.words import CAVEAT, MEANS, RANGES
from viz.text.results import which_worlds

ALONE: dict[str, Callable[..., Report]] = {
    "sweep": of_sweep.report,
    "sensitivity": lambda found: of_sensitivity.report(*found),
    "discovery": lambda found: of_discovery.report(*found),
    "search": of_search.report,
}


def compose(given: Given) -> Report:
    """The report of whatever was given."""
    if given.kind:
        return ALONE[given.kind](given.alone)
    if given.effects or given.explanations:
        return _comparison(given)
    return _run(given.runs[0])


def _run(results: Results) -> Report:
    about = results.about
    return Report(
        "Report of a run",
        of_run.question(results),
        [plain(about["scenario"]["resolved"]["why"])],
        words.answer(results),
        f"{of_worlds(about['worlds'])}, {results.months[0]} to {results.months[-1]}. "
        f"{which_worlds(about['scenario']['ensemble'])} {RANGES} {CAVEAT}",
        [*of_run.sections(results), of_run.assumed(results), limits(), origin([about])],
    )


def of_worlds(count: int) -> str:
    """How many, in words."""
    return "1 possible world" if count == 1 else f"{count} possible worlds"


def _comparison(given: Given) -> Report:
    first = given.pairs[0]
    about = first.about
    sections = [of_pair.beside(given.runs)] if len(given.runs) > 1 else []
    for effects in given.effects:
        sections += of_pair.sections(effects)
    sections += [of_pair.channels(found) for found in given.explanations]
    for run in given.runs[:1]:
        sections += of_run.drawings(run, f"{run.about['scenario']['title']}: ")
    pairs = _by_pair(given)
    sections += [of_pair.differ(one, len(pairs) > 1) for one in pairs]
    sections += [of_pair.assumed(effects) for effects in given.effects[:1]]
    asked = {
        one.about[role]["title"]: plain(one.about[role]["resolved"]["why"])
        for one in pairs
        for role in ("scenario", "against")
    }
    return Report(
        "Report of a comparison",
        of_pair.question(pairs),
        [f"“{title}”: {why}" for title, why in asked.items()],
        _answers(given),
        f"{about['worlds']} paired worlds: same luck, same parameters, other policies. "
        f"{which_worlds(about['scenario']['ensemble'])} "
        f"{RANGES if given.effects else MEANS} {CAVEAT}",
        [*sections, limits(), origin(given.abouts)],
        of_pair.subject(pairs),
        UNCLEAR_PARTS if given.explanations else UNCLEAR,
    )


def _by_pair(given: Given) -> list[Pair]:
    """One result for each pair of scenarios."""
    found: dict[tuple[str, ...], Pair] = {}
    for one in given.pairs:
        key = tuple(one.about[role]["hash"] for role in ("scenario", "against"))
        found.setdefault(key, one)
    return list(found.values())


def _answers(given: Given) -> list[str]:
    """Five sentences for one pair; for several each pair's first two, with its name."""
    if not given.effects:
        return [said for found in given.explanations for said in of_pair.explained(found)]
    if len(_by_pair(given)) == 1:
        return of_pair.answer(given.effects[0])
    return [
        f"“{effects.about['scenario']['title']}”: {sentence}"
        for effects in given.effects
        for sentence in of_pair.answer(effects)[:2]
    ]
