"""Named structures: forms of the model with the priors that they need, in `scenarios/structures/`.

A structure is a layer beneath every scenario that is run in it, right above the baseline. What the
scenario or `--set` says of the same numbers holds instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from sim.scenario import library
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import Layer, parse
from sim.scenario.quantity import Frozen
from sim.scenario.structure import CHOICES, Structure
from sim.scenario.texts import Prose, Source, Title

REFERENCE = "reference"  # the structure of the baseline
ALL = "all"  # worlds of every structure, in shares by their weights


class _File(Frozen):
    title: Title
    why: Prose
    source: Source
    settings: dict[str, Any] = Field(alias="set", default={})


@dataclass(frozen=True)
class NamedStructure:
    """A named combination of forms.

    Attributes:
        name: of the structure, and of the worlds that were fitted with it.
        title: in a few words; why: what it says of the world; source: of the idea.
        settings: tables that it sets above the baseline.
        file: in which it stands.
    """

    name: str
    title: str
    why: str
    source: str
    settings: dict[str, Any]
    file: Path

    @property
    def choices(self) -> dict[str, str]:
        """The form of each disputed mechanism."""
        set_here = self.settings.get("structure", {})
        return {
            choice: set_here.get(choice, Structure.model_fields[choice].default)
            for choice in CHOICES
        }

    @property
    def layer(self) -> Layer:
        """Its settings as a layer of a scenario."""
        return Layer(str(self.file), self.settings)


@cache
def structures() -> dict[str, NamedStructure]:
    """Shipped structures by name, the reference first.

    Raises:
        ScenarioError: a file is not as it must be.
    """
    files = sorted((library.folder() / library.STRUCTURES).glob("*.toml"))
    found = {file.stem: _read(file) for file in files}
    return {REFERENCE: found[REFERENCE]} | found


def _read(file: Path) -> NamedStructure:
    tree = parse(file)
    try:
        read = _File.model_validate(tree)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(map(str, first["loc"]))
        hint = "a structure has title, why, source and [set] tables"
        raise ScenarioError(Problem(str(file), key, first["msg"], hint)) from None
    return NamedStructure(file.stem, read.title, read.why, read.source, read.settings, file)


def needs_one() -> ScenarioError:
    """What is said where worlds of all structures cannot be used."""
    wrong, hint = "this needs worlds of one structure", "name one with --structure"
    return ScenarioError(Problem("--structure", ALL, wrong, hint))


def structure(name: str) -> NamedStructure:
    """A structure by its name (empty: the reference).

    Raises:
        ScenarioError: there is none.
    """
    known = structures()
    if (name or REFERENCE) not in known:
        wrong = f"there is no structure '{name}'"
        raise ScenarioError(Problem("--structure", "", wrong, nearest(name, known)))
    return known[name or REFERENCE]


def with_structure(layers: Sequence[Layer], name: str) -> list[Layer]:
    """The layers of a scenario with a structure above the oldest of them."""
    chosen = structure(name)
    if not chosen.settings:
        return list(layers)
    return [layers[0], chosen.layer, *layers[1:]]
