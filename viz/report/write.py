"""Writing a report: the page from its template, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.analysis.io import open_discovery, open_optimum, open_sensitivity
from sim.core.files import write
from sim.core.packages import version_of
from sim.research.forecasting.own import OwnObservation
from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.store import open_sweep
from viz.report import comparison, discovery, policy_search, run, sensitivity, sweep
from viz.report.assumptions import name_posterior
from viz.report.page import Report
from viz.report.read import kinds_of, read

HERE = Path(__file__).resolve().parent
# What a browser may do with the page: show it. No script, nothing from elsewhere, no form.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
MARK = '<meta name="generator" content="moat report'  # of a page that may be replaced


def report(
    folders: list[Path],
    out: Path | None = None,
    posterior: str | None = None,
    own: Sequence[OwnObservation] = (),
) -> Path:
    """Write the report of one or more results.

    Args:
        out: file to write (None: beside the first folder).
        posterior: in whose worlds they were run, by name or file (None: as the results say).
        own: observations of the reader, drawn in the figures of runs.

    Raises:
        FileNotFoundError: a folder holds no result.
        FileExistsError: the file exists and is not a report of moat.
        ScenarioError: the results do not go together, the name does not end in .html, or the file
            cannot be written.
    """
    target = out or default_target(folders)
    check_target(target)
    text = html(report_of(folders, posterior, own))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target, text.encode())
    except OSError as error:
        wrong = f"cannot write {target}: {error.strerror}"
        raise ScenarioError(Problem("--out", "", wrong, "choose another file")) from error
    return target


def default_target(folders: list[Path]) -> Path:
    """The file beside the first folder, named after all of them."""
    names = [folder.resolve().name for folder in folders]
    return folders[0].resolve().parent / f"{'-and-'.join(names)}-report.html"


def check_target(target: Path) -> None:
    """Refuse a name that is no page, and a file that is no report of moat."""
    if target.suffix.lower() not in (".html", ".htm"):
        wrong = f"'{target}' is not the name of an HTML file"
        raise ScenarioError(Problem("--out", "", wrong, "use a name that ends in .html"))
    if target.is_dir():
        raise FileExistsError(f"{target} is a folder; name a file for --out")
    if target.exists() and MARK not in target.read_text("utf-8", errors="replace")[:2000]:
        raise FileExistsError(f"{target} exists and is not a report of moat; choose another --out")


def report_of(
    folders: list[Path], posterior: str | None = None, own: Sequence[OwnObservation] = ()
) -> Report:
    """The report of saved results, by their kind; for `posterior` and `own` see `report`."""
    kinds, first = kinds_of(folders), folders[0]
    if own and "run" not in kinds:
        wrong, hint = "no figure of a run is drawn in this report", "add a folder of moat run"
        raise ScenarioError(Problem("--observations", "", wrong, hint))
    match kinds[0]:
        case "sweep":
            return sweep.report(open_sweep(first))
        case "sensitivity":
            return sensitivity.report(*open_sensitivity(first))
        case "discovery":
            return discovery.report(*open_discovery(first))
        case "search":
            return policy_search.report(open_optimum(first))
    inputs = read(folders, kinds)
    if posterior is not None:
        name_posterior(inputs.abouts, posterior)
    return comparison.report(inputs, own) if inputs.pairs else run.report(inputs.runs[0], own)


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
    page = templates.get_template("page.html.j2")
    return page.render(report=report, style=style, policy=POLICY, version=version_of("moat"))
