"""Columns of the tables of a sweep: the unit and the meaning of each stand in the table itself.

`pyarrow.parquet.read_schema(FILE).field(COLUMN).metadata` has `unit` and `long_name`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from sim.outcomes.catalogue import meaning_of, unit_of
from sim.sweeps.factors import DUMMY, Factor

PLACE = "unit:"  # before the name of a factor: its place in the unit cube
KEYS = {
    "point": "number of the point of the design",
    "replicate": "number of the repetition of a point",
    "world": "number of the world, which decides parameters and luck",
    "branch": "name of the scenario",
    "month": "month, as YYYY-MM",
}


def described(table: pa.Table, factors: Iterable[Factor]) -> pa.Table:
    """A table whose columns say their `unit` (if they have one) and `long_name`."""
    by_name = {factor.name: factor for factor in factors}
    fields = [field.with_metadata(_about(field.name, by_name)) for field in table.schema]
    return pa.table(table.columns, schema=pa.schema(fields))


def _about(name: str, factors: dict[str, Factor]) -> dict[str, str]:
    if name in factors:
        unit, meaning = factors[name].unit, _meaning_of(factors[name])
    elif name in KEYS:
        unit, meaning = "", KEYS[name]
    elif name.startswith(PLACE):
        unit, meaning = "1", f"place in the unit cube of {name.removeprefix(PLACE)}"
    else:
        outcome, _, month = name.partition("@")
        unit, when = unit_of(outcome), f", in {month}" if month else ""
        meaning = f"{meaning_of(outcome)}{when}"
    return {"unit": unit, "long_name": meaning} if unit else {"long_name": meaning}


def _meaning_of(factor: Factor) -> str:
    return "a number that the model never reads" if factor.key == DUMMY else ", ".join(factor.keys)
