"""Constants of nature and of bookkeeping, each with its unit and source.

Numbers that are uncertain or may be varied are scenario data.
"""

H100_TFLOPS = 989.0  # dense FP16 TFLOP/s of an H100 SXM, the unit H100e (Nvidia data sheet)
H100_BANDWIDTH = 3.35  # TB/s of memory bandwidth of an H100 SXM (Nvidia data sheet)
H100_INTERCONNECT = 900.0  # GB/s of NVLink of an H100 SXM (Nvidia data sheet)
FP16_BITS = 16  # bit length that multiplies TOPS in the BIS measure TPP (15 CFR 774, ECCN 3A090)
SECONDS_PER_MONTH = 365.25 * 86400 / 12
FLOP_PER_TFLOP = 1e12
USD_PER_BN = 1e9  # chip prices are in USD, budgets in USD bn
