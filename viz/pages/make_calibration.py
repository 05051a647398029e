"""Ship a posterior and write its page: `uv run python -m viz.pages.make_calibration`.

Without options the page, its figures and the recorded scores are made anew from what is shipped.
`--ship FILE` first takes a posterior.npz of `moat calibrate` as the shipped one; `--other FILE`
compares with one of another seed; `--truths N` fits N synthetic truths.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sim.core.files import write
from sim.research.calibration.checks import golden, known_truths, two_seeds
from sim.research.calibration.sbc import ranks
from sim.scenario.load import load
from sim.uncertainty.posterior import SHIPPED, read
from viz.pages.calibration import findings
from viz.pages.calibration_files import write_report

DOCS = Path("docs")
CHECKS = DOCS / "calibration.json"
GOLDEN = Path("tests/calibration/golden.json")
TRUTHS: dict[str, Any] = {"particles": 96, "until": "2022-12", "passes": 3, "last": 24}


def main() -> None:
    """Make what is asked for, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ship", type=Path, metavar="FILE", help="posterior to ship")
    parser.add_argument("--other", type=Path, metavar="FILE", help="posterior of another seed")
    parser.add_argument("--truths", type=int, metavar="N", help="synthetic truths to fit")
    asked = parser.parse_args()
    if asked.ship:
        read(asked.ship)  # refuses what is none
        write(SHIPPED, asked.ship.read_bytes())
    checks = json.loads(CHECKS.read_text("utf-8")) if CHECKS.is_file() else {}
    posterior = read(SHIPPED)
    if asked.truths:
        found = ranks(load("as_enacted"), asked.truths, **TRUTHS, say=print)
        checks["truths"] = known_truths(found, TRUTHS)
    if asked.other:
        checks["seeds"] = two_seeds(posterior, read(asked.other))
    _write(CHECKS, checks)
    write_report(findings(posterior, checks), DOCS / "calibration.md", DOCS / "figures")
    _write(GOLDEN, golden(posterior))


def _write(file: Path, found: dict[str, Any]) -> None:
    write(file, f"{json.dumps(found, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
