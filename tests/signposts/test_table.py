"""The table of signposts: real, of the coming years, and refused where a row cannot be used."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.research.history.observations import LAST
from sim.research.signposts.simulated import measured
from sim.research.signposts.table import COLUMNS, FILE, read, shipped
from sim.scenario.errors import ScenarioError

ROW = {
    "series": "leaked_share", "title": "Smuggled share", "months": "2026-12 2027-12", "delay": "4",
    "publisher": "Epoch AI", "place": "epoch.ai", "scale": "log", "least_unit": "0.01",
    "error": "0.5", "source": "assumption",
}  # fmt: skip


def written(place: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    file = place / "mine.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, columns, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    return file


def test_every_signpost_is_still_to_come_and_says_where_it_will_stand():
    rows = shipped()
    assert len({one.series for one in rows}) >= 20 and len({one.key for one in rows}) == len(rows)
    for one in rows:
        assert LAST < one.month <= one.known and one.error > 0
        assert one.publisher and one.place and one.title and one.source


def test_an_error_of_measurement_is_that_of_the_project_or_an_assumption_that_says_so():
    """Huawei's 650,000 to a million chips of 2025: a standard deviation of 0.13, in logs."""
    by_series = {one.series: one for one in shipped()}
    expected = np.log(1000 / 650) / (2 * 1.6449)
    assert by_series["ascend_units"].error == pytest.approx(expected, rel=1e-3)
    for row in csv.DictReader(FILE.open(encoding="utf-8")):
        assert row["error"] == "" or "assumption" in row["source"] or "range" in row["source"]


def test_a_table_of_ones_own(tmp_path):
    first, second = read(written(tmp_path, ROW))
    assert (first.month, first.known, second.known) == ("2026-12", "2027-04", "2028-04")
    assert first.errors.is_log and first.errors.least_unit == 0.01 and first.unit == "share"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("series", "leaked_shar", "did you mean 'leaked_share'?"),
        ("months", "2025-12", "2025-12 does not lie in 2026-01 to 2028-12"),
        ("months", "soon", "'soon' is no date"),
        ("months", "2026-12 2026-12", "leaked_share 2026-12 stands in the table twice"),
        ("delay", "1.5", "is no number of months from 0 to 36"),
        ("delay", "-1", "is no number of months from 0 to 36"),
        ("publisher", "", "publisher: is empty"),
        ("source", "", "source: is empty"),
        ("scale", "cubic", "write log, where errors multiply, or natural"),
        ("error", "", "error: '' is no number"),
        ("error", "0", "error: 0 is not above 0"),
        ("least_unit", "-1", "least_unit: -1 is not above 0"),
        ("error", "nan", "is not finite"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line(tmp_path, column, cell, said):
    file = written(tmp_path, ROW | {"months": "2028-12"}, ROW | {column: cell})
    with pytest.raises(ScenarioError) as refused:
        read(file)
    assert said in str(refused.value) and f"{file}:3" in str(refused.value)


def test_an_error_that_the_project_has_is_not_given_twice(tmp_path):
    with pytest.raises(ScenarioError, match="leave scale, least_unit and error empty"):
        read(written(tmp_path, ROW | {"series": "us_frontier"}))


def test_a_file_that_is_no_table_of_signposts(tmp_path):
    with pytest.raises(ScenarioError, match="there is no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ScenarioError, match="lacks source"):
        read(written(tmp_path, ROW, columns=COLUMNS[:-1]))
    with pytest.raises(ScenarioError, match="holds no signpost"):
        read(written(tmp_path))


def test_what_is_measured_has_the_declared_error_and_stays_within_bounds(tmp_path):
    (one,) = read(written(tmp_path, ROW | {"months": "2026-12"}))
    values = measured(one, np.full(5000, 0.2), carries=False)
    assert np.log(values + 0.01).std() == pytest.approx(0.5, rel=0.05) and values.max() <= 1
    lean = next(one for one in shipped() if one.series == "frugality")
    spreads = [np.log(measured(lean, np.ones(5000), carries)).std() for carries in (True, False)]
    assert spreads == pytest.approx([0.7, np.hypot(0.7, 0.5)], rel=0.05)  # with what is left out
