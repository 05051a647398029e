"""Limits on what a visitor may ask for: every input of the page is checked against these."""

from __future__ import annotations

WORLDS = (64, 128, 256)  # choices of how many worlds; blocks of 64 share their random numbers
DEFAULT_WORLDS = 128
MAX_CHANGES = 40  # changed keys of one scenario
MAX_VALUE_LENGTH = 2_000  # characters of one changed value, as TOML
MAX_LINK_LENGTH = 7_500  # characters of the query of a link; browsers and proxies take 8,000
MAX_PINNED = 6  # worlds followed as single lines
MAX_COMPARED = 3  # scenarios beside the one on the page: four in all
MAX_SEED = 2**31 - 1
MAX_ENSEMBLES = 8  # ensembles that one session keeps
MAX_ACTOR_SERIES = 2  # records of all actors that one session keeps
MAX_SIMULATIONS = 2  # ensembles simulated at once by the whole server
