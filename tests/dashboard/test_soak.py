"""Visitors come, act and go, twice: nobody finds an empty page, and memory goes back.

Six fill the server here. Forty take eight minutes on two cores, with the highest at 1.2 GB; 0.7 GB
are left a minute after they went, over 0.27 GB before (docs/dashboard.md).
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from websockets.exceptions import InvalidStatus

from tests.browser.servers import dashboard, free_port, serving
from tests.dashboard.visitors import Visitor
from viz.dashboard.server.sessions import SESSIONS

VISITORS, ROUNDS = 4, 2
PATIENCE = 240  # s that a visitor waits at most, on two busy cores
MEGABYTE = 1_000_000
MOST = 1_000 * MEGABYTE
REMAINS = 300 * MEGABYTE  # over the idle server, once all have left
BACK = 60  # s after which memory is back


def server_on(port):
    """The process that serves on a port."""
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if str(port) in child.cmdline())


class Watch:
    """Samples the memory of a process until the block ends."""

    def __init__(self, process):
        self.process, self.highest = process, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def _sample(self):
        while not self._ended.wait(0.2):
            self.highest = max(self.highest, self.now)

    @property
    def now(self):
        return self.process.memory_info().rss

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()


def opened(address, query):
    """A visitor's page; who is told that there is no room yet tries again, as people do."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            return Visitor(address, query)
        except InvalidStatus as refused:
            if b"server is full" not in refused.response.body or time.monotonic() > ends:
                raise
            time.sleep(0.5)


def come(address, number):
    """A visitor who waits for the answer, changes something and waits for the answer to that."""
    visitor = opened(address, f"n=64&seed={1 + number % 4}")
    visitor.wait_for("in 64 worlds", PATIENCE)
    (scenarios,) = visitor.find(label="Scenario")
    other = visitor.widgets[scenarios]["titles"].index("Strict enforcement")
    visitor.click(scenarios, "took", other)
    visitor.wait_for("change?", PATIENCE)
    visitor.wait(lambda page: page.find(class_="moat-answer"), PATIENCE)  # no longer at work
    return visitor


def go(visitor, number):
    """Half of them close the tab, the others lose the connection."""
    if number % 2:
        visitor.leave()
    else:
        visitor.drop()


def wait_until(is_so, seconds):
    """Wait until something is true; whether it became so in time."""
    ends = time.monotonic() + seconds
    while not is_so() and time.monotonic() < ends:
        time.sleep(0.2)
    return is_so()


def refusal(address):
    """What somebody hears for whom there is no room."""
    with pytest.raises(InvalidStatus) as refused:
        Visitor(address)
    return refused.value.response


@pytest.mark.slow
def test_visitors_come_act_and_go_twice(tmp_path, monkeypatch):
    monkeypatch.setenv(SESSIONS, str(VISITORS))
    port, log = free_port(), tmp_path / "log"
    numbers = range(VISITORS)
    command = dashboard(port, "--no-token")
    with serving(command, port, log) as address, ThreadPoolExecutor(VISITORS) as pool:
        with Watch(server_on(port)) as memory:
            idle = memory.now
            for _ in range(ROUNDS):
                visitors = list(pool.map(come, [address] * VISITORS, numbers))
                assert len(visitors) == VISITORS
                late = refusal(address)
                assert late.status_code == 503 and b"server is full" in late.body
                list(pool.map(go, visitors, numbers))
            is_back = wait_until(lambda: memory.now < idle + REMAINS, BACK)
        mb = f"idle {idle // MEGABYTE}, highest {memory.highest // MEGABYTE}, "
        mb += f"in the end {memory.now // MEGABYTE} MB"
        print(mb)
        assert memory.highest < MOST, mb
        assert is_back, mb
    told = log.read_text()
    assert "Traceback" not in told and "ERROR" not in told, told
