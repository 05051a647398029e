"""Tables of others, as lines of observations: counts of chips by quarter, scores of models.

The columns are those of Epoch AI's tables: chips by designer, type and period with 5th percentile,
median and 95th percentile, and models with their score in the Epoch Capabilities Index.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sim.core.calendar import MONTHS_PER_YEAR
from sim.research.forecasting.cells import CellError, month_in, number_in
from sim.scenario.errors import Problem, ScenarioError

Lines = list[tuple[int, dict[str, str]]]
CHIPS = ("designer", "chip_type", "start_date", "end_date", "h100e_med")
SCORE = ("eci_score", "eci", "capabilities_index")
RELEASED = ("release_date", "date")
COUNTRY = ("country", "country_of_organization", "organization_country")
LOW, HIGH = ("eci_ci_low", "eci_low", "ci_low"), ("eci_ci_high", "eci_high", "ci_high")
FOR_CHINA = ("A800", "H800", "H20")  # Nvidia's chips that were made for sale to China alone
ACTORS = {"united states of america": "US", "united states": "US", "usa": "US", "us": "US"}
ACTORS |= {"china": "China", "people's republic of china": "China"}


def is_known(names: Iterable[str]) -> bool:
    """Whether a table with these columns can be converted."""
    plain = set(map(_plain, names))
    if "series" in plain:
        return False
    return plain.issuperset(CHIPS) or all(plain & set(any_of) for any_of in (SCORE, RELEASED))


def converted(path: Path, names: list[str], rows: Lines) -> Lines:
    """The observations that a table of others holds, each with the line that it rests on.

    Raises:
        ScenarioError: it holds none, or a line cannot be read.
    """
    plain = [
        (line, {_plain(name): (cell or "").strip() for name, cell in cells.items() if name})
        for line, cells in rows
    ]
    is_chips = {_plain(name) for name in names}.issuperset(CHIPS)
    found = _chips(path, plain) if is_chips else _frontiers(path, plain)
    if not found:
        wrong = "holds nothing that the model has: " + (
            "chips of Nvidia or Huawei in whole quarters" if is_chips else "models of US or China"
        )
        raise ScenarioError(Problem(str(path), "", wrong, "docs/observations.md"))
    return found


def _plain(name: str) -> str:
    """A column's name without capitals, blanks and brackets."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _first(cells: dict[str, str], names: Iterable[str]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _line(
    series: str, actor: str, month: str, unit: str, numbers: Iterable[float]
) -> dict[str, str]:
    value, low, high = (f"{number:.10g}" for number in numbers)
    texts = {"series": series, "actor": actor, "period_end": month, "unit": unit}
    return texts | {"value": value, "low": low, "high": high}


def _chips(path: Path, rows: Lines) -> Lines:
    """Flows of Nvidia's chips by quarter, and Huawei's of four quarters.

    Chips made for China alone are the legal flow to China; the flow to the world is the sum of all
    types, where a quarter has others beside those. Ends of ranges are added too: errors of types
    of one quarter are taken to be common to them.
    """
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    lines: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        if not (cells["start_date"] or cells["end_date"]):
            continue  # a line of totals, which is of no period
        month, months = _period(path, line, cells)
        kinds = _series(cells, months)
        for kind in kinds:
            unit = "units" if kind == "huawei" else "h100e"
            for at, end in enumerate(("med", "p5", "p95")):
                sums[kind, month][at] += _number(path, line, cells, f"{unit}_{end}")
            lines[kind, month] = line
    found = []
    for (kind, month), numbers in sums.items():
        line = lines[kind, month]
        if kind == "china":
            found.append((line, _line("nvidia_china_flow", "China", month, "H100e", numbers)))
        elif kind == "all" and ("others", month) in sums:
            found.append((line, _line("nvidia_flow", "World", month, "H100e", numbers)))
        elif kind == "huawei":
            year = [sums.get((kind, before)) for before in _quarters_to(month)]
            if all(year):
                totals = [sum(part) / 1000 for part in zip(*filter(None, year), strict=True)]
                found.append((line, _line("huawei_units", "China", month, "1e3 chips", totals)))
    return found


def _series(cells: dict[str, str], months: int) -> tuple[str, ...]:
    """The sums to which a row of chips belongs."""
    designer = cells["designer"].lower()
    if months != 3:
        return ()
    if designer.startswith("huawei"):
        return ("huawei",)
    if designer != "nvidia":
        return ()
    made_for_china = cells["chip_type"].upper().startswith(FOR_CHINA)
    return ("china", "all") if made_for_china else ("others", "all")


def _quarters_to(month: str) -> list[str]:
    """Ends of the four quarters up to one."""
    count = int(month[:4]) * MONTHS_PER_YEAR + int(month[5:]) - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(count - 9, count + 1, 3)]


def _period(path: Path, line: int, cells: dict[str, str]) -> tuple[str, int]:
    """The last month of a row's period, and how many months it has."""
    first, last = (_month(path, line, cells, name) for name in ("start_date", "end_date"))
    years, months = int(last[:4]) - int(first[:4]), int(last[5:]) - int(first[5:])
    return last, MONTHS_PER_YEAR * years + months + 1


def _month(path: Path, line: int, cells: dict[str, str], name: str) -> str:
    try:
        return month_in(cells.get(name, ""))
    except CellError as error:
        raise ScenarioError(Problem(f"{path}:{line}", name, *error.args)) from None


def _number(path: Path, line: int, cells: dict[str, str], name: str) -> float:
    wanted = name if cells.get(name) else f"{name.rpartition('_')[0]}_med"
    try:
        return number_in({wanted: cells.get(wanted, "")}, wanted)
    except CellError as error:
        raise ScenarioError(Problem(f"{path}:{line}", wanted, *error.args)) from None


def _frontiers(path: Path, rows: Lines) -> Lines:
    """Best score of a US and of a Chinese model up to the end of each month with a new best."""
    releases = []
    for line, cells in rows:
        actor = ACTORS.get(_first(cells, COUNTRY).lower())
        score, day = _first(cells, SCORE), _first(cells, RELEASED)
        if actor and score and day:
            ends = {"low": _first(cells, LOW) or score, "high": _first(cells, HIGH) or score}
            release = {"released": day, "value": score, **ends}
            releases.append((_month(path, line, release, "released"), line, actor, release))
    best: dict[str, float] = {}
    found: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    for month, line, actor, cells in sorted(releases, key=lambda release: release[:2]):
        numbers = [_number(path, line, cells, name) for name in ("value", "low", "high")]
        if numbers[0] > best.get(actor, float("-inf")):
            best[actor] = numbers[0]
            found[actor, month] = line, _line("frontier", actor, month, "ECI points", numbers)
    return list(found.values())
