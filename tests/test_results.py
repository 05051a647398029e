"""Results: labelled, complete, the same after a round trip; nothing half written."""

import csv
import json

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from sim.experiments.compare import compare
from sim.experiments.run import run
from sim.experiments.verdict import verdict
from sim.outcomes.catalogue import BETWEEN_RUNS, OUTCOMES, PAIRED
from sim.record.results import Results, with_pairs
from sim.scenario.errors import ScenarioError
from sim.scenario.layers import ancestry_of, as_texts, flags
from sim.scenario.load import load
from viz.text.format import number
from viz.text.sentences import effect


@pytest.fixture(scope="module")
def results():
    """A short run of a few worlds."""
    return run("as_enacted", worlds=5, seed=4, months=40)


def test_every_series_and_outcome_has_unit_and_meaning(results):
    """Labels that a reader needs."""
    for data in (results.outcomes, results.series):
        for name, values in data.data_vars.items():
            assert values.attrs["unit"] and values.attrs["meaning"], name
    assert set(results.names) == {one.name for one in OUTCOMES}
    assert list(results.series["capability"]["lab"].values[:1]) == ["OpenAI"]


def test_a_round_trip_gives_the_same_numbers(results, tmp_path):
    """What is read back is what was computed, bit for bit."""
    again = Results.open(results.save(tmp_path / "out"))
    assert again.outcomes.identical(results.outcomes)
    assert again.series.equals(results.series)
    assert again.summary() == results.summary()


def test_what_other_tools_read(results):
    """Dates for months, a row a month and world, and a value a row at the end of each year."""
    dated = results.dated("us_frontier")
    assert str(dated["month"].values[35])[:10] == "2022-12-01"
    assert (dated.attrs["units"], dated.attrs["long_name"]) == ("ECI points", "the best US model")
    value = results.at("us_frontier", "2022-12")
    assert results.to_pandas()["us_frontier"].loc["2022-12-01"].tolist() == value.tolist()
    rows = results.to_iamc()
    kinds = rows[["region", "variable", "unit"]].apply(tuple, axis=1)
    of = rows[kinds == ("United States", "Best US model|50.0th Percentile", "ECI points")]
    assert of["year"].tolist() == [2020, 2021, 2022, 2023]  # the last in April, when the run ends
    assert of["value"].iloc[2] == np.median(value)
    assert set(rows["scenario"]) == {"as_enacted"} and not rows["value"].isna().any()
    assert len(results.to_iamc(monthly=True)["time"].unique()) == 40


def test_a_plot_has_a_line_for_each_share_of_worlds(results):
    """With the outcome and its unit on the axis."""
    figure = Figure()
    lines = results.plot("us_frontier", ax=figure.subplots())
    assert len(lines) == 5 and figure.axes[0].get_ylabel() == "the best US model [ECI points]"


@pytest.mark.parametrize("value", [0.5, np.float64(0.5), True, "x y", [1, 2], {"value": 0.5}])
def test_overrides_in_python_are_those_of_a_command(value):
    """A value says the same in a mapping, in a text and in a file."""
    (text,) = as_texts({"a.b": value})
    assert flags([text]).tree == {"a": {"b": value}} == ancestry_of({"a": {"b": value}})[0].tree


def test_a_scenario_built_in_python_is_that_of_its_file(tmp_path):
    """And what a file cannot say is refused in the same words; a loaded one takes no overrides."""
    tables = {"extends": "as_enacted", "title": "Mine", "effort": {"eta": 2.5}}
    file = tmp_path / "mine.toml"
    file.write_text('extends = "as_enacted"\ntitle = "Mine"\neffort.eta = 2.5')
    built, read = load(tables), load(file)
    assert built.scenario.effort.eta.value == read.scenario.effort.eta.value == 2.5
    assert load(built) is built
    with pytest.raises(ScenarioError, match="loaded already"):
        load(built, {"effort.eta": 1})
    for wrong, told in (
        ({"title": object()}, "cannot be a scenario"),
        ({"extends": 3}, "one name"),
    ):
        with pytest.raises(ScenarioError, match=told):
            load(wrong)
    with pytest.raises(ScenarioError, match=r"effort\.eta: cannot be None"):
        load("as_enacted", {"effort.eta": None})


def test_the_csv_holds_the_quantiles(results, tmp_path):
    """One row an outcome and month."""
    folder = results.save(tmp_path / "out")
    with (folder / "outcomes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40 * len(OUTCOMES)
    row = next(r for r in rows if (r["outcome"], r["month"]) == ("us_frontier", "2022-12"))
    expected = np.percentile(results.at("us_frontier", "2022-12"), 50)
    assert float(row["p50"]) == pytest.approx(expected, rel=1e-12)
    assert row["unit"] == "ECI points"


def test_run_json_tells_how_to_make_it_again(results, tmp_path):
    """Scenario text and hash, seed, worlds, versions: and running it again gives the same."""
    about = json.loads((results.save(tmp_path / "out") / "run.json").read_text())
    assert about["seed"] == 4 and about["worlds"] == 5 and about["months"] == 40
    assert len(about["scenario"]["hash"]) == 64
    assert about["scenario"]["resolved"]["labs"]["OpenAI"]["bloc"] == "US"
    assert {"python", "numpy", "mesa", "moat"} <= set(about["versions"])
    again = run(about["scenario"]["name"], about["worlds"], about["seed"], about["months"])
    assert again.outcomes.identical(results.outcomes)


def test_a_foreign_folder_is_not_overwritten(results, tmp_path):
    """A folder with somebody else's files is refused, untouched."""
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(FileExistsError, match="choose another"):
        results.save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_failing_write_leaves_nothing_half_done(results, tmp_path, monkeypatch):
    """An interruption in the middle of writing leaves the older result whole and no debris."""
    folder = results.save(tmp_path / "out")
    before = (folder / "run.json").read_text()

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Results, "table", stop)
    with pytest.raises(KeyboardInterrupt):
        results.save(tmp_path / "out")
    assert (folder / "run.json").read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_same_scenario_twice_differs_by_exactly_nothing():
    """Paired worlds differ only by what was changed."""
    effects = compare("leaky", "leaky", worlds=3, months=48)
    for name in effects.names:
        assert np.all(effects.outcomes[name].values == 0), name
    assert set(effects.names) == {one.name for one in (*OUTCOMES, *PAIRED)}
    assert "No change at all" in effect(verdict(effects, "lead_months", "2023-12"))


def test_against_reads_as_minus():
    """`compare A B` is A less B, and swapping the two turns every sign.

    An index is over the base of the reference, so that only its sign turns.
    """
    one = compare("as_enacted", "no_controls", worlds=3, months=48)
    other = compare("no_controls", "as_enacted", worlds=3, months=48)
    for name in one.names:
        this, that = one.outcomes[name].values, -other.outcomes[name].values
        if name in BETWEEN_RUNS:
            this, that = np.sign(this), np.sign(that)
        assert np.array_equal(this, that), name


def test_the_words_claim_no_sign_that_few_worlds_share(tmp_path):
    """Of every outcome; a saved comparison has the same verdicts, by the levels it keeps."""
    effects = compare("as_enacted", "no_controls", worlds=16, months=60)
    saved = Results.open(effects.save(tmp_path / "out"))
    assert saved.reference.identical(effects.reference)
    for name in effects.names:
        found = verdict(effects, name, "2024-12")
        assert verdict(saved, name, "2024-12") == found
        words, agree = effect(found), max(found.share_positive, found.share_negative)
        if effects.outcomes[name].attrs["unit"] == "probability" or agree == 0:
            continue
        assert words.startswith("No material change") == (found.share_small >= 0.66), words
        is_open = agree < 0.66 > found.share_small
        assert words.startswith("About as likely as not") == is_open, words
        if " raised " in f" {words.lower()}":
            assert found.share_positive >= 0.66 and found.median > 0
        if " lowered " in f" {words.lower()}":
            assert found.share_negative >= 0.66 and found.median < 0


def test_the_size_is_the_effect_over_the_level_of_the_reference():
    """World by world, by hand: 100 times (this less the other) over the other."""
    effects = compare("as_enacted", "no_controls", worlds=5, months=60)
    level = run("no_controls", worlds=5, months=60).at("compute_ratio", "2024-12")
    shares = 100 * effects.at("compute_ratio", "2024-12") / level
    found = verdict(effects, "compute_ratio", "2024-12")
    assert (found.unit, found.median) == ("%", pytest.approx(np.median(shares)))
    assert found.share_small == np.mean(np.abs(shares) < 5)


def test_effects_say_how_sure(results):
    """Shares of worlds with each sign are part of the summary of a comparison, not of a run."""
    effects = compare("as_enacted", "no_controls", worlds=4, months=45)
    month = effects.summary()["compute_ratio"]["months"]["2023-09"]
    values = effects.at("compute_ratio", "2023-09")
    assert month["share_positive"] == np.mean(values > 0)
    assert month["share_negative"] == np.mean(values < 0)
    assert "share_positive" not in results.summary()["compute_ratio"]["months"]["2023-04"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (137.2, "137"),
        (9.78, "9.78"),
        (3.1e24, "3.10e24"),
        (1.2e-4, "1.20e-4"),
        (0.25, "0.250"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    """Three significant digits, powers of ten for the large and the small."""
    assert number(value) == text


def test_pairs_of_an_older_file_get_two_axes():
    """Older files held pairs as text along one axis."""
    values = np.arange(12.0).reshape(2, 3 * 2, 1)
    labels = [f"{supplier} > {bloc}" for supplier in "ABC" for bloc in ("US", "China")]
    old = xr.Dataset(
        {"flow_units": (("month", "flow", "world"), values, {"unit": "1e3 chips"})},
        coords={"month": ["2020-01", "2020-02"], "flow": labels, "world": [0]},
    )
    new = with_pairs(old)["flow_units"]
    assert new.dims == ("month", "supplier", "bloc", "world")
    assert new.sel(supplier="B", bloc="China").values.ravel().tolist() == [3, 9]
    assert new.attrs["unit"] == "1e3 chips"
