"""What the vendors accept as names of new stores, and suggestions for a free one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameRule:
    """A vendor's rule for the name of a *new* store; names that exist already are never judged."""

    noun: str
    shortest: int
    longest: int
    pattern: re.Pattern[str]
    spelled: str

    def problem(self, name: str) -> str | None:
        """Why the name will not do, in words for the user, or None."""
        if not name:
            return f"a {self.noun} needs a name"
        if len(name) < self.shortest:
            return f"at least {self.shortest} characters"
        if len(name) > self.longest:
            return f"{len(name)} characters; {self.longest} at most"
        if not self.pattern.fullmatch(name):
            return self.spelled
        return None


# The strictest of the published rules, which every server accepts (wire/sanity 4).
SANITY_DATASET = NameRule(
    noun="dataset",
    shortest=2,
    longest=64,
    pattern=re.compile(r"[a-z0-9][-_a-z0-9]*[a-z0-9]"),
    spelled="lower-case letters, digits, - and _; a letter or digit at both ends",
)

# Only the characters are documented; the length is a caution of ours (wire/datocms 6).
DATOCMS_ENVIRONMENT = NameRule(
    noun="environment",
    shortest=1,
    longest=63,
    pattern=re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
    spelled="lower-case letters and digits, in groups joined by single dashes",
)


def target_problem(rule: NameRule, name: str, taken: Collection[str]) -> str | None:
    """Why ``name`` cannot be the target, or None; ``taken`` are the names that exist."""
    if problem := rule.problem(name):
        return problem
    if name in taken:
        return f"{name} already exists"
    return None


def suggest(rule: NameRule, source: str, taken: Collection[str]) -> str:
    """A free name made from the source's: ``production-copy``, then ``production-copy-2`` and so on."""
    stem = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or rule.noun
    number = 1
    while True:
        tail = "-copy" if number == 1 else f"-copy-{number}"
        name = stem[: rule.longest - len(tail)].rstrip("-") + tail
        if name not in taken:
            return name
        number += 1
