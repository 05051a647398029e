"""Servers for the browser: started on a free loopback port, waited for, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).parents[2]
START_SECONDS = 150
QUIET = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
MOAT = "from viz.cli.main import main; main()"


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dashboard(port: int) -> list[str]:
    """The command line of `moat watch`."""
    return [sys.executable, "-c", MOAT, "watch", "--no-open", "--port", str(port)]


def mesa_app(port: int) -> list[str]:
    """The command line of Mesa's page."""
    flags = ["--port", str(port), "--production", "--no-open"]
    return [sys.executable, "-m", "solara", "run", "viz/mesa_app.py", *flags]


@contextmanager
def serving(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """Run a server until the block ends; its address."""
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=HOUSE, stdout=out, stderr=out, env=os.environ | QUIET
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen, address: str, log: Path) -> None:
    asks = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            asks.open(address, timeout=5).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no server on {address}:\n{log.read_text()[-2000:]}")
