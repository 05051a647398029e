"""Servers for the browser: started on a free loopback port, waited for, and ended."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HOUSE = Path(__file__).parents[2]
START_SECONDS = 150
QUIET = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
TOKENS: dict[str, str] = {}  # by address, of the servers that run
TOKEN = re.compile(r"[?&](token=[\w-]+)")
MOAT = "from viz.cli.main import main; main()"


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dashboard(port: int, *options: str) -> list[str]:
    """The command line of `moat watch`."""
    return [sys.executable, "-c", MOAT, "watch", "--no-open", "--port", str(port), *options]


def mesa_app(port: int) -> list[str]:
    """The command line of Mesa's page."""
    flags = ["--port", str(port), "--production", "--no-open", "--no-check-version"]
    return [sys.executable, "-m", "solara", "run", "viz/mesa_app.py", *flags]


def with_token(url: str) -> str:
    """A link as somebody has it who was given the token of its server, if it asks for one."""
    parts = urlsplit(url)
    token = TOKENS.get(f"{parts.scheme}://{parts.netloc}")
    query = "&".join(filter(None, (parts.query, token)))
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))


@contextmanager
def serving(
    command: Sequence[str],
    port: int,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path = HOUSE,
) -> Iterator[str]:
    """Run a server until the block ends; its address, without the token that its log holds."""
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=cwd, stdout=out, stderr=out, env=os.environ | QUIET | (env or {})
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}", log)
        address = f"http://127.0.0.1:{port}"
        if token := TOKEN.search(log.read_text()):
            TOKENS[address] = token[1]
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def watched(
    command: Sequence[str], port: int, folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run a server that must not connect to anything, nor log a traceback; its address."""
    noted, log = folder / "outgoing", folder / "log"
    env = {"PYTHONPATH": str(Path(__file__).parent / "outgoing"), "OUTGOING": str(noted)}
    with serving(command, port, log, env | (more or {})) as address:
        yield address
    assert noted.read_text() == "", "the server calls somebody"
    assert "Traceback" not in log.read_text(), log.read_text()[-5000:]


def _wait(process: subprocess.Popen, address: str, log: Path) -> None:
    asks = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            asks.open(address, timeout=5).read()
        except urllib.error.HTTPError:
            return  # it answers: it asks for its token
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no server on {address}:\n{log.read_text()[-2000:]}")
