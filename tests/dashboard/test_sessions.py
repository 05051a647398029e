"""Places for visitors: who is counted, who gives way to whom, and what those read who find none."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest

from viz.dashboard.server import sessions
from viz.dashboard.server.sessions import CHANNELS, SessionLimit, bounded
from viz.dashboard.state.limits import MAX_MESSAGE


class Server:
    """Solara as the limit knows it: sessions by number, which stay when a browser is lost."""

    def __init__(self):
        self.sessions, self.closed, self.end = {}, [], {}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            return
        number = scope["path"].split("/")[-2]
        self.sessions[number] = SimpleNamespace(close=lambda why: self.close(number))
        self.end[number] = asyncio.Event()
        await self.end[number].wait()

    def close(self, number):
        self.closed.append(number)
        self.sessions.pop(number, None)


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setattr(sessions, "_contexts", lambda: made.sessions)
    return made


def scope(kind, path, browser):
    headers = [(b"cookie", f"solara-session-id={browser}".encode())] if browser else []
    extensions = {"websocket.http.response": {}}
    return {"type": kind, "path": path, "headers": headers, "extensions": extensions}


class Client:
    """A browser at a limit."""

    def __init__(self, limit):
        self.limit, self.said = limit, []

    async def ask(self, kind, path, browser=""):
        async def send(message):
            self.said.append(message)

        await self.limit(scope(kind, path, browser), None, send)

    async def come(self, number, browser=""):
        task = asyncio.ensure_future(self.ask("websocket", f"/kernels/{number}{CHANNELS}", browser))
        await asyncio.sleep(0)
        return task

    @property
    def words(self):
        return b"".join(message.get("body", b"") for message in self.said).decode()


async def lost(server, number, task):
    """The connection of a session is gone; the session is kept."""
    server.end[number].set()
    await task


async def closed(server, number):
    """Wait until a session has been closed, which happens in a thread."""
    while number not in server.closed:
        await asyncio.sleep(0.01)


def test_who_comes_when_all_places_are_taken_is_told(server):
    async def scene():
        limit = SessionLimit(server, most=2)
        for number in "ab":
            await Client(limit).come(number)
        late = Client(limit)
        await late.come("c")
        assert late.said[0]["status"] == 503
        assert "This server is full: 2 pages are open" in late.words
        reader = Client(limit)
        await reader.ask("http", "/")
        assert "Try again in a few minutes" in reader.words
        assert [*server.sessions] == ["a", "b"]

    asyncio.run(scene())


def test_kept_sessions_count_and_the_oldest_gives_way(server):
    async def scene():
        limit = SessionLimit(server, most=3)
        tasks = {number: await Client(limit).come(number) for number in "abc"}
        for number in "ba":
            await lost(server, number, tasks[number])
        assert len(server.sessions) == 3
        await Client(limit).come("d")
        await closed(server, "b")
        await Client(limit).come("e")
        await closed(server, "a")
        late = Client(limit)
        await late.come("f")
        assert "server is full" in late.words
        assert {*server.sessions} == {"c", "d", "e"}

    asyncio.run(scene())


def test_a_kept_session_comes_back_to_its_place(server):
    async def scene():
        limit = SessionLimit(server, most=2)
        tasks = {number: await Client(limit).come(number) for number in "ab"}
        await lost(server, "a", tasks["a"])
        back = Client(limit)
        await back.come("a")
        late = Client(limit)
        await late.come("c")
        assert not back.said and "server is full" in late.words and not server.closed

    asyncio.run(scene())


def test_what_solara_has_closed_is_not_counted(server):
    async def scene():
        limit = SessionLimit(server, most=1)
        await lost(server, "a", await Client(limit).come("a"))
        del server.sessions["a"]
        await Client(limit).come("b")
        assert not server.closed

    asyncio.run(scene())


def test_one_browser_has_so_many_tabs_and_its_lost_ones_give_way_first(server):
    async def scene():
        limit = SessionLimit(server, most=9, of_one=2)
        task = await Client(limit).come("a", "mine")
        await Client(limit).come("b", "mine")
        third = Client(limit)
        await third.come("c", "mine")
        assert "this browser has 2 tabs" in third.words
        await lost(server, "a", task)
        await Client(limit).come("d", "mine")
        await closed(server, "a")
        other = Client(limit)
        await other.come("e", "theirs")
        assert not other.said

    asyncio.run(scene())


def test_a_place_is_held_for_who_was_given_the_page(server):
    async def scene():
        limit = SessionLimit(server, most=2)
        await Client(limit).ask("http", "/")
        await Client(limit).come("a")
        for words in ("", "server is full"):
            reader = Client(limit)
            await reader.ask("http", "/")
            assert words in reader.words
        again = Client(limit)
        await Client(limit).come("b", "mine")
        await again.ask("http", "/", "mine")
        assert not again.said, "who loads the page again has a place"

    asyncio.run(scene())


def test_a_message_that_is_too_long_ends_the_session():
    async def scene():
        said = iter(["x" * MAX_MESSAGE, "x" * (MAX_MESSAGE + 1)])

        async def receive():
            return {"type": "websocket.receive", "text": next(said)}

        hear = bounded(receive)
        assert (await hear())["type"] == "websocket.receive"
        assert (await hear())["type"] == "websocket.disconnect"

    asyncio.run(scene())


def test_those_who_wait_for_a_turn_get_it_while_a_long_work_goes_on():
    from viz.dashboard.state.turns import Turns

    turns, order = Turns(at_once=1, capacity=10, longest=0.0), []
    waiting = threading.Event()

    def short():
        with turns.computing(1, lambda before: None):
            order.append("short")

    with turns.computing(1, lambda before: None) as pause:
        other = threading.Thread(target=short)
        other.start()
        while not turns._ready:
            waiting.wait(0.01)
        pause()
        order.append("long")
    other.join()
    assert order == ["short", "long"]


def test_who_waits_in_line_hears_how_many_are_before_and_can_give_up():
    from viz.dashboard.state.turns import Turns

    turns, heard = Turns(at_once=2, capacity=10, longest=0.1), []

    def ask(before):
        heard.append(before)
        raise InterruptedError

    with turns.computing(10, ask), pytest.raises(InterruptedError), turns.computing(1, ask):
        pass
    assert heard == [0]
    with turns.computing(100, ask):
        pass  # more than may run, but alone
