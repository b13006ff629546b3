"""Waiting longer after each failure, with jitter so that many watchers do not knock together."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Seconds to wait: ``first`` doubled after each failure up to ``longest``, then spread by up to a third."""

    first: float = 1.0
    longest: float = 30.0
    chance: random.Random = field(default_factory=random.SystemRandom)
    _failures: int = 0

    def reset(self) -> None:
        self._failures = 0

    @property
    def failures(self) -> int:
        return self._failures

    def next(self, at_least: float | None = None) -> float:
        """The wait after one more failure; ``at_least`` is what the server asked for, obeyed up to ``longest``."""
        base = min(self.longest, self.first * 2.0**self._failures)
        self._failures = min(self._failures + 1, 32)
        wait = base * self.chance.uniform(0.67, 1.0)
        return min(self.longest, max(wait, at_least or 0.0))
