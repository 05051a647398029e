"""The store of a sweep: what stands in it, and that it is the same however it came about."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.core import files
from sim.experiments.compare import compare
from sim.experiments.run import run
from sim.outcomes.catalogue import PAIRED, meaning_of
from sim.scenario.errors import ScenarioError
from sim.sweeps.plan import make_plan
from sim.sweeps.preparation import prepare
from sim.sweeps.store import open_sweep
from sim.sweeps.sweep import sweep
from sweeps.small import ETA, PAIR, SIGMA, STOCK, WHEN, lhs, small, stored

MEANING = meaning_of("lead_months")
POLICY = {"choices": {"as_is": [], "open": ["labs.DeepSeek.openness=1"]}}


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    """Numbers, a switch and a choice in two branches, with trajectories, in several blocks."""
    design = small(
        branches=PAIR,
        trajectories=True,
        factors={"eta": ETA, "sigma": SIGMA, "stock": STOCK, "policy": POLICY},
    )
    return sweep(design, tmp_path_factory.mktemp("sweep") / "paired", workers=1, block=5)


def test_a_row_a_point_replicate_and_branch(paired):
    """In that order, with factors and outcomes by month."""
    table = paired.table()
    assert list(table) == [
        *("point", "replicate", "world", "branch", "eta", "sigma", "stock", "policy"),
        *("lead_months@2020-02", "lead_months@2020-04"),
        *("china_frontier@2020-02", "china_frontier@2020-04"),
    ]
    keys = [(p, r, b) for p in range(6) for r in range(2) for b in PAIR]
    assert list(table[["point", "replicate", "branch"]].itertuples(index=False, name=None)) == keys
    assert (table["world"] == table["replicate"]).all()
    assert set(table["stock"]) == {0.0, 1.0} and set(table["policy"]) == {"as_is", "open"}
    assert np.isfinite(table.select_dtypes(float)).all().all()
    assert paired.complete and paired.blocks == 3


def test_what_the_sweep_says_of_itself(paired):
    """Factors, points and their place in the unit cube, outcomes, months, branches."""
    assert [(f.name, f.key, f.kind) for f in paired.factors] == [
        ("eta", "effort.eta", "number"),
        ("sigma", "research.sigma", "number"),
        ("stock", "channels.stockpiling", "switch"),
        ("policy", "", "choice"),
    ]
    eta = paired.factors[0]
    assert (eta.low, eta.high, eta.unit) == (0.0, 4.0, "1")
    assert paired.unit.shape == (6, 4) and ((paired.unit > 0) & (paired.unit < 1)).all()
    assert paired.points.index.tolist() == list(range(6))
    np.testing.assert_allclose(paired.points["eta"], 4 * paired.unit[:, 0])
    assert paired.outcomes == ["lead_months", "china_frontier"]
    assert paired.months == ["2020-02", "2020-04"] and paired.branches == PAIR
    assert paired.design.title == "Small" and paired.design.sampler.points == 6


def test_every_column_of_the_files_says_unit_and_meaning(paired):
    """In the metadata of the schema, which pyarrow reads."""
    for file in ("points", "worlds/000001", "trajectories/000001"):
        schema = pq.read_schema(paired.folder / f"{file}.parquet")
        about = {field.name: field.metadata for field in schema}
        assert all(texts[b"long_name"] for texts in about.values()), file
    assert about["lead_months"] == {b"unit": b"months", b"long_name": MEANING.encode()}
    schema = pq.read_schema(paired.folder / "worlds/000000.parquet")
    found = schema.field("lead_months@2020-04").metadata
    assert found[b"long_name"].decode() == f"{MEANING}, in 2020-04"
    assert schema.field("eta").metadata == {b"unit": b"1", b"long_name": b"effort.eta"}
    assert b"unit" not in schema.field("policy").metadata


def test_effects_are_differences_and_paired_outcomes(paired):
    """First branch less second; supplier_loss and the others of a pair beside them."""
    table, effects = paired.table(), paired.effects()
    first, second = (table[table["branch"] == name].reset_index() for name in PAIR)
    name = "china_frontier@2020-04"
    assert (effects[name] == first[name] - second[name]).all()
    assert "branch" not in effects and len(effects) == 12
    assert {f"{one.name}@2020-04" for one in PAIRED} <= set(effects)


def test_a_row_is_what_run_says(paired):
    """A point's overrides given to `moat run` by hand make the same numbers, bit for bit."""
    table = paired.table()
    for _, row in table[table["point"] == 3].iterrows():
        overrides = [
            f"effort.eta={float(row['eta'])!r}",
            f"research.sigma={float(row['sigma'])!r}",
            f"channels.stockpiling={'true' if row['stock'] else 'false'}",
            *POLICY["choices"][row["policy"]],
        ]
        found = run(row["branch"], worlds=2, months=4, overrides=overrides)
        for name in paired.outcomes:
            assert found.at(name, "2020-04")[row["world"]] == row[f"{name}@2020-04"]


def test_an_effect_is_what_compare_says(tmp_path):
    """Two branches of a point are the two sides of `moat compare`, bit for bit."""
    design = small(
        branches=PAIR,
        months=["2023-06"],
        sampler={"kind": "list"},
        factors={"eta": {"key": "effort.eta", "values": [1.5]}},
        outcomes=["lead_months", "supplier_loss", "innovation_effect"],
    )
    effects = sweep(design, tmp_path / "one", workers=1).effects()
    by_hand = compare(*PAIR, worlds=2, months=42, overrides=["effort.eta=1.5"])
    for name in ("lead_months", "supplier_loss", "innovation_effect"):
        assert effects[f"{name}@2023-06"].tolist() == by_hand.at(name, "2023-06").tolist()
        assert effects[f"{name}@2023-06"].abs().max() > 0


def test_trajectories_hold_every_month(paired):
    """A row a world and month; the kept months are among them."""
    long, table = paired.trajectories(["lead_months"]), paired.table()
    assert len(long) == len(table) * 4
    april = long[long["month"] == "2020-04"]["lead_months"].to_numpy()
    np.testing.assert_allclose(april, table["lead_months@2020-04"], rtol=1e-6)
    assert paired.trajectories().columns[4:6].tolist() == ["lead_months", "china_frontier"]


def test_numbers_do_not_depend_on_blocks(paired, tmp_path):
    """Other cuts, the same rows."""
    other = sweep(paired.design, tmp_path / "whole", workers=1, block=1024)
    assert other.blocks == 1
    pd.testing.assert_frame_equal(other.table(), paired.table())
    pd.testing.assert_frame_equal(other.effects(), paired.effects())


def test_own_luck_is_another_world_each(tmp_path):
    """`luck = "own"`: no world comes twice."""
    found = sweep(small(luck="own"), tmp_path / "own", workers=1)
    assert found.table()["world"].tolist() == list(range(12))


def test_priors_are_recorded_as_drawn(tmp_path):
    """The sampler `prior` changes nothing: the worlds are those of `moat run --prior`."""
    design = small(
        sampler={"kind": "prior", "points": 9},
        replicates=1,
        factors={"sigma": {"key": "research.sigma"}, "pace": {"key": "research.pace"}},
    )
    found = sweep(design, tmp_path / "prior", workers=1, block=4)
    table = found.table()
    by_hand = run("as_enacted", worlds=9, months=4, ensemble="prior")
    assert table["lead_months@2020-04"].tolist() == by_hand.at("lead_months", "2020-04").tolist()
    assert table["world"].tolist() == list(range(9)) and found.unit is None
    assert table["sigma"].nunique() == 9


def test_dates_stand_as_dates(tmp_path):
    """Blocks are grouped by what cannot be a column; rows come back in the order of points."""
    when = WHEN | {"from": date(2020, 2, 10)}
    when["to"] = when["from"].replace(month=5)
    design = small(factors={"when": when, "eta": ETA}, sampler=lhs(8), replicates=1)
    found = sweep(design, tmp_path / "dates", workers=1, block=3)
    table = found.table()
    assert table["point"].tolist() == list(range(8))
    assert str(table["when"].dtype).startswith("datetime64")
    assert set(table["when"].dt.strftime("%Y-%m-%d")) == {f"2020-0{m}-10" for m in (2, 3, 4, 5)}
    pd.testing.assert_series_equal(table["when"], found.points["when"].reset_index(drop=True))
    assert found.factors[0].levels[0] == when["from"]


def test_a_finished_store_is_the_same_bytes(paired, tmp_path):
    """Whatever order the blocks were run in, and interrupted after each."""
    design, reference = paired.design, stored(paired.folder)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="enough"):
            sweep(design, tmp_path / "x", 1, resume=True, block=5, progress=_stop_after_one())
    found = sweep(design, tmp_path / "x", 1, resume=True, block=5)
    assert found.complete and stored(tmp_path / "x") == reference
    sessions = json.loads((tmp_path / "x/run.json").read_text())["sessions"]
    assert [one["finished"] for one in sessions] == [1, 2, 3, 3]
    assert sessions[0]["versions"]["moat"] and sessions[0]["command"]


def _stop_after_one():
    calls = []

    def stop(done: int, of: int) -> None:
        calls.append(done)
        if len(calls) == 2:
            raise RuntimeError("enough")

    return stop


def test_a_store_is_gone_on_with_only_when_asked(tmp_path):
    """And never with another design, seed or version."""
    folder = tmp_path / "s"
    sweep(small(), folder, workers=1)
    with pytest.raises(FileExistsError, match="holds this sweep already, 1 of 1 blocks"):
        sweep(small(), folder, workers=1)
    before = stored(folder)
    for changes, differ in (
        ({"seed": 1}, "seed"),
        ({"replicates": 3}, "replicates"),
        ({"sampler": lhs(6, seed=1)}, "points"),
        ({"set": ["labs.DeepSeek.openness=0"]}, "scenarios"),
        ({"months": ["2020-03"]}, "months"),
    ):
        with pytest.raises(FileExistsError, match=rf"another design \(.*{differ}.* differ\)"):
            sweep(small(**changes), folder, workers=1, resume=True)
    about = json.loads((folder / "sweep.json").read_text())
    about["versions"]["moat"] = "0.0.9"
    (folder / "sweep.json").write_text(json.dumps(about))
    with pytest.raises(FileExistsError, match=r"other versions \(moat 0\.0\.9, now"):
        sweep(small(), folder, workers=1, resume=True)
    assert stored(folder)["worlds/000000.parquet"] == before["worlds/000000.parquet"]


def test_resume_runs_damaged_blocks_again(paired, tmp_path):
    """A cut file, one of another block, one of another sweep, one that is missing; and says so."""
    folder = Path(shutil.copytree(paired.folder, tmp_path / "s"))
    (folder / "worlds/000000.parquet").write_bytes(b"PAR1")
    shutil.copy(folder / "worlds/000002.parquet", folder / "worlds/000001.parquet")
    shutil.copy(folder / "receipts/000002.json", folder / "receipts/000001.json")
    (folder / "trajectories/000002.parquet").unlink()
    (folder / "points.parquet").write_bytes(b"")
    with pytest.raises(ScenarioError, match=r"worlds/000000.parquet: .*; so are 1 more") as refused:
        open_sweep(folder).table()
    assert "--resume runs damaged blocks again" in str(refused.value)
    sweep(paired.design, folder, 1, resume=True, block=5)
    assert stored(folder) == stored(paired.folder)
    repaired = json.loads((folder / "run.json").read_text())["sessions"][-1]["repaired"]
    assert [text.partition(":")[0] for text in repaired] == [
        "worlds/000000.parquet",
        "receipts/000001.json",
        "trajectories/000002.parquet",
    ]
    other = sweep(small(seed=1), tmp_path / "t", 1)
    for place in ("worlds/000000.parquet", "receipts/000000.json"):
        shutil.copy(other.folder / place, folder / place)
    with pytest.raises(ScenarioError, match=r"worlds/000000.parquet: is of another sweep or block"):
        open_sweep(folder).table()
    shutil.copy(folder / "worlds/000001.parquet", folder / "worlds/000003.parquet")
    with pytest.raises(FileExistsError, match=r"000003.parquet is none of the 3 blocks"):
        sweep(paired.design, folder, 1, resume=True, block=5)


SOBOL = {"kind": "sobol", "seed": 3}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"replicates": 5}),
        ({"sampler": {**SOBOL, "points": 2}}, {"sampler": {**SOBOL, "points": 4}, "replicates": 3}),
        (
            {"sampler": {"kind": "posterior", "points": 3}},
            {"sampler": {"kind": "posterior", "points": 5}},
        ),
    ],
)
def test_a_sweep_is_extended_without_running_it_again(before, after, tmp_path):
    """By replicates, by points, by both: rows as if it had been run whole, old blocks untouched."""
    if before.get("sampler", {}).get("kind") == "posterior":
        before = {"replicates": 1, "factors": {"sigma": {"key": "research.sigma"}}, **before}
    old = sweep(small(**before), tmp_path / "s", 1, block=4)
    blocks = stored(old.folder)
    grown = small(**(before | after))
    with pytest.raises(FileExistsError, match="--extend"):
        sweep(grown, old.folder, 1, resume=True, block=4)
    with pytest.raises(RuntimeError, match="enough"):
        sweep(grown, old.folder, 1, block=4, extend=True, progress=_stop_after_one())
    found = sweep(grown, old.folder, 1, block=4, resume=True)
    whole = sweep(grown, tmp_path / "t", 1, block=4)
    pd.testing.assert_frame_equal(found.table(), whole.table())
    assert found.complete and found.points.equals(whole.points)
    kept = {name: content for name, content in blocks.items() if "/" in name}
    assert kept.items() <= stored(old.folder).items()
    assert sweep(grown, old.folder, 1, block=4, extend=True).blocks == found.blocks


def test_a_hypercube_grows_by_another_one(tmp_path):
    """The first points stay; all points added lie in a hypercube of their own."""
    first = sweep(small(sampler=lhs(4)), tmp_path / "s", 1).points
    found = sweep(small(sampler=lhs(9)), tmp_path / "s", 1, extend=True)
    assert found.points.iloc[:4].equals(first) and len(found.points) == 9
    assert sorted(np.floor(5 * found.unit[4:, 0])) == [0, 1, 2, 3, 4]
    again = sweep(small(sampler=lhs(9), replicates=3), tmp_path / "s", 1, extend=True)
    assert len(again.table()) == 27 and again.points.equals(found.points)


def test_what_cannot_be_extended(tmp_path):
    """Fewer points, more levels of a grid, more worlds of a point's own."""
    folder = sweep(small(luck="own"), tmp_path / "s", 1).folder
    for changes, why in (
        ({"sampler": lhs(3)}, "none can be taken away"),
        ({"replicates": 3}, "worlds of its own"),
        ({"replicates": 3, "seed": 1, "luck": "common"}, r"another design \(luck, seed differ\)"),
        ({"sampler": {"kind": "grid"}}, "a grid or list takes no more points"),
    ):
        with pytest.raises(FileExistsError, match=why):
            sweep(small(**({"luck": "own"} | changes)), folder, 1, extend=True)
    with pytest.raises(FileNotFoundError, match="no sweep to extend"):
        sweep(small(), tmp_path / "none", 1, extend=True)


def test_a_store_without_a_finished_block_takes_any_design(tmp_path, monkeypatch):
    """It holds nothing of its sweep, if it was stopped before the first block or in it."""
    folder = tmp_path / "s"
    plain, kept = small(seed=1), small(trajectories=True)
    prepare(make_plan(kept), folder, resume=False)
    (folder / "trajectories" / "000000.parquet").write_bytes(b"half a block")
    assert sweep(plain, folder, workers=1).complete
    assert stored(folder) == stored(sweep(plain, tmp_path / "new", workers=1).folder)


def test_another_title_is_no_other_sweep(tmp_path):
    """Words may be mended."""
    sweep(small(), tmp_path / "s", workers=1)
    assert sweep(small(title="Better said"), tmp_path / "s", 1, resume=True).complete


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    """No file of somebody else is touched."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds no sweep"):
        sweep(small(), tmp_path, workers=1, resume=True)
    with pytest.raises(FileNotFoundError, match="holds no sweep"):
        open_sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_full_disk_keeps_what_was_finished(tmp_path, monkeypatch):
    """The error comes through; blocks before it are whole, and the sweep can go on."""
    real, calls = files.os.replace, []

    def replace(part, path):
        if "worlds" in str(path):
            calls.append(path)
            if len(calls) == 3:
                raise OSError(errno.ENOSPC, "No space left on device")
        real(part, path)

    monkeypatch.setattr(files.os, "replace", replace)
    with pytest.raises(OSError, match="No space left"):
        sweep(small(), tmp_path / "s", workers=1, block=4)
    partial = open_sweep(tmp_path / "s")
    assert not partial.complete and len(partial.table()) == 8
    assert not list((tmp_path / "s").rglob("*.part"))
    monkeypatch.undo()
    sweep(small(), tmp_path / "s", workers=1, block=4, resume=True)
    sweep(small(), tmp_path / "t", workers=1, block=4)
    assert stored(tmp_path / "s") == stored(tmp_path / "t")
