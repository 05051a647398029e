"""What a person sees in a terminal: progress on stderr, tables and words on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from sim.core.units import figure_of
from sim.experiments.ensemble import Progress
from sim.experiments.verdict import verdict
from sim.record.results import Results
from viz.text.sentences import effect

YEAR_ENDS = ("2022-12", "2024-12", "2026-12", "2028-12", "2030-12")
WORDED = (
    "lead_months",
    "lead_points",
    "china_frontier",
    "innovation_effect",
    "innovation_effect_inference",
    "compute_ratio",
    "run_ratio",
    "domestic_share",
    "leaked_share",
    "supplier_loss",
    "replication_cost",
    "us_service_revenue",
    "application_share",
    "value_chips",
    "lead_reversed",
)


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """A progress bar on stderr, only where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def print_json(value: Any) -> None:
    """One JSON object on stdout; numbers that JSON does not know are refused."""
    json.dump(value, sys.stdout, allow_nan=False)
    sys.stdout.write("\n")


def shown_months(results: Results) -> list[str]:
    """Year ends that the run reaches, and its last month."""
    months = [month for month in YEAR_ENDS if month in results.months]
    last = results.months[-1]
    return months if last in months else [*months, last]


def _table(results: Results, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("outcome", no_wrap=True)
    table.add_column("unit")
    for month in shown_months(results):
        table.add_column(month, justify="right")
    for name in results.names:
        q, unit = results.quantiles(name), results.outcomes[name].attrs["unit"]
        cells = []
        for month in shown_months(results):
            at = results.months.index(month)
            cells.append(cell({key: float(values[at]) for key, values in q.items()}, unit))
        table.add_row(name, unit, *cells)
    console.print(table)


def cell(q: dict[str, float], unit: str) -> str:
    """A statistic of worlds: median with range, or the share of worlds for what is or is not."""
    if unit == "probability":
        return f"{q['mean']:.0%}"
    low, median, high = (figure_of(q[key]) for key in ("p5", "p50", "p95"))
    return f"{median} [{low}, {high}]"


def print_run(results: Results) -> None:
    """The table of a run: each outcome at year ends, median and 5-95 %."""
    about = results.about
    title = about["scenario"]["title"]
    _table(results, f"{title}: median [5 %, 95 %] of {about['worlds']} worlds")
    print(which_worlds(about["scenario"]["ensemble"]))
    if "lead_reversed" in results.names:
        print(reversal(results))


def which_worlds(ensemble: dict[str, Any]) -> str:
    """Where the worlds come from, in words."""
    if ensemble["name"] == "prior":
        return "Worlds as drawn from the priors: not fitted to history."
    own = ensemble["priors"] - ensemble["fitted"]
    rest = f"; {own} numbers are drawn from priors of the scenario's own" if own else ""
    return f"Worlds that fit history to {ensemble['until']} (--prior: all that are possible){rest}."


def reversal(results: Results) -> str:
    """Whether and when China takes the lead, in words."""
    reversed_by = results.outcomes["lead_reversed"].values > 0
    ever = reversed_by[-1]
    if not ever.any():
        return f"China takes the lead in none of the worlds by {results.months[-1]}."
    first = np.argmax(reversed_by[:, ever], axis=0)
    middle = results.months[int(np.median(first))]
    return (
        f"China takes the lead for three months or more in {ever.mean():.0%} of worlds by "
        f"{results.months[-1]}, in half of these by {middle}."
    )


def print_effects(effects: Results) -> None:
    """What the change did, in words and as a table."""
    about = effects.about
    names = about["scenario"]["name"], about["against"]["name"]
    print(f"{names[0]} against {names[1]}: {about['worlds']} paired worlds, same luck")
    print(which_worlds(about["scenario"]["ensemble"]) + "\n")
    month = "2030-12" if "2030-12" in effects.months else effects.months[-1]
    for name in WORDED:
        print(f"  {effect(verdict(effects, name, month), show_name=True)}")
    print()
    _table(effects, f"{names[0]} less {names[1]}: median [5 %, 95 %]")
