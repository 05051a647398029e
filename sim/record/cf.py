"""Labelled arrays as the CF conventions have them, for programs other than ours.

`unit` and `meaning` are what we read. Beside them stand dates, `units` that UDUNITS reads, and
`long_name`: UDUNITS knows no money and no chips, so that `units` then holds the power of ten and
the time alone, and `long_name` ends with the unit.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

CONVENTIONS = "CF-1.8"  # the first that allows groups
MONTH, TIME, WORLD = "month", "time", "world"
FOR_OTHERS = ("units", "long_name")  # attributes that repeat `unit` and `meaning`
LONG_NAMES = {MONTH: "month, as YYYY-MM", WORLD: "number of the world"}
UDUNITS = {
    "1": "1",
    "share": "1",
    "probability": "1",
    "log": "1",
    "log points": "1",
    "log/yr": "year-1",
    "x/yr": "1",
    "ECI points": "1",
    "2024-12 = 100": "1",
    "H100e": "1",
    "FLOP": "1",
    "TFLOP/s": "1e12 s-1",
    "GW": "GW",
    "months": "month",
    "years": "year",
    "people": "1",
    "1e3 people": "1e3",
    "1e3 chips": "1e3",
    "1e3 reticles": "1e3",
    "1e3 reticles/month": "1e3 month-1",
    "1e12 tokens": "1e12",
    "m stacks": "1e6",
    "m stacks/yr": "1e6 year-1",
    "USD": "1",
    "USD bn": "1e9",
    "USD bn/yr": "1e9 year-1",
    "USD/1e6 tokens": "1e-6",
    "points": "1",
}


def for_others(arrays: xr.Dataset) -> xr.Dataset:
    """Arrays with dates, `units` and `long_name`; of an unknown unit there are no `units`."""
    kept = arrays.copy()
    if MONTH in kept.coords:
        ends = np.array(kept[MONTH].values, dtype="datetime64[M]") + np.timedelta64(1, "M")
        days = ends.astype("datetime64[D]") - np.timedelta64(1, "D")
        said = {"standard_name": "time", "long_name": "last day of the month"}
        kept = kept.assign_coords({TIME: (MONTH, days.astype("datetime64[ns]"), said)})
        counted = {"units": "days since 2000-01-01", "calendar": "standard"}
        kept[TIME].encoding = {**counted, "dtype": "int32"}
    if WORLD in kept.coords:
        kept[WORLD].encoding = {"dtype": "int32"}  # the widest whole number of CF-1.8
    for name in kept.coords:
        text = LONG_NAMES.get(str(name), str(name).replace("_", " "))
        kept[name].attrs = {"long_name": text} | kept[name].attrs
    for variable in kept.data_vars.values():
        variable.attrs |= _attributes(variable.attrs)
    return kept


def _attributes(said: dict[str, str]) -> dict[str, str]:
    """`units` and `long_name` from `unit` and `meaning`."""
    unit, meaning = said.get("unit", ""), said.get("meaning", "")
    units = UDUNITS.get(unit, "")
    is_whole = not unit or units == unit  # `units` says it all
    named = meaning if is_whole else f"{meaning} [{unit}]".strip()
    return {key: text for key, text in zip(FOR_OTHERS, (units, named), strict=True) if text}
