"""Killed at twenty random moments, a sweep ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.sweeps.sweep import sweep
from sweeps.killed import BLOCK, DESIGN, KILLS
from sweeps.small import stored

pytestmark = pytest.mark.slow


def test_twenty_kills_change_nothing(tmp_path):
    """SIGKILL, in one process and in a pool: the same bytes as in one go."""
    done = subprocess.run(
        [sys.executable, "-m", "sweeps.killed", str(tmp_path / "killed")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["killed"] == KILLS
    assert said["seen"] == sorted(said["seen"]), "a finished block was lost"
    assert 0 < said["seen"][KILLS // 2] < said["seen"][-1], "the kills came too early"
    sweep(DESIGN, tmp_path / "whole", workers=1, block=BLOCK)
    assert stored(tmp_path / "killed") == stored(tmp_path / "whole")
    assert not [path for path in (tmp_path / "killed").rglob("*") if path.suffix == ".part"]
