"""What a run assumes: every number with its source, and the priors on which its answer depends."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import PRIOR
from sim.experiments.io import scenario_of
from sim.outcomes.presentation import label_of
from sim.record.results import Results
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.paths import meaning_at
from sim.scenario.quantity import Path, Quantity
from sim.scenario.schema import Scenario, quantities
from sim.scenario.structures import ALL
from sim.uncertainty.draw import drawn_priors
from sim.uncertainty.posterior import Posterior, find, with_digest
from viz.pages.manual import shown
from viz.report.page import Section, Table
from viz.text.format import ranged, signed, unit
from viz.text.months import reported_month
from viz.text.sentences import with_gaps

ENOUGH = 40  # worlds from which a rank correlation says something
CHANCE = 0.05  # that any one of all priors without influence would be named
MOST = 12  # priors named for one outcome
TITLE = "What is assumed"
OF_ALL = (
    "These worlds have several structures, whose numbers have different priors, so that no "
    "correlation with a number is shown; moat run --structure NAME shows those of one structure. "
    "Below are the numbers of the reference."
)


@dataclass(frozen=True)
class Influence:
    """A prior that moves with an outcome over worlds.

    Attributes:
        correlation: of ranks, -1 to 1.
        values: of the number in these worlds, `[world]`.
    """

    path: str
    correlation: float
    values: Block


def influences(results: Results, name: str, month: str) -> list[Influence]:
    """Priors whose rank correlation with an outcome is larger than chance, the largest first.

    The threshold is that of one two-sided test in all priors together (Bonferroni).
    """
    outcome = results.outcomes[name].sel(month=month).values  # the model's own, no error of it
    some = ~np.isnan(outcome)  # worlds in which it is defined
    if not some.all() and some.sum() < ENOUGH:
        return []
    values = {path: drawn[some] for path, drawn in drawn_values(results).items()}
    ranks = rankdata(outcome[some])
    threshold = threshold_of(len(ranks), len(values))
    found = [
        Influence(path, rho, drawn)
        for path, drawn in values.items()
        if abs(rho := _correlation(ranks, rankdata(drawn))) > threshold
    ]
    return sorted(found, key=lambda influence: -abs(influence.correlation))


def drawn_values(results: Results) -> dict[str, Block]:
    """The numbers with a prior as the worlds of a run had them, `[world]`, by dotted path.

    Raises:
        ScenarioError: it was run in worlds of a posterior that is not found.
    """
    about = results.about["scenario"]
    worlds = Worlds(int(world) for world in results.outcomes["world"].values)
    posterior = None if about["ensemble"]["name"] == PRIOR else _posterior(about)
    return drawn_priors(scenario_of(about), posterior, results.about["seed"], worlds)


def _posterior(about: dict[str, Any]) -> Posterior:
    """The posterior in whose worlds a scenario was run: a shipped one, or from its file."""
    said = about["ensemble"]
    found = with_digest(said["hash"])
    if found is None and said.get("posterior"):
        with suppress(ScenarioError):
            found = find(said["posterior"])
    if found is None or found.digest != said["hash"]:
        wrong = f"was run in worlds of another posterior (hash {said['hash'][:12]})"
        hint = "give its file: moat report RUN --posterior FILE; or run it again"
        raise ScenarioError(Problem(about["name"], "", wrong, hint))
    return found


def name_posterior(abouts: list[dict[str, Any]], name: str) -> None:
    """Say in provenance of results by which name or file their posterior is found.

    Raises:
        ScenarioError: there is none.
    """
    find(name)
    for ensemble in (about["scenario"]["ensemble"] for about in abouts):
        if ensemble["name"] != PRIOR:
            ensemble["posterior"] = name


def threshold_of(worlds: int, priors: int) -> float:
    """Rank correlation that none of so many idle priors exceeds, in 95 % of cases."""
    return float(-ndtri(CHANCE / (2 * max(priors, 1))) / np.sqrt(max(worlds - 1, 1)))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def assumptions(results: Results, names: tuple[str, ...]) -> Section:
    """Priors that matter for some outcomes, then every number with its source."""
    worlds = results.about["worlds"]
    numbers = Numbers(scenario_of(results.about["scenario"]))
    if worlds < ENOUGH:
        few = (
            f"{worlds} worlds are too few to say on which assumptions the answer depends "
            f"(at least {ENOUGH} are needed, 256 are better). All assumptions are listed below."
        )
        return Section(TITLE, [few], tables=[numbers.table()])
    if results.about["scenario"]["ensemble"].get("structure") == ALL:
        return Section(TITLE, [OF_ALL], tables=[numbers.table()])
    priors = sum(getattr(item, "prior", None) is not None for item in numbers.items.values())
    method = (
        f"{priors} numbers are uncertain: each world has its own values. The tables list the "
        f"numbers whose rank correlation with an outcome (from -1 to 1) exceeds "
        f"{threshold_of(worlds, priors):.2f} over the {worlds} worlds. If no number mattered, "
        f"one of the {priors} would exceed this by chance in 5 % of cases. More worlds reveal more "
        "numbers. The fit to history makes numbers depend on each other: one may be listed "
        "because of another. “Here” means in these worlds."
    )
    tables, month = (
        [_influence_table(results, one, numbers) for one in names],
        reported_month(results),
    )
    without = [
        with_gaps(f"{table.caption}: none exceeds chance.", results.undefined(name, month))
        for name, table in zip(names, tables, strict=True)
        if not table.rows
    ]
    shown_tables = [table for table in tables if table.rows]
    return Section(TITLE, [method, *without], tables=[*shown_tables, numbers.table()])


def _influence_table(results: Results, name: str, numbers: Numbers) -> Table:
    month = reported_month(results)
    rows = []
    for influence in influences(results, name, month)[:MOST]:
        low, median, high = np.percentile(influence.values, [5, 50, 95])
        value, meaning, source = numbers.cells(influence.path)
        correlation = signed(influence.correlation, 2)
        rows.append(
            [influence.path, correlation, meaning, value, ranged(median, low, high), source]
        )
    what = "the effect on " if results.is_comparison else ""
    caption = f"Assumptions on which {what}{label_of(name)} in {month} depends"
    head = ["number", "correlation", "meaning", "prior: median [5 %, 95 %]", "here", "source"]
    return Table(caption, head, rows)


class Numbers:
    """The numbers of a scenario besides its acts, with meaning and source.

    Attributes:
        scenario: that holds them.
        items: by dotted path.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.items: dict[str, Quantity | Path] = {
            path: item for path, item, _ in quantities(scenario)
        }

    def cells(self, path: str) -> tuple[str, str, str]:
        """Value with unit, meaning, and source of a number."""
        item = self.items[path]
        value = f"{shown(item)} {unit(item.unit)}".strip()
        return value, meaning_at(self.scenario, path), item.source

    def table(self) -> Table:
        """Every number with its source, folded."""
        paths = [path for path in self.items if not path.startswith("events.")]
        caption = f"All {len(paths)} numbers of the scenario, apart from its acts"
        head = ["number", "value, or median [5 %, 95 %]", "meaning", "source"]
        return Table(caption, head, [[path, *self.cells(path)] for path in paths], is_folded=True)
