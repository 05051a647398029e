"""From what a design says of its factors to factors, held against the scenarios they vary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any, NoReturn

import numpy as np

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario
from sim.scenario.quantity import Quantity
from sim.scenario.validation_errors import shown
from sim.sweeps.dates import every_month
from sim.sweeps.design import Design, Grid, Listed, Morris, Priors, Varied
from sim.sweeps.factors import DUMMY, SCENARIO, Factor
from sim.sweeps.keys import Place, known_keys, place
from sim.sweeps.sampling import between

RESERVED = ("point", "replicate", "world", "branch", "month")  # other columns of the tables
GRID_LEVELS = 5  # of a number between low and high, unless the design says otherwise
MANNERS = {  # how a factor's values may be given, by its kind
    "number": ("low", "high", "log", "levels", "values", "prior", "unit"),
    "switch": ("values",),
    "choice": ("values", "choices"),
    "date": ("start", "to", "every", "values"),
}
WANTED = {
    "number": "give low and high, or values = [...], or prior = true",
    "choice": 'give its levels: values = ["...", "..."], or named overrides in choices',
    "date": "give from and to, or values = [2023-10-17, ...]",
}


def factors_of(design: Design, scenarios: list[ResolvedScenario], file: str) -> list[Factor]:
    """The factors of a design.

    Args:
        scenarios: all that the sweep runs; every key must stand in each of them.
        file: of the design, for messages.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    found, wrong = [], []
    for name, said in design.factors.items():
        try:
            found.append(_Reader(design, scenarios, file, name, said).factor())
        except ScenarioError as trouble:
            wrong += trouble.problems
    wrong += _twice(found, design, file)
    if wrong:
        raise ScenarioError(wrong)
    return found


def _twice(factors: list[Factor], design: Design, file: str) -> Iterable[Problem]:
    """Keys that two factors set, or a factor and the design's own overrides."""
    setting = Factor("set", "", "choice", sets=(tuple(design.set),))
    seen: dict[str, str] = dict.fromkeys(setting.covers, "set")
    for factor in factors:
        for key in factor.covers or [factor.key]:
            if other := seen.get(key):
                by = "'set'" if other == "set" else f"factor '{other}'"
                wrong = f"'{key}' is set by {by} too"
                yield Problem(file, f"factors.{factor.name}", wrong, "keep one of the two")
            seen[key] = factor.name


class _Reader:
    """Reads one factor; everything wrong with it is said under its own name."""

    def __init__(
        self, design: Design, scenarios: list[ResolvedScenario], file: str, name: str, said: Varied
    ) -> None:
        self.design, self.scenarios, self.file = design, scenarios, file
        self.name, self.said = name, said

    def factor(self) -> Factor:
        """The factor, or ScenarioError."""
        if self.name in RESERVED or "@" in self.name:
            self.fail("", "is the name of another column", "rename the factor")
        if not self.said.key and self.said.choices is None:
            self.fail("key", "is missing", 'key = "effort.eta"')
        if self.said.choices is not None:
            return self._choices()
        if self.said.key == SCENARIO:
            return self._scenarios()
        if self.said.key == DUMMY:
            self._only("number")
            return self._number(Place((), "number", None, {}, column=False))
        there = self._place()
        self._only(there.kind)
        return getattr(self, f"_{there.kind}")(there)

    def fail(self, key: str, wrong: str, hint: str = "") -> NoReturn:
        """Raise one problem about this factor."""
        at = f"factors.{self.name}" + (f".{key}" if key else "")
        raise ScenarioError(Problem(self.file, at, wrong, hint))

    def _place(self) -> Place:
        """What stands at the key in the first scenario; all must have it."""
        there = []
        for one in self.scenarios:
            found = place(one.scenario, self.said.key)
            if found is None:
                hint = nearest(self.said.key, known_keys(one.scenario))
                self.fail("key", f"'{one.name}' has no '{self.said.key}' to vary", hint)
            there.append(found)
        return there[0]

    def _only(self, kind: str) -> None:
        """Nothing is said that belongs to another kind of factor."""
        for given in sorted(self.said.model_fields_set - {"key", *MANNERS[kind]}):
            given = {"start": "from"}.get(given, given)
            self.fail(given, f"does not go with a {kind}", WANTED.get(kind, "leave it out"))
        if isinstance(self.design.sampler, Priors) and kind != "number":
            self.fail("", f"a {kind} has no prior to draw from", "choose another sampler")

    def _choices(self) -> Factor:
        if self.said.key:
            self.fail("key", "does not go with choices", "choices name their keys themselves")
        self._only("choice")
        names, sets = zip(*(self.said.choices or {}).items(), strict=True)
        factor = Factor(self.name, "", "choice", levels=names, sets=tuple(map(tuple, sets)))
        return self._unordered(factor)

    def _scenarios(self) -> Factor:
        self._only("choice")
        if self.design.branches:
            self.fail("key", "the branches name the scenarios already", "use 'scenario' instead")
        names = self._texts()
        short = tuple(PurePath(name).stem for name in names)
        levels = short if len(set(short)) == len(short) else names
        sets = tuple((name,) for name in names)
        return self._unordered(Factor(self.name, SCENARIO, "choice", levels=levels, sets=sets))

    def _choice(self, there: Place) -> Factor:
        return self._unordered(
            Factor(self.name, there.key, "choice", levels=self._texts(), parts=there.parts)
        )

    def _unordered(self, factor: Factor) -> Factor:
        if isinstance(self.design.sampler, Morris) and len(factor.levels or ()) > 2:
            wrong = "morris steps along an order, which a choice of three or more has not"
            self.fail("", wrong, "choose sobol or lhs, or two levels")
        return factor

    def _switch(self, there: Place) -> Factor:
        values = self.said.values or [False, True]
        if not all(isinstance(value, bool) for value in values):
            self.fail("values", f"'{there.key}' is a switch", "true or false, without quotes")
        levels = tuple(float(value) for value in self._distinct(values))
        return Factor(
            self.name, there.key, "switch", 0.0, 1.0, levels, parts=there.parts, column=there.column
        )

    def _date(self, there: Place) -> Factor:
        first, last, values = self.said.start, self.said.to, self.said.values
        if (values is None) == (first is None or last is None):
            self.fail("", f"'{there.key}' is a date", WANTED["date"])
        if values is None and first is not None and last is not None:
            values = list(every_month(first, last, self.said.every))
            if not values:
                self.fail("to", f"the range is empty: {last} lies before {first}")
        if not all(isinstance(value, date) for value in values or ()):
            self.fail("values", f"'{there.key}' is a date", WANTED["date"] + ", without quotes")
        levels = tuple(self._distinct(values or []))
        return Factor(self.name, there.key, "date", levels=levels, parts=there.parts)

    def _number(self, there: Place) -> Factor:
        self._unit(there)
        limits = dict(there.declared)
        factor = Factor(
            self.name,
            there.key or DUMMY,
            "number",
            unit=limits.get("unit", ""),
            declared=limits,
            parts=there.parts,
            column=there.column,
        )
        if self.said.prior or isinstance(self.design.sampler, Priors):
            return self._stepped(replace(factor, prior=self._prior(there)))
        if self.said.values is not None:
            values = self._numbers(self.said.values, limits)
            levels = tuple(self._distinct(values))
            return replace(factor, low=min(values), high=max(values), levels=levels)
        low, high = self._range(there)
        return self._stepped(replace(factor, low=low, high=high, log=self.said.log))

    def _stepped(self, factor: Factor) -> Factor:
        """In a grid a number takes levels: from end to end, or in equally likely parts."""
        if isinstance(self.design.sampler, Grid):
            steps = np.arange(self.said.levels or GRID_LEVELS)
            apart = (steps + 0.5) / len(steps) if factor.prior else steps / (len(steps) - 1)
            return replace(factor, levels=tuple(between(factor, apart).tolist()))
        if self.said.levels is not None:
            self.fail("levels", "belongs to a grid", "leave it out, or give values")
        return factor

    def _range(self, there: Place) -> tuple[float, float]:
        low, high = self.said.low, self.said.high
        if there.key == "" and low is None and high is None:
            low, high = 0.0, 1.0
        if isinstance(self.design.sampler, Listed):
            self.fail("", "a list needs values", "values = [...], as many in each factor")
        if low is None or high is None:
            limits = self._allowed(there.declared)
            self.fail("", f"no range is given for '{there.key}'", f"{WANTED['number']}{limits}")
        if not low < high:
            self.fail("high", f"the range is empty: low = {low:g}, high = {high:g}", "low < high")
        if self.said.log and low <= 0:
            self.fail("low", f"log = true needs low > 0, found {low:g}")
        self._numbers([low, high], there.declared, ("low", "high"))
        return low, high

    def _allowed(self, declared: dict[str, Any]) -> str:
        if "low" not in declared:
            return ""
        return f"; allowed {declared['low']:g}..{declared['high']:g} {declared['unit']}"

    def _numbers(
        self, values: list[Any], declared: dict[str, Any], keys: tuple[str, ...] = ()
    ) -> list[float]:
        for at, value in enumerate(values):
            key = keys[at] if keys else "values"
            if isinstance(value, bool) or not isinstance(value, int | float):
                self.fail(key, f"must be a number, found {shown(value)}", "without quotes")
            if declared and not declared["low"] <= value <= declared["high"]:
                said = f"{declared['low']:g}..{declared['high']:g} {declared['unit']}"
                self.fail(key, f"{value:g} is outside the allowed range {said}")
        return [float(value) for value in values]

    def _unit(self, there: Place) -> None:
        unit = there.declared.get("unit")
        if self.said.unit is not None and self.said.unit != unit:
            hint = f'write unit = "{unit}" and convert the numbers' if unit else "leave it out"
            self.fail("unit", f"unit is '{self.said.unit}', expected '{unit or ''}'", hint)

    def _prior(self, there: Place) -> Quantity:
        for given in ("low", "high", "values"):
            if getattr(self.said, given) is not None:
                self.fail(given, "does not go with a prior", "keep one of the two")
        quantity = there.value
        if not isinstance(quantity, Quantity) or quantity.prior is None:
            told = f"'{there.key or DUMMY}' has no prior here"
            self.fail("prior", told, "give low and high, or values = [...]")
        if not there.column:
            self.fail("prior", f"'{there.key}' cannot be drawn world by world", "give values")
        return quantity

    def _texts(self) -> tuple[str, ...]:
        values = self.said.values
        if values is None or not all(isinstance(value, str) for value in values):
            self.fail("values", f"'{self.said.key}' is a choice", WANTED["choice"])
        return tuple(self._distinct(values))

    def _distinct(self, values: list[Any]) -> list[Any]:
        if isinstance(self.design.sampler, Listed):
            return list(dict.fromkeys(values))
        for at, value in enumerate(values):
            if value in values[:at]:
                told = f"{value:g}" if isinstance(value, float) else shown(value)
                self.fail("values", f"{told} stands there twice", "keep one of the two")
        return values
