"""`moat explain` on the screen and on disk: words follow the numbers, files are whole."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.experiments.explain import HEADLINES
from sim.experiments.parts import OTHER, WHOLE, Explanation, Split
from sim.scenario.parameters import Channels
from viz.cli.main import main
from viz.text.explanation import asked_first, sentence, table, writer
from viz.text.sentences import phrase
from viz.text.terminal import for_terminal

NAMES = [*Channels.model_fields, OTHER]
QUICK = ["--worlds", "2", "--month", "2023-06", "--orders", "2"]
NUMBER = r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+|m|bn)?"


def any_split(seed: int) -> Split:
    """Parts of any size and sign: some clear, some not, some nothing."""
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-6, 9)
    means = rng.normal(size=(len(NAMES), 1)) * rng.choice([0, 0.001, 0.3, 3], (len(NAMES), 1))
    parts = scale * means * (1 + rng.choice([0.1, 1.5]) * rng.normal(size=(len(NAMES), 30)))
    errors = np.abs(parts) * rng.choice([0, 0.1, 3])
    return Split.of_worlds("lead_months", "months", NAMES, parts, parts.sum(axis=0), errors)


def said(split: Split, month: str = "2030-12", most: int | None = None) -> str:
    """The sentence on an effect that was split, without a verdict of more worlds."""
    return sentence(Explanation({split.name: split}, month, {"worlds": 30}), split.name, most)


STARTS = {"likely": 0.66, "very": 0.90, "raised": 0.99, "lowered": 0.99}


@pytest.mark.parametrize("seed", range(60))
def test_words_follow_the_numbers(seed):
    """Signs, sizes, order, and what is called clear or unclear."""
    split = any_split(seed)
    words, rows = said(split), {part.channel: part for part in split.rows}
    whole, write = rows.pop(WHOLE), writer(split)
    up, down = whole.share_positive, whole.share_negative
    if words.startswith("About as likely as not"):
        assert max(up, down) < 0.66
    else:
        assert max(up, down) >= STARTS[words.split()[0].lower()]
        verb = re.match(r"(?:Likely |Very likely )?(raised|lowered)", words, re.I)[1].lower()
        assert verb == ("raised" if up > down else "lowered")
    assert f"On average {write(whole.mean)} months: " in words
    clear, _, unclear = words.partition("sign unclear: ")
    for text, is_clear in ((clear, True), (unclear, False)):
        sizes = []
        for name, part in rows.items():
            for number in re.findall(rf"[:,] {phrase(name)} ({NUMBER})", f": {text}"):
                assert bool(part.sign) == is_clear, name
                assert number == write(part.mean)
                size = float(number.replace(",", "").rstrip("mbn"))
                assert np.sign(size) == np.sign(part.mean)
                assert not is_clear or np.sign(part.mean) == part.sign
                sizes.append((words.index(f"{phrase(name)} {number}"), abs(part.mean)))
        assert [size for _, size in sorted(sizes)] == sorted((s for _, s in sizes), reverse=True)
    told = sum(f"{phrase(name)} {write(part.mean)}" in words for name, part in rows.items())
    near = re.search(r"(\d+) parts? near 0", words)
    assert told + (int(near[1]) if near else 0) == len(rows)
    assert ("sampled" in words) == bool(split.errors.any())


def test_the_words_need_both_kinds_of_splits():
    """The test above has seen clear, unclear and sampled effects."""
    words = [said(any_split(seed)) for seed in range(60)]
    starts = ("Raised", "Lowered", "Likely", "Very likely", "About as likely as not")
    for one in (*starts, "sign unclear", "near 0", "sampled"):
        assert any(one in text for text in words), one


def test_nothing_is_called_nothing():
    """Without any effect."""
    nothing = np.zeros((len(NAMES), 3))
    split = Split.of_worlds("lead_months", "months", NAMES, nothing, nothing[0], nothing)
    assert said(split, "2024-01").startswith("No change at all in the US lead in time")


def test_a_part_whose_mean_luck_could_turn_is_unclear():
    """Most worlds agree, but a few large ones make the mean; the verdict is on the median."""
    values = np.r_[np.full(8, -1.0), [3.0, 2.0]]
    split = Split.of_worlds(
        "lead_months", "months", [OTHER], values[None], values, np.zeros((1, 10))
    )
    assert split.rows[0].mean < 0 and split.rows[0].share_negative == 0.8
    assert [part.sign for part in split.rows] == [0, 0]
    assert said(split, "2024-01").startswith("Likely lowered the US lead in time by 1.0 months")
    assert "sign unclear: other ways -0.3" in said(split, "2024-01")
    assert said(split, "2024-01", most=3).endswith("; no part has a clear sign.")


def test_standard_errors_by_hand():
    """Of the mean over worlds, and of what sampled orders add to it in these worlds."""
    values = np.array([1.0, 2.0, 3.0, 6.0])
    split = Split.of_worlds(
        "lead_months", "months", [OTHER], values[None], values, np.full((1, 4), 0.2)
    )
    part, whole = split.rows
    assert part.standard_error == pytest.approx(np.sqrt(14 / 3) / 2)
    assert part.sampling_error == split.sampling_error == pytest.approx(0.1)
    assert whole.sampling_error == 0 and whole.standard_error == part.standard_error


@pytest.fixture
def moat(tmp_path, monkeypatch):
    """Call `moat explain ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str):
        return CliRunner().invoke(main, ["explain", *words], catch_exceptions=False)

    return call


def test_what_the_scenario_asks_about_comes_first():
    """Three effects unless some are chosen; those that are chosen are all shown, as chosen."""

    def shown(*names: str, question: object) -> list[str]:
        about = {"scenario": {"resolved": {"question": question}}}
        return asked_first(Explanation({name: any_split(0) for name in names}, "2030-12", about))

    assert shown(*HEADLINES, question=None) == list(HEADLINES[:3])
    asked = {"outcomes": ["supplier_loss", "us_spending"]}
    assert shown(*HEADLINES, question=asked) == ["supplier_loss", *HEADLINES[:2]]
    assert shown(*HEADLINES[:4], question=asked) == list(HEADLINES[:4])


def test_it_prints_words_and_a_table_and_writes_files(moat, tmp_path):
    """Parts of the table add up; the run can be made again."""
    done = moat("as_enacted", "no_controls", *QUICK, "--outcome", "us_frontier")
    assert done.exit_code == 0
    text = " ".join(done.stdout.split())
    assert "“As enacted” compared with “No controls”, by channel: whole effects in 8" in text
    assert "8 paired worlds of the reference form, parts in 2 of them. In this model:" in text
    assert "sampled: 4 orders of" in text and "in each of 2 paired worlds" in text
    assert "the best US model" in text and "by June 2023" in text and "whole effect" in text
    folder = tmp_path / "runs" / "as_enacted-explained-against-no_controls"
    assert {file.name for file in folder.iterdir()} == {"parts.csv", "run.json", "figure.png"}
    with (folder / "parts.csv").open() as file:
        rows = {row["channel"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*NAMES, WHOLE}
    assert {row["unit"] for row in rows.values()} == {"ECI points"}
    means = [float(rows[name]["mean"]) for name in NAMES]
    assert sum(means) == pytest.approx(float(rows[WHOLE]["mean"]))
    about = json.loads((folder / "run.json").read_text())
    assert about["kind"] == "explanation" and about["months"] == 42 and about["worlds"] == 2
    assert about["channels"] == NAMES[:-1] and len(about["against"]["hash"]) == 64


def test_the_table_fits_a_terminal():
    """80 columns, nothing cut, the longest phrase and numbers of the usual sizes."""
    from rich.console import Console

    for scale in (0.03, 3, 300):
        parts = scale * np.random.default_rng(1).normal(size=(len(NAMES), 40))
        split = Split.of_worlds("lead_months", "months", NAMES, parts, parts.sum(axis=0), parts)
        console = Console(width=80, highlight=False, file=StringIO())
        console.print(for_terminal(table(split)))
        text = console.file.getvalue()
        assert "…" not in text and all(phrase(name) in text for name in NAMES)
        assert max(map(len, text.splitlines())) <= 80


def test_as_json_it_prints_one_object_and_nothing_else(moat):
    """With the sentences; twice the same."""
    words = [*QUICK, "--channels", "leakage,spillover", "--json", "--out", "here"]
    done = moat(*words)
    found = json.loads(done.stdout)
    assert (found["month"], found["orders"], found["channels"]) == (
        "2023-06", 0, ["leakage", "spillover"]
    )  # fmt: skip
    lead = found["outcomes"]["lead_months"]
    assert set(lead) == {"unit", "words", "total", "parts"}
    assert set(lead["parts"]) == {"leakage", "spillover", "other"}
    assert sum(part["mean"] for part in lead["parts"].values()) == pytest.approx(
        lead["total"]["mean"]
    )
    assert moat(*words).stdout == done.stdout


def test_a_result_may_give_way_to_another_kind(moat, tmp_path):
    """A folder of ours is replaced as a whole, anything else is left alone."""
    run = ["run", "--worlds", "1", "--months", "2", "--out", "here"]
    assert CliRunner().invoke(main, run).exit_code == 0
    quick = [*QUICK, "--channels", "leakage", "--outcome", "lead_months"]
    assert moat(*quick, "--out", "here").exit_code == 0
    assert {file.name for file in Path("here").iterdir()} == {"parts.csv", "run.json", "figure.png"}
    (tmp_path / "thesis.txt").write_text("precious")
    refused = moat(*quick, "--out", str(tmp_path))
    assert refused.exit_code == 2 and "choose another --out" in refused.stderr
    assert (tmp_path / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["as_enactd"], "did you mean 'as_enacted'?"),
        (["--outcome", "lead_month"], "did you mean 'lead_months'?"),
        (["--channels", "leakage,spill_over"], "did you mean 'spillover'?"),
        (["--month", "2031-01"], "2020-01 to 2030-12"),
        (["--month", "2024"], "not a month written as YYYY-MM"),
        (["--orders", "1"], "1 is not in the range"),
        (["--set", "channels.leakage=false", "--channels", "leakage"], "switched off"),
    ],
)
def test_bad_words_get_one_message_and_status_2(moat, tmp_path, words, said):
    """No traceback, nothing written."""
    done = moat(*words)
    assert done.exit_code == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
