"""Text from a server is data: made harmless here before anybody shows, logs or journals it."""

from __future__ import annotations

import re
import unicodedata

# ANSI sequences: CSI, then OSC up to its end, then any other escape with the character after it
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
_BLANKS = frozenset({"Zs", "Zl", "Zp"})
# Cc control, Cf format (bidi, zero width), Cs surrogates, Co private use, Cn unassigned
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str, limit: int = 200) -> str:
    """One line of at most ``limit`` characters without escapes, control, bidi or hidden characters.

    Runs of white space become one blank; what was cut ends in …. Total: never raises.
    """
    head = text[: limit * 16]  # enough to fill the limit after stripping, and a bound on the work
    folded = " ".join("".join(map(_harmless, _SEQUENCES.sub("", head))).split())
    if len(folded) > limit or len(text) > len(head):
        return folded[: limit - 1].rstrip() + "…"
    return folded


def is_plain(text: str, limit: int = 256) -> bool:
    """True for a name that may be shown and sent as it is: not empty, one line, nothing hidden in it."""
    return bool(text) and plain(text, limit) == text


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BLANKS or character in "\t\n\r\v\f\x85":
        return " "
    return "" if category in _UNSAFE else character
