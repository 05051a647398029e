"""Limits on what a visitor may ask for: every input of the page is checked against these."""

from __future__ import annotations

WORLDS = (64, 128, 256)  # choices of how many worlds; blocks of 64 share their random numbers
DEFAULT_WORLDS = 128
STARTS = ("observed", "simulated")  # whether bands start from the last observations
CHARTS = ("levels", "differences")  # what charts show: scenarios, or what they change
MAX_CHANGES = 40  # changed keys of one scenario
MAX_VALUE_LENGTH = 2_000  # characters of one changed value, as TOML
MAX_LINK_LENGTH = 7_500  # characters of the query of a link; browsers and proxies take 8,000
MAX_PINNED = 6  # worlds followed as single lines
MAX_COMPARED = 3  # scenarios beside the one on the page: four in all
MAX_SEED = 2**31 - 1
MEGABYTE = 1_000_000

# What all visitors share: one scenario in the same worlds is simulated and held once.
MAX_ENSEMBLE_BYTES = 160 * MEGABYTE  # ensembles that are kept; one of 128 worlds takes 5 MB
MAX_PAST_WORLDS = 512  # worlds of pasts from which scenarios go on; each takes 0.3 MB
MAX_ACTOR_SERIES = 8  # records of all actors that are kept
MAX_GRAPHS = 12  # months of such a record whose network is kept
MAX_AT_ONCE = 2  # threads that simulate at the same time
MAX_WORLDS_UNDER_WAY = 640  # worlds of simulations that have begun; each takes up to 0.5 MB
LONGEST_TURN = 0.1  # s that a simulation goes on while others that have begun wait

MAX_SESSIONS = 40  # of one server, with those that are kept in case their browser comes back
MAX_TABS = 8  # sessions of one browser
MAX_MESSAGE = 20_000  # characters of one message of a browser; those of the page take hundreds
SPEEDS = (2, 6, 12, 24)  # months a second that the clock may run
TABS = ("overview", "network", "why", "compare", "events")  # names of the tabs in links
MAX_MONTH = 1_200  # months of the clock; no run is as long
MAX_TEXT = 200  # characters of a text that is typed into a field or a search
