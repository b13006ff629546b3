"""What ``/`` accepts: words that must all occur; ``!word`` must not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needle:
    """A filter as typed. Case does not matter; an empty one fits everything."""

    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def fits(self, haystack: str) -> bool:
        lowered = haystack.lower()
        for word in self.text.lower().split():
            if word.startswith("!"):
                if len(word) > 1 and word[1:] in lowered:
                    return False
            elif word not in lowered:
                return False
        return True
