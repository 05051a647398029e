"""Numbers as the page writes them: short, with their unit."""

from __future__ import annotations

import math

PREFIXES = ((1e12, "T"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
UNITS = {
    "1": "",
    "share": "",
    "probability": "",
    "H100e": "H100e",
    "USD/1e6 tokens": "USD/M tokens",
    "2024-12 = 100": "(2024-12 = 100)",
}


def short(value: float) -> str:
    """A number with two or three significant digits: `7.9`, `0.032`, `3.6m`, `4e-05`."""
    size = abs(value)
    if not math.isfinite(value):
        return "–"
    if size == 0:
        return "0"
    if size >= 1e15 or size < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+", "e")
    for factor, prefix in PREFIXES:
        if size >= 0.9995 * factor:
            return f"{_digits(value / factor)}{prefix}"
    return _digits(value)


def _digits(value: float) -> str:
    size = abs(value)
    decimals = max(0, 1 - math.floor(math.log10(size))) if size else 0
    text = f"{value:.{min(decimals, 4)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "\N{MINUS SIGN}")


def signed(value: float) -> str:
    """A difference: `+2.1`, `−0.15`, `0`."""
    return f"+{short(value)}" if value > 0 else short(value)


def unit(name: str) -> str:
    """A unit after a number."""
    return UNITS.get(name, name)


def ranged(middle: float, low: float, high: float, name: str) -> str:
    """`7.9 months [4.1, 11.2]`: median and the 90 % of worlds around it."""
    told = f"{short(middle)} {unit(name)}".strip()
    return f"{told} [{short(low)}, {short(high)}]"
