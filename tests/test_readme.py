"""The README's commands are executed, its scenario is run, its Python works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.S)
COMMANDS = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if line]
# The one runs now, the other is a server: tests/test_shown_commands.py.
THE_TESTS = "pip install uv && uv run pytest -n auto --dist loadfile"
NOT_HERE = (THE_TESTS, "uv run moat watch")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that sees the checkout, in which the README's scenario file lies."""
    folder = tmp_path_factory.mktemp("reader")
    for name in (*os.listdir(ROOT),):
        if name not in {"runs", ".venv", ".git"}:
            (folder / name).symlink_to(ROOT / name)
    example = next(body for kind, body in BLOCKS if kind == "toml")
    (folder / "tighter.toml").write_text(example)
    return folder


def test_the_two_commands_stand_there():
    """One runs the main job, one passes the tests; CI calls the second."""
    assert COMMANDS[:2] == ["pip install uv && uv run moat run", THE_TESTS]
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in NOT_HERE])
def test_command_works(command, place):
    """Each command as it stands."""
    # The set-up itself is what this test run stands on: it must not be laid anew elsewhere.
    environment = os.environ | {"UV_PROJECT_ENVIRONMENT": sys.prefix, "UV_NO_SYNC": "1"}
    done = subprocess.run(
        command, shell=True, cwd=place, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout


@pytest.mark.slow
def test_python_example_works(place):
    """The code of the README, as it stands."""
    example = next(body for kind, body in BLOCKS if kind == "python")
    done = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_links_lead_somewhere():
    """Every file that the README names is there."""
    named = re.findall(r"`((?:docs|sim|benchmarks)/\S+)`", TEXT)
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT) + named:
        if not link.startswith("http") and "*" not in link:
            assert (ROOT / link).exists(), link
