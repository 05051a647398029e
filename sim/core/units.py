"""Constants of nature and of bookkeeping, each with its unit and source; a number for a person.

Numbers that anybody might doubt or vary are not here: they are scenario data.
"""

import math

H100_TFLOPS = 989.0  # dense FP16 TFLOP/s of an H100 SXM, the unit H100e (Nvidia data sheet)
H100_BANDWIDTH = 3.35  # TB/s of memory bandwidth of an H100 SXM (Nvidia data sheet)
H100_INTERCONNECT = 900.0  # GB/s of NVLink of an H100 SXM (Nvidia data sheet)
FP16_BITS = 16  # bit length that multiplies TOPS in the BIS measure TPP (15 CFR 774, ECCN 3A090)
SECONDS_PER_MONTH = 365.25 * 86400 / 12
FLOP_PER_TFLOP = 1e12
USD_PER_BN = 1e9  # chip prices are in USD, budgets in USD bn


def figure_of(value: float, digits: int = 3) -> str:
    """A number for a person: so many significant digits, large ones with a power of ten."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6 or size < 1e-3:
        return f"{value:.1e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    return f"{value:,.{decimals}f}"
