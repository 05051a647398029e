"""Tables of the page in TOML, beside the code that uses them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def read_tables(code: str, name: str) -> Any:
    """The tables of a file in the folder of some code; lists become tuples, which are frozen."""
    return _frozen(tomllib.loads(Path(code).with_name(name).read_text("utf-8")))


def _frozen(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _frozen(value) for key, value in node.items()}
    return tuple(map(_frozen, node)) if isinstance(node, list) else node
