"""Characters that are seen on a screen, and how the others are shown."""

from __future__ import annotations

import re
import unicodedata

# Letters and marks that leave no trace on a screen, beside those that Unicode calls format.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")


def is_seen(character: str) -> bool:
    """Whether a character has a place of its own on a screen: a letter, a sign, a space."""
    is_space = unicodedata.category(character) == "Zs"
    return (character.isprintable() or is_space) and not _UNSEEN.match(character)


def escaped(text: str) -> str:
    r"""A text with `\x1b` or `\u202e` in place of characters that are not seen.

    The ends of lines stay.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(c if c == "\n" or is_seen(c) else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
