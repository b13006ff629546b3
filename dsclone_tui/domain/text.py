"""Text from a server is data: made harmless here before anybody shows, logs or journals it."""

from __future__ import annotations

import unicodedata

# Cc control, Cf format (bidi, zero width), Cs surrogates, Co private use, Cn unassigned, Zl/Zp line separators
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str, limit: int = 200) -> str:
    """One line without control sequences, at most ``limit`` characters; what was cut ends in …

    Escape sequences lose their escape, so a terminal shows their letters; white space is folded to single blanks.
    """
    head = text[: limit * 4]
    safe = "".join(character if unicodedata.category(character) not in _UNSAFE else " " for character in head)
    folded = " ".join(safe.split())
    if len(folded) > limit or len(text) > len(head):
        return folded[: limit - 1] + "…"
    return folded
