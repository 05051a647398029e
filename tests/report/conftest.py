"""Small results that the tests of reports share, made once by the commands themselves."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sim.analysis.discover import discover
from sim.analysis.optimise import optimise
from sim.analysis.sensitivity import sensitivity
from sim.experiments.compare import compare
from sim.experiments.explain import explain
from sim.experiments.run import run
from sim.sweeps.sweep import sweep
from viz.cli.main import main

DESIGN = """
title = "Does the answer turn with the response to scarcity?"
branches = ["as_enacted", "no_controls"]
sampler = { kind = "lhs", points = 64 }
replicates = 2
months = ["2025-12"]
outcomes = ["lead_months", "innovation_effect"]
[factors.eta]
key = "effort.eta"
low = 0
high = 4
[factors.denial]
key = "channels.compute_denial"
"""


def moat(*words: str):
    """Run a command in this process."""
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Folders: runs, comparisons, an explanation; a sweep and its analyses; a policy search."""
    place = tmp_path_factory.mktemp("runs")
    design = place / "design.toml"
    design.write_text(DESIGN)
    size = {"worlds": 48, "months": 61}
    made = {
        "ours": run("as_enacted", **size),
        "theirs": run("no_controls", **size),
        "closed": run("as_enacted", overrides=["labs.DeepSeek.openness=0"], **size),
        "pair": compare(**size),
        "unlike": run("no_controls", worlds=8, months=36, seed=3),
        "parts": explain(
            worlds=4,
            month="2024-06",
            outcomes=["compute_ratio"],
            channels=["compute_denial", "leakage"],
        ),
    }
    for name, found in made.items():
        found.save(place / name)
    sweep(str(design), place / "sweep", workers=1)
    discover(place / "sweep").save(place / "boxes")
    sensitivity(place / "sweep", ["innovation_effect"], effect=True).save(place / "ranking")
    optimise("us_chips_2027", policies=5, worlds=2).save(place / "search")
    return place


KINDS = {
    "run": ["ours"],
    "comparison": ["pair"],
    "runs": ["ours", "theirs", "parts"],
    "three": ["closed", "ours", "theirs"],
    "explanation": ["parts"],
    "sweep": ["sweep"],
    "discovery": ["boxes"],
    "sensitivity": ["ranking"],
    "search": ["search"],
    "short": ["unlike"],
}


@pytest.fixture(scope="session")
def pages(runs):
    """Text of a page of each kind, made when it is first asked for."""
    made: dict[str, str] = {}

    def page(kind: str) -> str:
        if kind not in made:
            out = runs / f"{kind}.html"
            done = moat("report", *(str(runs / name) for name in KINDS[kind]), "--out", str(out))
            assert done.exit_code == 0, done.output
            made[kind] = out.read_text("utf-8")
        return made[kind]

    return page
