"""Where the shipped scenarios are, and how a name becomes a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sim.scenario.errors import Problem, ScenarioError, cut, nearest

_PACKAGE = Path(__file__).resolve().parents[1]
# In a checkout the files lie beside the package, in an installed wheel inside it.
DESIGNS = "sweeps"  # folder beside the scenarios that holds designs of sweeps, no scenarios
PROBLEMS = "problems"  # the same for problems of policy search
TEMPLATES = "new"  # the same for starting files that `moat new` copies
STRUCTURES = "structures"  # the same for forms of the model with their priors
_PLACES = (_PACKAGE.parent / "scenarios", _PACKAGE / "scenarios")


def folder() -> Path:
    """The folder of the shipped scenarios."""
    return next(place for place in _PLACES if (place / "baseline").is_dir())


def shipped() -> dict[str, Path]:
    """Shipped scenarios by name."""
    paths = [p for p in sorted(folder().iterdir()) if p.suffix == ".toml" or p.is_dir()]
    other = (DESIGNS, PROBLEMS, TEMPLATES, STRUCTURES)
    chosen = [p for p in paths if p.name not in other and not p.name.startswith((".", "_"))]
    return {path.stem: path for path in chosen}


def shipped_designs() -> dict[str, Path]:
    """Shipped designs of sweeps by name."""
    return {path.stem: path for path in sorted((folder() / DESIGNS).glob("*.toml"))}


def templates() -> dict[str, Path]:
    """Starting files of scenarios by the kind of question."""
    return {path.stem: path for path in sorted((folder() / TEMPLATES).glob("*.toml"))}


def shipped_problems() -> dict[str, Path]:
    """Shipped problems of policy search by name."""
    paths = sorted((folder() / PROBLEMS).glob("*.toml"))
    return {path.stem: path for path in paths if "[levers." in path.read_text("utf-8")}


def find(name: str, beside: Path | None = None, asked_by: str = "") -> Path:
    """The file of a scenario: a path (relative to the file that asks), or a shipped name."""
    where, key = (asked_by, "extends") if asked_by else (cut(name) or "scenario", "")
    if not name.strip():
        raise ScenarioError(Problem(where, key, "is empty", _choose(name)))
    direct = Path(name)
    if beside is not None and not direct.is_absolute():
        direct = beside.parent / name
    try:
        for candidate in _candidates(direct):
            if candidate.exists() and (candidate.suffix == ".toml" or _is_layer(candidate)):
                return candidate
        if name in shipped():
            return shipped()[name]
        wrong, hint = _why_not(name, direct)
    except (OSError, ValueError) as trouble:  # a name too long, or no permission to look
        what = getattr(trouble, "strerror", None) or trouble
        wrong, hint = f"'{cut(name)}' cannot be opened: {what}", _choose(name)
    raise ScenarioError(Problem(where, key, wrong, hint))


def _candidates(direct: Path) -> list[Path]:
    return [direct, direct.with_name(f"{direct.name}.toml")] if direct.name else [direct]


def _why_not(name: str, direct: Path) -> tuple[str, str]:
    """What was wrong with a name that leads to no scenario, and what to do."""
    if direct.is_dir():
        return f"'{cut(name)}' is a folder without .toml files", "name a scenario file"
    if direct.exists():
        return f"'{cut(name)}' is no .toml file", "a scenario's name ends in .toml"
    return f"there is no scenario '{cut(name)}'", _choose(name)


def _choose(name: str) -> str:
    hint = nearest(name, shipped())
    return f"{hint}{'' if hint.endswith('?') else ';'} or give the path of a .toml file"


def _is_layer(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.toml"))


def title(path: Path) -> str:
    """The title of a scenario file, without checking the rest of it."""
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        if text := tomllib.loads(file.read_text("utf-8")).get("title"):
            return str(text)
    return ""
