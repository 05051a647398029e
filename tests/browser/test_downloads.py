"""Files of the page: tables and figures that are what they say."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

from PIL import Image

from tests.browser import looking as look
from viz.text.format import number, ranged, signed


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
    """Outcomes and effects of the clock's month are the page's; the figures can be opened."""
    page = visit(f"{address}/?s=no_controls&n=64&at=2028-03")
    look.idle(page)
    page.get_by_text("Take it with you").click()
    outcomes = taken(page, "Outcomes (CSV)", tmp_path)
    assert outcomes.name == "no_controls.csv"
    lead = row(outcomes, "2028-03")
    assert ranged(lead["p50"], lead["p5"], lead["p95"], "months") == look.text(page, look.CASE)
    effect = row(taken(page, "Effects against baseline (CSV)", tmp_path), "2028-03")
    answer = look.text(page, look.ANSWER)
    assert f"{number(abs(effect['p50']))} months" in answer
    assert f"[{signed(effect['p5'])}, {signed(effect['p95'])}]" in answer
    drawn = ET.parse(taken(page, "Figure (SVG)", tmp_path)).getroot()
    assert drawn.tag.endswith("svg") and len(list(drawn.iter("{http://www.w3.org/2000/svg}path")))
    with Image.open(taken(page, "Figure (PNG)", tmp_path)) as image:
        assert image.format == "PNG" and image.width > 800
        assert len(image.convert("L").getcolors()) > 20  # not an empty sheet
    picture(page, "taking")
