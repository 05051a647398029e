"""Where the shipped scenarios are, and how a name becomes a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sim.scenario.errors import Problem, ScenarioError, nearest

_PACKAGE = Path(__file__).resolve().parent.parent
# In a checkout the files lie beside the package, in an installed wheel inside it.
_PLACES = (_PACKAGE.parent / "scenarios", _PACKAGE / "scenarios")


def folder() -> Path:
    """The folder of the shipped scenarios."""
    return next(place for place in _PLACES if (place / "baseline").is_dir())


def shipped() -> dict[str, Path]:
    """Shipped scenarios by name."""
    paths = [p for p in sorted(folder().iterdir()) if p.suffix == ".toml" or p.is_dir()]
    return {path.stem: path for path in paths if not path.name.startswith((".", "_"))}


def find(name: str, beside: Path | None = None, asked_by: str = "") -> Path:
    """The file of a scenario: a path (relative to the file that asks), or a shipped name."""
    direct = Path(name)
    if beside is not None and not direct.is_absolute():
        direct = beside.parent / name
    for candidate in (direct, direct.with_name(f"{direct.name}.toml")):
        if candidate.exists() and (candidate.suffix == ".toml" or _is_layer(candidate)):
            return candidate
    if name in shipped():
        return shipped()[name]
    where, key = (asked_by, "extends") if asked_by else (name, "")
    if direct.is_dir():
        wrong = f"'{name}' is a folder without scenario files"
    elif direct.exists():
        wrong = f"'{name}' is no .toml file"
    else:
        wrong = f"there is no scenario '{name}'"
    raise ScenarioError(Problem(where, key, wrong, nearest(name, shipped())))


def _is_layer(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.toml"))


def title(path: Path) -> str:
    """The title of a scenario file, without checking the rest of it."""
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        found = tomllib.loads(file.read_text("utf-8")).get("title")
        if found:
            return str(found)
    return ""
