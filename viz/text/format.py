"""Numbers, shares, ranges and units as people read them: the one formatter of the project.

>>> number(754.3, digits=2)
'750'
>>> number(0.0312), number(38200.0), number(7.81e6), number(4.29e26)
('0.0312', '38,200', '7.81m', '4.29e26')
>>> ranged(9.19, 4.68, 15.2, "ECI points")
'9.19 ECI points [4.68, 15.2]'
>>> signed(0.4), percent(0.997), percent(0.82)
('+0.400', 'over 99 %', '82 %')
>>> interval(4.68, 15.2), between(-70.2, 7.74, "%")  # in cells and after a number; in sentences
('[4.68, 15.2]', 'between -70 and 7.7 %')
>>> when("2022-10"), date("2022-10")
('Oct 2022', 'October 2022')
>>> write = aligned([5.23, -0.61, 0.004], digits=2)
>>> write(5.23), write(-0.61), write(0.004)
('+5.2', '-0.6', '0.0')
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

DIGITS = 3  # significant digits, unless a table has less room
SHORT = 2  # in sentences and short tables
MULTIPLES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
UNITS = {"1": "", "share": "", "probability": "", "2024-12 = 100": "(2024-12 = 100)"}


UNDEFINED = "not defined"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date(month: str) -> str:
    """A month in a sentence: `"2022-10"` as `October 2022`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def when(month: str) -> str:
    """A month where there is little room: `"2022-10"` as `Oct 2022`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year}"


def day(iso: str) -> str:
    """A day in a sentence: `"2022-10-07"` as `7 October 2022`."""
    return f"{int(iso[8:10])} {date(iso[:7])}"


def number(value: float, digits: int = DIGITS) -> str:
    """A number with so many significant digits; millions and more with `m`, `bn`, `tn`."""
    size = abs(value)
    if not math.isfinite(value):
        return UNDEFINED
    if size == 0:
        return "0"
    if size >= 1e15 or size < 1e-3:
        return _power_of_ten(value, digits)
    for factor, name in MULTIPLES:
        if size >= 0.9995 * factor:
            return _decimals(value / factor, digits) + name
    return _decimals(value, digits)


def _power_of_ten(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _decimals(value: float, digits: int) -> str:
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    if digits <= SHORT and decimals < 0:
        value = round(value, decimals)
    return f"{value:,.{max(0, decimals)}f}"


def signed(value: float, digits: int = DIGITS) -> str:
    """A difference, with its sign."""
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def aligned(values: Iterable[float], digits: int = DIGITS) -> Callable[[float], str]:
    """A way to write numbers that a reader can add: all with their sign and the same decimals.

    Args:
        values: the largest of them gets so many significant `digits`.
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if not 1e-3 <= largest < 1e6:
        return lambda value: signed(value, digits)
    decimals = max(0, digits - 1 - math.floor(math.log10(largest)))

    def write(value: float) -> str:
        if not math.isfinite(value):
            return UNDEFINED
        rounded = round(value, decimals)
        sign = "+" if rounded else ""
        return f"{rounded or 0.0:{sign},.{decimals}f}"

    return write


def percent(share: float) -> str:
    """A share of one in percent; what is not quite all or none is not rounded to it."""
    if not math.isfinite(share):
        return UNDEFINED
    if 0.995 <= share < 1:
        return "over 99 %"
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{100 * share:.0f} %"


def signed_percent(share: float) -> str:
    """A difference of shares, or a gain, in percent with its sign."""
    if not math.isfinite(share):
        return UNDEFINED
    return f"{100 * share:+.0f} %"


def unit(name: str) -> str:
    """A unit as it stands after a number; nothing for pure numbers and shares."""
    return UNITS.get(name, name)


def axis_unit(name: str) -> str:
    """A unit as it stands on an axis."""
    return "ratio" if name == "1" else name


def amount(value: float, name: str, digits: int = DIGITS) -> str:
    """A number with its unit: `7.9 months`."""
    if not math.isfinite(value):
        return UNDEFINED
    return f"{number(value, digits)} {unit(name)}".strip()


def signed_amount(value: float, name: str, digits: int = DIGITS) -> str:
    """A difference with its sign and unit: `-2.1 months`."""
    if not math.isfinite(value):
        return UNDEFINED
    return f"{signed(value, digits)} {unit(name)}".strip()


def interval(low: float, high: float, digits: int = DIGITS) -> str:
    """A range in a cell of a table, or after a number: `[4.1, 11.2]`."""
    return f"[{number(low, digits)}, {number(high, digits)}]"


def ranged(middle: float, low: float, high: float, name: str = "1", digits: int = DIGITS) -> str:
    """A median with its unit and the range around it: `7.9 months [4.1, 11.2]`."""
    if not math.isfinite(middle):
        return UNDEFINED
    return f"{amount(middle, name, digits)} {interval(low, high, digits)}"


def between(low: float, high: float, name: str = "1", digits: int = SHORT) -> str:
    """A range in a sentence: `between -70 and 7.7 %`."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNDEFINED
    return f"between {number(low, digits)} and {number(high, digits)} {unit(name)}".strip()


def capitalised(text: str) -> str:
    """A phrase as a title or the start of a sentence: `the US lead` as `The US lead`."""
    return text[:1].upper() + text[1:]


def counted(count: int, noun: str) -> str:
    """A number of things: `1 world`, `64 worlds`, `2 branches`, `3 policies`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}{'es' if noun.endswith('ch') else 's'}"


def exact(value: float) -> str:
    """A number as it was entered, with all its digits: `0.35`, `38,200`."""
    return f"{value:,.10g}"
