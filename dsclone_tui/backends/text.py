"""Making text from a server fit to be shown: one line, no controls, a bounded length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# ANSI sequences: CSI, then OSC up to its end, then any other escape with the character after it
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
_JOINERS = {"\u200c", "\u200d"}  # they shape letters in Persian and Indic scripts and in emoji, and move nothing
_MASK = "[token]"
_SHORTEST_SECRET = 8  # below this, masking would eat ordinary words
ELLIPSIS = "…"


def clean(text: str, limit: int = 300) -> str:
    """``text`` as one line of at most ``limit`` characters, without escapes, control or bidi characters.

    Runs of white space become one space; what is cut off is marked with an ellipsis. Total: never raises.
    """
    head = text[: limit * 16]  # enough to fill the limit after stripping, and a bound on the work
    shown = " ".join(_visible(_ESCAPES.sub("", head)).split())
    if len(shown) > limit:
        return shown[: max(0, limit - 1)].rstrip() + ELLIPSIS
    return shown


def _visible(text: str) -> str:
    return "".join(_printable(text))


def _printable(text: str) -> Iterable[str]:
    for char in text:
        category = unicodedata.category(char)
        if category in ("Zl", "Zp", "Zs") or char in "\t\n\r\v\f\x85":
            yield " "
        elif category not in ("Cc", "Cf", "Cs") or char in _JOINERS:
            yield char


def plain(text: str, limit: int = 256) -> bool:
    """True for an identifier that may be shown and sent as it is: not empty, one line, nothing hidden in it."""
    return bool(text) and clean(text, limit) == text


def masked(text: str, secret: str | None) -> str:
    """``text`` without ``secret``, should a server echo the token that it was sent."""
    if secret is None or len(secret) < _SHORTEST_SECRET:
        return text
    return text.replace(secret, _MASK)


def masked_bytes(body: bytes, secret: str | None) -> bytes:
    """The same for a body that was not decoded yet."""
    if secret is None or len(secret) < _SHORTEST_SECRET:
        return body
    return body.replace(secret.encode("ascii", "ignore"), _MASK.encode())
