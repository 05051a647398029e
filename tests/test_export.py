"""`moat export`: tables that tools of integrated assessment read.

pyam itself, which brings a hundred packages along, reads such a table in `.ci/versions`, in an
environment of its own. Here pandas checks what it asks: columns, one value a row and date, no gaps.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sweeps.small import PAIR, small

from sim.experiments.compare import compare
from sim.sweeps.sweep import sweep
from viz.cli.main import main

KEYS = ["model", "scenario", "region", "variable", "unit"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A comparison and a sweep of a pair."""
    folder = tmp_path_factory.mktemp("export")
    compare(*PAIR, worlds=3, months=14).save(folder / "pair")
    sweep(small(branches=PAIR), folder / "store", workers=1)
    return folder


def exported(folder, name, *options):
    """What pandas reads of the file."""
    file = folder / f"{name}.csv"
    done = CliRunner().invoke(main, ["export", str(folder / name), "--iamc", str(file), *options])
    assert done.exit_code == 0, done.output
    rows = pd.read_csv(file, dtype={"unit": str}, keep_default_na=False)
    time = "time" if options else "year"
    assert list(rows) == [*KEYS, time, "value"]
    assert not rows.duplicated([*KEYS, time]).any() and np.isfinite(rows["value"]).all()
    assert (rows[[*KEYS, time]] != "").all().all()
    assert set(rows["region"]) <= {"China", "United States", "World"}
    return rows


def test_a_comparison(folder):
    """Its own quantiles, at the end of each year or by month; a wide table has no gap."""
    rows = exported(folder, "pair")
    assert set(rows["scenario"]) == {"as_enacted less no_controls"} and set(rows["year"]) == {
        2020,
        2021,
    }
    wide = rows.pivot(index=KEYS, columns="year", values="value")
    found = wide.xs("Best US model|50.0th Percentile", level="variable")
    table = pd.read_csv(folder / "pair/outcomes.csv").query("outcome == 'us_frontier'")
    expected = table.set_index("month").loc[["2020-12", "2021-02"], "p50"]
    assert found.to_numpy()[0].tolist() == pytest.approx(expected.tolist())
    assert set(exported(folder, "pair", "--monthly")["time"]) >= {"2020-01-01", "2021-02-01"}


def test_a_sweep(folder):
    """Each point of each branch is a scenario, and so is its effect: quantiles over replicates."""
    rows = exported(folder, "store")
    assert rows["scenario"].nunique() == 6 * 3
    one = rows[rows["scenario"] == "as_enacted less no_controls (point 4)"]
    effects = sweep_effects(folder)
    value = one.set_index("variable").at["Best Chinese model|Mean", "value"]
    assert value == pytest.approx(effects[effects["point"] == 4]["china_frontier@2020-04"].mean())


def sweep_effects(folder):
    """Effects of the sweep, world by world."""
    from sim.sweeps.store import open_sweep

    return open_sweep(folder / "store").effects()


def test_what_is_refused(folder):
    """A file of somebody else, another ending, and a folder that holds no result."""
    (folder / "mine.csv").write_text("a,b\n1,2\n")
    for arguments, said in (
        (("pair", "mine.csv"), "is no table of moat export"),
        (("pair", "mine.xlsx"), "is not the name of a CSV file"),
        ((".", "new.csv"), "holds no moat result"),
    ):
        result, file = (str(folder / name) for name in arguments)
        done = CliRunner().invoke(main, ["export", result, "--iamc", file])
        assert done.exit_code == 2 and said in " ".join(done.stderr.split()), done.output
    assert (folder / "mine.csv").read_text() == "a,b\n1,2\n"
