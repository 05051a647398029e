"""A kind of actor is in the scenario, in the race, in every list of kinds, and on the page."""

import tomllib
from pathlib import Path

from levers.pairs import KINDS_OF_ROWS

from sim.model.setup import KINDS
from sim.scenario.actors import ACTORS

PAGE = Path(__file__).parents[1] / "viz" / "dashboard" / "network" / "actors.toml"


def test_every_list_of_kinds_has_all():
    tables = set(tomllib.loads(PAGE.read_text("utf-8")))
    assert set(ACTORS) == set(KINDS.values()) == tables
    assert set(KINDS_OF_ROWS) == set(KINDS) - {"lab"}
