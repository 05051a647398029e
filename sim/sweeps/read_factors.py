"""From the factors of a design file to `Factor`s, checked against the scenarios that they vary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any, NoReturn

import numpy as np

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario
from sim.scenario.quantity import Quantity
from sim.scenario.validation_errors import shown
from sim.sweeps.dates import every_month
from sim.sweeps.design import Design, FactorTable, Grid, Listed, Morris, Priors
from sim.sweeps.factors import DUMMY, SCENARIO, Factor
from sim.sweeps.keys import Entry, allowed, entry_at, is_allowed, keys_of
from sim.sweeps.sampling import between

RESERVED = ("point", "replicate", "world", "branch", "month")  # other columns of the tables
GRID_LEVELS = 5  # of a number between low and high, unless the design gives another number
FIELDS = {  # by which the values of a kind of factor may be given
    "number": ("low", "high", "log", "levels", "values", "prior", "unit"),
    "switch": ("values",),
    "choice": ("values", "choices"),
    "date": ("start", "to", "every", "values"),
}
HINTS = {
    "number": "give low and high, or values = [...], or prior = true",
    "switch": "give values = [...], true or false, without quotes",
    "choice": 'give its levels: values = ["...", "..."], or named overrides in choices',
    "date": "give from and to, or values = [2023-10-17, ...], without quotes",
}
TYPES: dict[str, type] = {"switch": bool, "choice": str, "date": date}  # of levels


def read_factors(design: Design, scenarios: list[ResolvedScenario], file: str) -> list[Factor]:
    """The factors of a design.

    Args:
        scenarios: all that the sweep runs; every key must exist in each of them.
        file: of the design, for messages.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    factors: list[Factor] = []
    problems: list[Problem] = []
    for name, table in design.factors.items():
        try:
            factors.append(_FactorReader(name, table, design, scenarios, file).factor())
        except ScenarioError as error:
            problems += error.problems
    problems += _set_twice(factors, design, file)
    if problems:
        raise ScenarioError(problems)
    return factors


def _set_twice(factors: list[Factor], design: Design, file: str) -> Iterable[Problem]:
    """Keys that two factors set, or a factor and the design's own overrides."""
    overrides = Factor(name="set", key="", kind="choice", sets=(tuple(design.set),))
    setters: dict[str, str] = dict.fromkeys(overrides.keys, "'set'")
    for factor in factors:
        for key in factor.keys:
            if key in setters:
                wrong = f"'{key}' is set by {setters[key]} too"
                yield Problem(file, f"factors.{factor.name}", wrong, "keep one of the two")
            setters[key] = f"factor '{factor.name}'"


class _FactorReader:
    """Reads one factor; every mistake is reported under the factor's name."""

    def __init__(
        self,
        name: str,
        table: FactorTable,
        design: Design,
        scenarios: list[ResolvedScenario],
        file: str,
    ) -> None:
        self.name, self.table, self.scenarios, self.file = name, table, scenarios, file
        self.sampler, self.has_branches = design.sampler, design.branches is not None

    def factor(self) -> Factor:
        """The factor, or ScenarioError."""
        key = self.table.key
        if self.name in RESERVED or "@" in self.name:
            self._fail("", "is the name of another column", "rename the factor")
        if self.table.choices is not None:
            return self._choices(self.table.choices)
        if not key:
            self._fail("key", "is missing", 'key = "effort.eta"')
        if key == SCENARIO:
            return self._scenario()
        entry = Entry((), "number", None, {}) if key == DUMMY else self._entry(key)
        self._check_fields(entry.kind)
        read = {
            "number": self._number,
            "switch": self._switch,
            "date": self._date,
            "choice": self._text,
        }
        return read[entry.kind](entry)

    def _fail(self, field: str, wrong: str, hint: str = "") -> NoReturn:
        key = f"factors.{self.name}" + (f".{field}" if field else "")
        raise ScenarioError(Problem(self.file, key, wrong, hint))

    def _entry(self, key: str) -> Entry:
        """What the first scenario has at the key; all must have it."""
        for one in self.scenarios:
            if entry_at(one.scenario, key) is None:
                hint = nearest(key, [SCENARIO, *keys_of(one.scenario)])
                self._fail("key", f"'{one.name}' has no '{key}' to vary", hint)
        entry = entry_at(self.scenarios[0].scenario, key)
        assert entry is not None  # checked above
        return entry

    def _check_fields(self, kind: str) -> None:
        """Refuse fields that belong to another kind of factor."""
        for field in sorted(self.table.model_fields_set - {"key", *FIELDS[kind]}):
            field = {"start": "from"}.get(field, field)
            self._fail(field, f"does not go with a {kind}", HINTS[kind])
        if isinstance(self.sampler, Priors) and kind != "number":
            self._fail("", f"a {kind} has no prior to draw from", "choose another sampler")

    def _choices(self, choices: dict[str, list[str]]) -> Factor:
        if self.table.key:
            self._fail("key", "does not go with choices", "choices name their keys themselves")
        self._check_fields("choice")
        return self._choice("", tuple(choices), sets=tuple(map(tuple, choices.values())))

    def _scenario(self) -> Factor:
        self._check_fields("choice")
        if self.has_branches:
            wrong = "the branches name the scenarios already"
            self._fail("key", wrong, "use 'scenario' instead")
        names = self._levels("choice", SCENARIO, self.table.values)
        short = tuple(PurePath(name).stem for name in names)
        levels = short if len(set(short)) == len(short) else names
        return self._choice(SCENARIO, levels, sets=tuple((name,) for name in names))

    def _text(self, entry: Entry) -> Factor:
        levels = self._levels("choice", entry.key, self.table.values)
        return self._choice(entry.key, levels, parts=entry.parts)

    def _choice(self, key: str, levels: Sequence[str], **more: Any) -> Factor:
        if isinstance(self.sampler, Morris) and len(levels) > 2:
            wrong = "morris steps along an order, which a choice of three or more has not"
            self._fail("", wrong, "choose sobol or lhs, or two levels")
        return Factor(name=self.name, key=key, kind="choice", levels=levels, **more)

    def _levels(self, kind: str, key: str, values: list[Any] | None) -> tuple[Any, ...]:
        """Levels of a switch, choice or date."""
        if values is None or not all(isinstance(value, TYPES[kind]) for value in values):
            self._fail("values", f"'{key}' is a {kind}", HINTS[kind])
        return tuple(self._distinct(values))

    def _switch(self, entry: Entry) -> Factor:
        levels = self._levels("switch", entry.key, self.table.values or [False, True])
        return self._of(entry, low=0.0, high=1.0, levels=tuple(map(float, levels)))

    def _date(self, entry: Entry) -> Factor:
        first, last, values = self.table.start, self.table.to, self.table.values
        if (values is None) == (first is None or last is None):
            self._fail("", f"'{entry.key}' is a date", HINTS["date"])
        if values is None and first is not None and last is not None:
            values = list(every_month(first, last, self.table.every))
            if not values:
                self._fail("to", f"the range is empty: {last} lies before {first}")
        return self._of(entry, levels=self._levels("date", entry.key, values))

    def _number(self, entry: Entry) -> Factor:
        unit, expected = self.table.unit, entry.declared.get("unit")
        if unit is not None and unit != expected:
            hint = f'write unit = "{expected}" and convert the numbers'
            wrong = f"unit is '{unit}', expected '{expected or ''}'"
            self._fail("unit", wrong, hint if expected else "leave it out")
        if self.table.prior or isinstance(self.sampler, Priors):
            return self._levelled(self._of(entry, prior=self._prior(entry)))
        if self.table.values is not None:
            values = self._numbers({"values": self.table.values}, entry)
            levels = tuple(self._distinct(values))
            return self._of(entry, low=min(values), high=max(values), levels=levels)
        low, high = self._range(entry)
        return self._levelled(self._of(entry, low=low, high=high, log=self.table.log))

    def _of(self, entry: Entry, **more: Any) -> Factor:
        return Factor(
            name=self.name,
            key=entry.key or DUMMY,
            kind=entry.kind,
            unit=entry.declared.get("unit", ""),
            declared=dict(entry.declared),
            parts=entry.parts,
            column=entry.column,
            **more,
        )

    def _levelled(self, factor: Factor) -> Factor:
        """In a grid a number takes levels: from end to end, or in equally likely parts."""
        if isinstance(self.sampler, Grid):
            steps = np.arange(self.table.levels or GRID_LEVELS)
            at = (steps + 0.5) / len(steps) if factor.prior else steps / (len(steps) - 1)
            return factor.model_copy(update={"levels": tuple(between(factor, at).tolist())})
        if self.table.levels is not None:
            self._fail("levels", "belongs to a grid", "leave it out, or give values")
        return factor

    def _range(self, entry: Entry) -> tuple[float, float]:
        low, high = self.table.low, self.table.high
        if not entry.key and low is None and high is None:
            low, high = 0.0, 1.0
        if isinstance(self.sampler, Listed):
            self._fail("", "a list needs values", "values = [...], as many in each factor")
        if low is None or high is None:
            limits = f"; allowed {allowed(entry.declared)}" if entry.declared else ""
            self._fail("", f"no range is given for '{entry.key}'", f"{HINTS['number']}{limits}")
        if not low < high:
            self._fail("high", f"the range is empty: low = {low:g}, high = {high:g}", "low < high")
        if self.table.log and low <= 0:
            self._fail("low", f"log = true needs low > 0, found {low:g}")
        self._numbers({"low": [low], "high": [high]}, entry)
        return low, high

    def _numbers(self, values: dict[str, list], entry: Entry) -> list[float]:
        """Values by the field that gives them, as numbers within the allowed range."""
        numbers = []
        for field, value in [(name, value) for name, row in values.items() for value in row]:
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._fail(field, f"must be a number, found {shown(value)}", "without quotes")
            if not is_allowed(value, entry.declared):
                wrong = f"{value:g} is outside the allowed range {allowed(entry.declared)}"
                self._fail(field, wrong)
            numbers.append(float(value))
        return numbers

    def _prior(self, entry: Entry) -> Quantity:
        for field in ("low", "high", "values"):
            if getattr(self.table, field) is not None:
                self._fail(field, "does not go with a prior", "keep one of the two")
        if not isinstance(entry.value, Quantity) or entry.value.prior is None:
            wrong = f"'{entry.key or DUMMY}' has no prior here"
            self._fail("prior", wrong, "give low and high, or values = [...]")
        if not entry.column:
            self._fail("prior", f"'{entry.key}' cannot be drawn world by world", "give values")
        return entry.value

    def _distinct(self, values: list[Any]) -> list[Any]:
        """Levels without repetition; only the values of a list may repeat."""
        if isinstance(self.sampler, Listed):
            return list(dict.fromkeys(values))
        for at, value in enumerate(values):
            if value in values[:at]:
                text = f"{value:g}" if isinstance(value, float) else shown(value)
                self._fail("values", f"{text} stands there twice", "keep one of the two")
        return values
