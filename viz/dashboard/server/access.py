"""Who may use the page: the names it answers to, the origins that may drive it, and its token."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address

# A name or an address as a Host header holds it: no user, no path, nothing to escape.
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::(\d{1,5}))?")
PROXY_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
TOKEN = "token"  # its name in the address


def split_host(host: str) -> tuple[str, str] | None:
    """Name and port of a Host header, in small letters; None for what is no host.

    The brackets of an IPv6 address are left out; the port is empty where none is given.
    """
    found = HOST.fullmatch(host.lower())
    if not found or int(found[2] or 0) > 65535:
        return None
    return found[1].strip("[]"), found[2] or ""


def checked_host(text: str) -> str:
    """A HOST or HOST:PORT that the page may be reached by, in small letters.

    Raises:
        ValueError: it is no host; the message says what one looks like.
    """
    if not split_host(text):
        raise ValueError(f"'{text}' is not a host; give a name, such as moat.example.org")
    return text.lower()


def checked_origin(text: str) -> str:
    """An origin whose pages may frame this one: http(s)://HOST or http(s)://HOST:PORT.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    scheme, _, host = text.lower().removesuffix("/").partition("://")
    if scheme not in ("http", "https") or not split_host(host):
        raise ValueError(f"'{text}' is not an origin; give one such as https://news.example.org")
    return f"{scheme}://{host}"


def checked_path(text: str) -> str:
    """A path under which a proxy serves the page, with a slash in front and none behind.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    path = text.removesuffix("/")
    if path and not PROXY_PATH.fullmatch(path):
        raise ValueError(f"'{text}' is not a path; give one such as /moat")
    return path


def new_token() -> str:
    """A token that nobody guesses: 256 bits, as letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Access:
    """What `moat watch` was given about who may use the page.

    Args:
        host: address that the server listens on.
        port: port that it listens on.
        token: what a visitor has to hold; None where everybody who reaches the page may use it.
        hosts: further HOST or HOST:PORT by which the page is reached.
        frames: origins whose pages may show this one in a frame.
        proxy_path: path under which a proxy serves the page; empty for the root.
        trust_proxy: whether `X-Forwarded-Proto` is believed.
    """

    host: str
    port: int
    token: str | None = field(default_factory=new_token, repr=False)
    hosts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    proxy_path: str = ""
    trust_proxy: bool = False

    def address(self) -> str:
        """Where a browser on this machine opens the page, with the token."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        shown = f"[{name}]" if ":" in name else name
        query = f"?{TOKEN}={self.token}" if self.token else ""
        return f"http://{shown}:{self.port}{self.proxy_path}/{query}"

    def answers_to(self, host: str, reached: str) -> bool:
        """Whether a request for this Host header is answered.

        A website can give its own name the address of this machine, and its pages then count as
        the page's own: so only names that are ours are answered.

        Args:
            reached: address of this machine that the connection came to.
        """
        parts = split_host(host)
        if not parts:
            return False
        name = parts[0]
        named = {split_host(allowed) for allowed in self.hosts}
        ours = {"localhost", self.host.lower(), reached.lower(), *(at[0] for at in named if at)}
        return name in ours or _is_loopback(name)

    def is_own(self, origin: str, scheme: str, host: str) -> bool:
        """Whether pages of an origin may drive this one.

        Args:
            scheme: http or https, by which the page was asked for.
            host: the Host header, which `answers_to` has passed.
        """
        named = {f"{scheme}://{name}" for scheme in ("http", "https") for name in self.hosts}
        return origin.lower() in {f"{scheme}://{host}".lower(), *named}

    def is_token(self, given: str | None) -> bool:
        """Whether this is the token; how long it takes says nothing about how much was right."""
        return bool(
            given and self.token and secrets.compare_digest(given.encode(), self.token.encode())
        )


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_network(host: str) -> bool:
    """Whether listening on this address lets other machines in."""
    return host != "localhost" and not _is_loopback(host)
