"""docs/architecture.md: the map of the code, with sizes and imports read from the files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
# Packages in the order in which they may import each other: each only those before it.
ORDER = (
    "sim.core",
    "sim.scenario",
    "sim.uncertainty",
    "sim.policy",
    "sim.model.mechanisms",
    "sim.model.forcing",
    "sim.model.public_state",
    "sim.model.agents",
    "sim.model.markets",
    "sim.model",
    "sim.outcomes",
    "sim.record",
    "sim.experiments",
    "sim.sweeps",
    "sim.analysis",
    "sim.research",
    "viz.text",
    "viz.figures",
    "viz.pages",
    "viz.report",
    "viz.dashboard",
    "viz.cli",
)


@dataclass(frozen=True)
class Package:
    """One package of the code.

    Attributes:
        purpose: the first sentence of its docstring.
        files, lines: of Python.
        imports: other packages that its files import, in the order of `ORDER`.
    """

    name: str
    purpose: str
    files: int
    lines: int
    imports: tuple[str, ...]


def build(docs: Path) -> Page:
    """The page and its drawing."""
    packages = read_packages()
    return Page(
        render("architecture", rows=[_row(package) for package in packages]),
        lambda: {"architecture": draw(packages)},
    )


def _row(package: Package) -> list[str]:
    short = [name.removeprefix("sim.") for name in package.imports]
    return [f"`{package.name}`", package.purpose, ", ".join(short) or "none"]


def read_packages(root: Path = ROOT) -> list[Package]:
    """Every package, as its files are now."""
    by_package: dict[str, list[Path]] = {name: [] for name in ORDER}
    for file in sorted([*root.glob("sim/**/*.py"), *root.glob("viz/**/*.py")]):
        module = ".".join(file.relative_to(root).with_suffix("").parts)
        if name := package_of(module):
            by_package[name].append(file)
    return [_package(name, files, root) for name, files in by_package.items()]


def package_of(module: str) -> str:
    """The package of a module: the most specific one of `ORDER`; empty if there is none."""
    fits = [name for name in ORDER if module == name or module.startswith(f"{name}.")]
    return max(fits, key=len, default="")


def _package(name: str, files: list[Path], root: Path) -> Package:
    place = root / name.replace(".", "/")
    top = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(top.read_text("utf-8")))
    texts = [file.read_text("utf-8") for file in files]
    imported = {package_of(module) for text in texts for module in _imports(ast.parse(text))}
    return Package(
        name,
        " ".join(str(doc).split("\n\n")[0].split()),
        len(files),
        sum(text.count("\n") for text in texts),
        tuple(other for other in ORDER if other in imported - {name}),
    )


def _imports(tree: ast.Module) -> Iterator[str]:
    """Modules that a file imports, in functions and for types too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def draw(packages: list[Package]) -> Figure:
    """Packages from below to above with their size, and a dot for each package they import."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from viz.figures import theme

    names = [package.name for package in packages]
    with rc_context(theme.STYLE):
        figure = Figure(figsize=(8.2, 6.4), layout="constrained")
        sizes, imports = figure.subplots(1, 2, sharey=True, width_ratios=(2, 3))
        colours = [theme.BLUE if name.startswith("sim") else theme.VERMILION for name in names]
        sizes.barh(range(len(names)), [package.lines for package in packages], color=colours)
        sizes.set_yticks(range(len(names)), names, fontsize=8)
        sizes.set_xlabel("lines of Python")
        sizes.set_title("Packages", loc="left")
        for row, package in enumerate(packages):
            columns = [names.index(other) for other in package.imports]
            imports.plot(columns, [row] * len(columns), "o", color=theme.INK, markersize=4)
            imports.plot(row, row, "s", color=theme.GREY, markersize=4)
        imports.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
        imports.grid(visible=True, color=theme.GREY, alpha=0.25, linewidth=0.5)
        imports.set_title("Imports (dots): only from below", loc="left")
    return figure
