"""Who is let in to the dashboard: by host, origin and token. No server is started."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket

from viz.cli.view import watch
from viz.dashboard.server.access import Access, checked_host, checked_origin, checked_path
from viz.dashboard.server.guard import Guard

OPEN = Access("127.0.0.1", 8765, token=None)
CLOSED = Access("127.0.0.1", 8765, token="secret-word")
COOKIE = ("cookie", "moat-token-8765=secret-word")
OWN = ("origin", "http://127.0.0.1:8765")
HERE = ("host", "127.0.0.1:8765")


async def inside(scope, receive, send):
    """What is guarded: it says that it was reached, and where."""
    if scope["type"] == "websocket":
        reached = [(b"path", scope["path"].encode())]
        await WebSocket(scope, receive, send).accept(headers=reached)
        return
    await PlainTextResponse(f"inside {scope['path']} by {scope['scheme']}")(scope, receive, send)


def ask(access, *headers, path="/", query="", method="GET", kind="http", reached="127.0.0.1"):
    """Ask the guard; status (101 for an accepted websocket, 403 else), headers and body."""
    hosts = () if any(name == "host" for name, _ in headers) else (HERE,)
    scope = {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "path": path,
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in hosts + headers],
        "server": (reached, 8765),
    }
    if kind == "http":
        scope["method"] = method
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(inside, access)(scope, receive, send))
    first = sent[0]
    told = {name.decode(): value.decode() for name, value in first.get("headers", ())}
    if kind == "websocket":
        return {"websocket.accept": 101, "websocket.close": 403}[first["type"]], told, ""
    return first["status"], told, b"".join(part.get("body", b"") for part in sent[1:]).decode()


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:9000", "LOCALHOST"])
def test_the_page_answers_to_its_own_names(host):
    """By any port, since a tunnel has its own."""
    assert ask(OPEN, ("host", host))[0] == 200


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "10.1.2.3", "a@localhost", "localhost:x", "::1",
     "localhost:99999", "127.0.0.1.evil.example", "localhost/", "localhost\\", "0.0.0.0:8765"],
)  # fmt: skip
def test_no_other_name_is_answered(host):
    """A website that gives its name our address gets nothing, token or not."""
    for access in (OPEN, CLOSED):
        assert ask(access, ("host", host), COOKIE)[0] == 403
        assert ask(access, ("host", host), OWN, COOKIE, kind="websocket")[0] == 403
    assert ask(OPEN, HERE, HERE)[0] == 403, "two hosts"


def test_further_names_and_the_address_that_was_reached_are_answered():
    """What `--allow-host` names; and on a network the machine's own address, never a name."""
    access = Access("0.0.0.0", 8765, token=None, hosts=("moat.example.org", "other.org:8443"))
    for host in ("moat.example.org", "other.org:8443", "10.1.2.3:8765"):
        assert ask(access, ("host", host), reached="10.1.2.3")[0] == 200
    assert ask(access, ("host", "10.1.2.4:8765"), reached="10.1.2.3")[0] == 403
    for origin in ("https://moat.example.org", "https://other.org:8443", "http://127.0.0.1:8765"):
        assert ask(access, ("origin", origin), kind="websocket")[0] == 101
    assert ask(access, ("origin", "https://other.org"), kind="websocket")[0] == 403


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://127.0.0.1:8766", "http://localhost:8765", "http://127.0.0.2:8765",
     "https://127.0.0.1:8765", "http://127.0.0.1", "http://evil.example", "http://127.0.0.1:8765/"],
)  # fmt: skip
def test_other_origins_neither_connect_nor_change_anything(origin):
    """Even with the cookie, which a browser sends along to other ports of this machine."""
    headers = [COOKIE] if origin is None else [COOKIE, ("origin", origin)]
    for access in (OPEN, CLOSED):
        assert ask(access, *headers, kind="websocket")[0] == 403
        for method in ("POST", "DELETE", "BREW"):
            assert ask(access, *headers, method=method)[0] == 403
    assert ask(CLOSED, *headers)[0] == 200, "reading: other websites do not see the answer"


def test_the_own_origin_connects_and_changes_with_the_cookie_alone():
    """Without the cookie, or with another, not; nor with the token in the websocket's address."""
    for access, cookies in ((CLOSED, [COOKIE]), (OPEN, [])):
        assert ask(access, OWN, *cookies, kind="websocket")[0] == 101
        assert ask(access, OWN, *cookies, method="POST")[0] == 200
    for cookie in ("", "moat-token-8765=other", "moat-token-8766=secret-word", "moat-token-8765"):
        assert ask(CLOSED, OWN, ("cookie", cookie), kind="websocket")[0] == 403
        assert ask(CLOSED, OWN, ("cookie", cookie), method="POST")[0] == 403
    assert ask(CLOSED, OWN, kind="websocket", query="token=secret-word")[0] == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address():
    """The rest of a link stays as it was, byte for byte."""
    kept = "s=no_controls&set=a.b%3D1.5&set=c&at=2027-06&n=&x=%E4%B8%AD+y"
    first, _, rest = kept.partition("&")
    for query in (f"{kept}&token=secret-word", f"{first}&token=secret-word&{rest}"):
        status, told, _ = ask(CLOSED, query=query)
        assert (status, told["location"]) == (303, f"./?{kept}")
        cookie = "moat-token-8765=secret-word; HttpOnly; Path=/; SameSite=strict"
        assert told["set-cookie"] == cookie
        assert told["cache-control"] == "no-store"
    assert ask(CLOSED, query="token=secret-word", path="//evil.example/")[1]["location"] == "./"
    status, told, _ = ask(OPEN, query="token=old&s=leaky")
    assert (status, told["location"]) == (303, "./?s=leaky") and "set-cookie" not in told


class Fields(HTMLParser):
    """Fields of a page's form, and everything that could run."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.tags = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Note a field."""
        self.tags.add(tag)
        if tag == "input":
            self.fields.append((dict(attributes)["name"], dict(attributes).get("value")))


@pytest.mark.parametrize("query", ["", "token=", "token=wrong", "token=%FF", "token=secret-wor"])
def test_without_the_token_the_page_says_how_to_get_in(query):
    """In one line; and what the link held is sent along with the token that is given."""
    kept = "s=x%22%3E%3Cscript%3Ealert(1)%3C/script%3E&set=a%3D1&set=b%3D2"
    status, told, page = ask(CLOSED, query=f"{kept}&{query}")
    assert status == 403 and "set-cookie" not in told and "secret-word" not in page
    assert "open the address that <code>moat watch</code> printed" in page
    form = Fields(page)
    held = [("s", 'x"><script>alert(1)</script>'), ("set", "a=1"), ("set", "b=2")]
    assert form.fields == [*held, ("token", None)]
    assert "script" not in form.tags
    assert "http-equiv" not in page


def test_a_link_on_another_website_finds_the_cookie_at_the_second_try():
    """Browsers hold a strict cookie back there: the page asks for itself once more, not again."""
    led = ("sec-fetch-site", "cross-site")
    page = ask(CLOSED, led, query="s=leaky&n=64")[2]
    assert 'http-equiv="refresh" content="0; url=./?s=leaky&amp;n=64"' in page
    assert "http-equiv" not in ask(CLOSED, ("sec-fetch-site", "same-origin"), query="s=leaky")[2]
    assert "http-equiv" not in ask(CLOSED, led, query="token=wrong")[2]


def test_every_answer_keeps_other_websites_away():
    """Refusals too: no frames, no guessing of types, no referrer; scripts only with a nonce."""
    seen = set()
    for status, told, _ in (
        ask(OPEN),
        ask(OPEN, ("host", "evil")),
        ask(CLOSED),
        ask(OPEN, path="*"),
    ):
        policy = dict(rule.split(" ", 1) for rule in told["content-security-policy"].split("; "))
        assert policy["frame-ancestors"] == policy["default-src"] == "'none'", status
        assert "unsafe-inline" not in policy["script-src"]
        seen.add(policy["script-src"])
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] == "same-origin"
        assert told["x-frame-options"] == "DENY"
    assert len(seen) == 4, "a nonce is for one answer"
    framed = Access("127.0.0.1", 8765, None, frames=("https://news.example", "http://b:81"))
    told = ask(framed)[1]
    assert "frame-ancestors https://news.example http://b:81" in told["content-security-policy"]
    assert "x-frame-options" not in told


@pytest.mark.parametrize(
    "path", ["*", "", "http://evil.example/", "/a\0b", "/\\evil", "/\u4e2d", "/\n", "/" + "a" * 501]
)
def test_paths_that_the_page_does_not_have_reach_no_file(path):
    """They are told apart before anything is looked up."""
    assert ask(OPEN, path=path)[0] == 404
    assert ask(OPEN, OWN, path=path, kind="websocket")[0] == 403
    assert ask(OPEN, query="\xff")[0] == 404


def test_a_proxy_is_believed_only_when_told_to():
    """Its scheme, and the path under which it serves the page, cut off or not."""
    forwarded = [("x-forwarded-proto", "https"), ("x-forwarded-host", "evil.example"),
                 ("x-script-name", "/evil"), ("host", "localhost:8765")]  # fmt: skip
    told = Access("127.0.0.1", 8765, "secret-word", proxy_path="/moat", trust_proxy=True)
    assert ask(OPEN, *forwarded)[2] == "inside / by http"
    for path, inner in (("/moat/", "/"), ("/moat", "/"), ("/moat/a", "/a"), ("/moated", "/moated")):
        assert ask(told, *forwarded, COOKIE, path=path)[2] == f"inside {inner} by https"
    assert "; Secure" in ask(told, *forwarded, query="token=secret-word")[1]["set-cookie"]
    own = [("origin", "https://localhost:8765"), COOKIE, *forwarded]
    assert ask(told, *own, kind="websocket", path="/moat/a")[:2] == (101, {"path": "/a"})
    assert told.address() == "http://127.0.0.1:8765/moat/?token=secret-word"
    assert ask(CLOSED, *own, kind="websocket")[0] == 403


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checked_host, ("a.org", "A.org:80", "[::1]"), ("", "a b", "a/", "*", "http://a", "a:x")),
        (checked_origin, ("https://a.org", "http://b:81/"), ("a.org", "*", "ftp://a", "https://a;b",
                                                             "https://a/b", "https://*.a")),
        (checked_path, ("/moat", "/a/b/", ""), ("moat", "//evil", "/a b", "/../", "/%2e", '/"')),
    ],
)  # fmt: skip
def test_options_are_checked(check, good, bad):
    """What could widen a header or an address is refused, with what it should look like."""
    for text in good:
        assert check(text) == text.lower().removesuffix("/")
    for text in bad:
        with pytest.raises(ValueError, match="give"):
            check(text)


def test_options_are_told(monkeypatch):
    """`--public` says what it means; a token is drawn anew at each start."""
    served = []
    monkeypatch.setattr("viz.dashboard.server.serve.check_free", lambda *_: None)
    monkeypatch.setattr("viz.dashboard.server.serve.serve", lambda *words: served.append(words[1]))
    words = ["--allow-host", "A.org", "--allow-host", "b.org:81", "--allow-frame", "https://c.org"]
    said = CliRunner().invoke(watch, ["--public", *words, "--proxy-path", "/moat/"])
    assert said.exit_code == 0 and "whoever reaches this page may use it" in said.output
    assert (served[0].token, served[0].hosts) == (None, ("a.org", "b.org:81"))
    assert (served[0].frames, served[0].proxy_path) == (("https://c.org",), "/moat")
    for words in (["--no-token"], [], []):
        assert not CliRunner().invoke(watch, words).output
    assert served[1].token is None and len({access.token for access in served[2:]}) == 2
    refused = CliRunner().invoke(watch, ["--allow-frame", "*"])
    assert refused.exit_code == 2 and "'*' is not an origin; give one such as" in refused.output
