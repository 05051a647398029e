"""Read saved results: the record of a run, effects between two runs, an explanation."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.experiments.parts import WHOLE, Explanation, Part, Split
from sim.outcomes.catalogue import BY_NAME, compute_effects
from sim.outcomes.presentation import levels_needed
from sim.outcomes.record import Record
from sim.record.recorder import bloc_names
from sim.record.results import PARTS, Results, labelled
from sim.record.stored import read_about, readable
from sim.record.tables import read_table
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.schema import Scenario

SAME = ("seed", "worlds", "months")  # in runs whose worlds are paired


def scenario_of(about: dict[str, Any]) -> Scenario:
    """The scenario of a saved result, from its `run.json` alone."""
    return Scenario.model_validate(about["resolved"])


def record_of(results: Results) -> Record:
    """The record of a saved run: the arrays from which outcomes are computed."""
    scenario = scenario_of(results.about["scenario"])
    names = {
        str(rows): [str(name) for name in labels.values]
        for rows, labels in results.series.coords.items()
    }
    names |= bloc_names(scenario)
    return Record(
        {str(name): block.values for name, block in results.series.items()},
        names,
        scenario.calendar,
    )


def effects_between(this: Results, reference: Results) -> Results:
    """Effect of one saved run against another: the same numbers as those of `compare`.

    Raises:
        ScenarioError: their worlds are not paired.
    """
    check_paired(this.about, reference.about)
    effects = compute_effects(record_of(this), record_of(reference))
    worlds = this.outcomes["world"].values
    pair = {"kind": "comparison", "against": reference.about["scenario"], "carried_from": ""}
    return Results(
        labelled(effects, this.months, worlds),
        reference=reference.outcomes[levels_needed(effects)],
        about=this.about | pair,
    )


def check_paired(this: dict[str, Any], reference: dict[str, Any]) -> None:
    """Check that two runs have the same luck, months and model in each world.

    Raises:
        ScenarioError: with what differs.
    """
    names = [about["scenario"]["name"] for about in (this, reference)]
    differ = [
        f"{key} {this[key]} and {reference[key]}" for key in SAME if this[key] != reference[key]
    ]
    starts = [about["scenario"]["resolved"]["start"] for about in (this, reference)]
    if starts[0] != starts[1]:
        differ.append(f"start {starts[0]} and {starts[1]}")
    ensembles = [about["scenario"]["ensemble"] for about in (this, reference)]
    if any(ensembles[0].get(key) != ensembles[1].get(key) for key in ("name", "hash")):
        differ.append(f"worlds of the {ensembles[0]['name']} and of the {ensembles[1]['name']}")
    versions = [about["versions"]["moat"] for about in (this, reference)]
    if versions[0] != versions[1]:
        differ.append(f"moat {versions[0]} and {versions[1]}")
    if differ:
        wrong = f"worlds are not paired: {', '.join(differ)}"
        hint = "run both with the same --seed, --worlds and --months, both or none with --prior"
        raise ScenarioError(Problem(f"{names[0]} and {names[1]}", "", wrong, hint))


def open_explanation(folder: str | Path) -> Explanation:
    """Read a saved explanation from its table and `run.json`.

    Raises:
        FileNotFoundError: the folder holds none.
        ScenarioError: its files are damaged, or do not agree with each other.
    """
    folder = Path(folder)
    about, file = read_about(folder, "explanation"), folder / PARTS
    columns = [field.name for field in fields(Part)]
    table = read_table(file, ("outcome", "unit", "channel"), columns[1:], "moat explain")
    with readable(file, "moat explain"):
        if strange := set(table["outcome"]) - BY_NAME.keys():
            raise ValueError(f"it has an unknown outcome, {min(strange)}")
        if table.empty or any(table.groupby("outcome")["channel"].last() != WHOLE):
            raise ValueError(f"the last row of an outcome is not its {WHOLE}")
    splits = {
        str(name): Split(
            str(name),
            str(rows["unit"].iloc[0]),
            [
                Part(**{str(k): row[k] for k in columns if k in row})
                for row in rows.to_dict("records")
            ],
        )
        for name, rows in table.groupby("outcome", sort=False)
    }
    return Explanation(splits, about["month"], about)
