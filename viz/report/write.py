"""Writing a report: the page from its template, whole or not at all."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.core.files import write
from sim.scenario.errors import Problem, ScenarioError
from viz.report.compose import compose
from viz.report.page import Report
from viz.report.read import read

HERE = Path(__file__).resolve().parent
MARK = '<meta name="generator" content="moat report'


def report(folders: list[Path], out: Path | None = None) -> Path:
    """Write the report of one or more results.

    Args:
        out: file to write (None: beside the first folder).

    Raises:
        FileNotFoundError: a folder holds no result.
        FileExistsError: the file is there and no report of ours.
        ScenarioError: the results cannot be told together, a name is no .html, or the file cannot
            be written.
    """
    target = out or beside(folders)
    check(target)
    text = html(compose(read(folders)))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target, text.encode())
    except OSError as error:
        wrong = f"cannot write {target}: {error.strerror}"
        raise ScenarioError(Problem("--out", "", wrong, "choose another file")) from error
    return target


def beside(folders: list[Path]) -> Path:
    """Where a report goes unless told otherwise."""
    names = [folder.resolve().name for folder in folders]
    return folders[0].resolve().parent / f"{'-and-'.join(names)}-report.html"


def check(target: Path) -> None:
    """Refuse a name that is no page, and a file that is no report of ours."""
    if target.suffix.lower() not in (".html", ".htm"):
        wrong = f"'{target}' is no name of a page"
        raise ScenarioError(Problem("--out", "", wrong, "let it end in .html"))
    if target.is_dir():
        raise FileExistsError(f"{target} is a folder; name a file for --out")
    if target.exists() and MARK not in target.read_text("utf-8", errors="replace")[:2000]:
        raise FileExistsError(f"{target} exists and is no report of moat; choose another --out")


def html(report: Report) -> str:
    """The page."""
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((HERE / "style.css").read_text("utf-8"))
    return templates.get_template("page.html").render(
        report=report, style=style, version=_version()
    )


def _version() -> str:
    try:
        return version("moat")
    except PackageNotFoundError:
        return ""
