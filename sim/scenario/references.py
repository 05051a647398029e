"""References: a text of a scenario that must name a row of a table, declared where the field is."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel

from sim.scenario.texts import Name


class Ref:
    """Declares that a text names a row of one of these tables.

    Args:
        tables: names of tables; or `instruments`, or `numbers` for dotted keys of numbers.
        what: a row in a word, for messages.
        also: words that are allowed beside the names.
    """

    def __init__(self, *tables: str, what: str = "", also: tuple[str, ...] = ()) -> None:
        self.tables = tables
        self.what = what or tables[0].removesuffix("s")
        self.also = also


BlocName = Annotated[Name, Ref("blocs")]
RegulatorName = Annotated[Name, Ref("regulators")]


@cache
def references(model: type[BaseModel]) -> dict[str, Ref]:
    """The fields of a model that refer to tables."""
    fields = model.model_fields.items()
    named = {name: [*_refs(field.annotation), *_refs(field)] for name, field in fields}
    return {name: refs[0] for name, refs in named.items() if refs}


def _refs(annotation: Any) -> Iterator[Ref]:
    for part in (*typing.get_args(annotation), *getattr(annotation, "metadata", ())):
        if isinstance(part, Ref):
            yield part
        else:
            yield from _refs(part)
