"""What a visitor may ask for: every input of the page is held against these."""

from __future__ import annotations

WORLDS = (64, 128, 256)  # choices of how many worlds; blocks of 64 share their luck's tiles
USUAL_WORLDS = 128
MOST_CHANGES = 40  # changed keys of one scenario
LONGEST_VALUE = 2_000  # characters of one changed value, as TOML
LONGEST_LINK = 7_500  # characters of the query of a share link; browsers and proxies take 8,000
MOST_PINNED = 6  # worlds followed as single lines
MOST_COMPARED = 3  # scenarios beside the one on the page: four in all
MOST_SEED = 2**31 - 1
KEPT = 8  # ensembles that one session remembers
CHRONICLES = 2  # records of all actors that one session remembers
AT_ONCE = 2  # ensembles simulated at once by the whole server
