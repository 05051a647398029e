"""How a command asks for worlds, and how their form is said.

>>> of_form({"ensemble": {}}), of_form({"ensemble": {"structure": "distillation"}})
(' of the reference form', ' of the form distillation')
>>> of_form({"ensemble": {}, "own": ["structure.openness"]})
''
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.ensemble import POSTERIOR, PRIOR, PRIOR_OF
from sim.scenario.paths import is_within
from sim.scenario.structures import ALL, REFERENCE, structures
from viz.text.notes import TABLE


def as_options(ensemble: str) -> list[str]:
    """Options that choose an ensemble; none for the usual one."""
    if ensemble.startswith(PRIOR_OF):
        return ["--structure", ensemble.removeprefix(PRIOR_OF), "--prior"]
    if ensemble in ("", POSTERIOR, PRIOR):
        return ["--prior"] if ensemble == PRIOR else []
    is_structure = ensemble == ALL or ensemble in structures()
    return ["--structure" if is_structure else "--posterior", ensemble]


def in_form(structure: str) -> str:
    """Of which form of the model worlds are, after a count of them; empty for the usual one."""
    if structure == REFERENCE:
        return ""
    return " of all forms" if structure == ALL else f" of the form {structure}"


def of_form(about: Mapping[str, Any]) -> str:
    """The form, as it stands after the number of worlds.

    Args:
        about: what is recorded of a scenario: its `ensemble`, and the keys that are its `own`.
            Where a form is among these nothing is said here, but in a note.
    """
    if any(is_within(key, TABLE) for key in about.get("own", ())):
        return ""
    structure = about["ensemble"].get("structure", REFERENCE)
    return in_form(structure) or " of the reference form"
