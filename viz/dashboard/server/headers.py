"""Headers with which a browser keeps others away from the page."""

from __future__ import annotations

from collections.abc import Sequence


def policy(frames: Sequence[str], nonce: str) -> str:
    """The Content-Security-Policy of the page.

    Scripts are files of this server, or carry the nonce of this answer; attributes such as
    `onclick` never run. Vue compiles its templates in the browser, which counts as eval, and both
    Vuetify and the charts set styles: that much Solara needs.

    Args:
        frames: origins whose pages may show this one in a frame.
        nonce: that the scripts written into this page carry.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", f"'nonce-{nonce}'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": list(frames) or ["'none'"],
    }
    return "; ".join(" ".join([rule, *sources]) for rule, sources in rules.items())


def protective(frames: Sequence[str], nonce: str) -> dict[str, str]:
    """Headers of every answer, by name."""
    headers = {
        "Content-Security-Policy": policy(frames, nonce),
        "X-Content-Type-Options": "nosniff",
        # The page's own requests keep their origin: without it none of them could be distinguished.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return headers if frames else headers | {"X-Frame-Options": "DENY"}
