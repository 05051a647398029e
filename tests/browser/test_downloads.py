"""Files of the page: tables and figures that are what they say."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from tests.browser import looking as look
from viz.text.format import SHORT, interval, ranged, signed_amount

PARTS = (".moat-files", ".moat-numbers")  # of a chart


def taken(page, button: str, folder):
    """The file behind a button."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def row(file, month: str) -> dict[str, float]:
    """What a table says of the lead in a month."""
    with file.open(newline="") as lines:
        rows = {(row["outcome"], row["month"]): row for row in csv.DictReader(lines)}
    wanted = rows["lead_months", month]
    return {name: float(wanted[name]) for name in ("p5", "p50", "p95")}


def test_tables_and_figures_hold_what_is_shown(visit, address, picture, tmp_path):
    """Outcomes of the clock's month are the page's; the figures can be opened."""
    page = visit(f"{address}/?s=no_controls&n=64&at=2028-03")
    look.idle(page)
    page.get_by_text("Download").click()
    outcomes = taken(page, "Outcomes (CSV)", tmp_path)
    assert outcomes.name == "no_controls.csv"
    lead = row(outcomes, "2028-03")
    assert ranged(lead["p50"], lead["p5"], lead["p95"], "months") == look.text(page, look.CASE)
    effect = row(taken(page, "Effects against baseline (CSV)", tmp_path), "2028-03")
    assert effect["p5"] < effect["p50"] < effect["p95"]
    drawn = ET.parse(taken(page, "Figure (SVG)", tmp_path)).getroot()
    assert drawn.tag.endswith("svg") and len(list(drawn.iter("{http://www.w3.org/2000/svg}path")))
    with Image.open(taken(page, "Figure (PNG)", tmp_path)) as image:
        assert image.format == "PNG" and image.width > 800
        assert len(image.convert("L").getcolors()) > 20  # not an empty sheet
    picture(page, "taking")


def test_each_chart_can_be_taken_away(visit, address, tmp_path):
    """The difference that the page shows, with seed and link, as a table and as a picture."""
    page = visit(f"{address}/?s=no_controls&n=64&at=2028-03&charts=differences")
    look.idle(page)
    title = "Lead of the US over China: difference from “As enacted”"
    button = page.get_by_role("button", name=f"Take away: {title}", exact=True)
    button.click()
    page.get_by_role("button", name=f"{title} as CSV", exact=True).wait_for()
    files, numbers = (page.locator(f"{look.LEAD} {of}").bounding_box() for of in PARTS)
    assert files["y"] + files["height"] <= numbers["y"]  # they do not cover the numbers
    lines = taken(page, f"{title} as CSV", tmp_path).read_text("utf-8").splitlines()
    notes = [line for line in lines if line.startswith("#")]
    assert "# seed: 0" in notes
    assert any(note.startswith(f"# link: {address}/?s=no_controls") for note in notes)
    rows = {row["month"]: row for row in csv.DictReader(lines[len(notes) :])}
    low, middle, high = (float(rows["2028-03"][name]) for name in ("p5", "p50", "p95"))
    page.get_by_text("Download").click()
    effect = row(taken(page, "Effects against baseline (CSV)", tmp_path), "2028-03")
    wanted = [effect[name] for name in ("p5", "p50", "p95")]
    assert [low, middle, high] == pytest.approx(wanted, rel=1e-4)
    said = f"{signed_amount(middle, 'months', SHORT)} {interval(low, high, SHORT)}"
    assert said == look.text(page, look.CASE)
    with Image.open(taken(page, f"{title} as PNG", tmp_path)) as image:
        assert image.format == "PNG" and image.width > 800
