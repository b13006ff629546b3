"""How fast a job goes and when it may end, from the percentages seen so far."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

_BEYOND_TELLING = 1e9  # seconds, some thirty years


@dataclass(slots=True)
class RateMeter:
    """A ring of (time, percent) samples, ``slots`` of them and at least ``grain`` seconds apart but for the newest.

    The rate is taken over the last ``window`` seconds.
    """

    window: float = 30.0
    slots: int = 240
    grain: float = 1.0
    _samples: deque[tuple[datetime, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._samples = deque(maxlen=self.slots)

    def add(self, at: datetime, percent: float) -> None:
        """Notes a percentage; news that is older than the last sample, or lower, is dropped."""
        if self._samples and (at <= self._samples[-1][0] or percent < self._samples[-1][1]):
            return
        if len(self._samples) > 1 and (at - self._samples[-2][0]).total_seconds() < self.grain:
            self._samples.pop()
        self._samples.append((at, percent))

    @property
    def last(self) -> tuple[datetime, float] | None:
        return self._samples[-1] if self._samples else None

    def per_second(self) -> float | None:
        """Percent a second over the window that ends with the newest sample; None before two samples."""
        if len(self._samples) < 2:
            return None
        end, percent = self._samples[-1]
        begin, first = self._samples[0]
        for at, value in reversed(self._samples):
            begin, first = at, value
            if (end - at).total_seconds() >= self.window:
                break
        seconds = (end - begin).total_seconds()
        return (percent - first) / seconds if seconds > 0 else None

    def remaining(self, now: datetime) -> timedelta | None:
        """Time to 100 percent at the present rate, counted from ``now``; None while it cannot be told."""
        rate = self.per_second()
        if not rate or not self._samples:
            return None
        at, percent = self._samples[-1]
        left = (100.0 - percent) / rate - (now - at).total_seconds()
        return timedelta(seconds=max(0.0, left)) if left < _BEYOND_TELLING else None

    def series(self, points: int) -> list[float]:
        """Rates in percent a second over at most ``points`` slices of equal length; for a sparkline.

        Equal slices, because news come in bursts: two samples a moment apart would look like a leap.
        """
        if len(self._samples) < 2 or points < 1:
            return []
        begin, end = self._samples[0][0], self._samples[-1][0]
        span = (end - begin).total_seconds()
        slices = max(1, min(points, int(span / self.grain)))
        levels = [self._at(begin + timedelta(seconds=span * number / slices)) for number in range(slices + 1)]
        return [(later - sooner) * slices / span for sooner, later in pairwise(levels)]

    def _at(self, at: datetime) -> float:
        """The percentage at a time within the samples, on the straight line between its neighbours."""
        place = bisect_left(self._samples, at, key=lambda sample: sample[0])
        if place == 0:
            return self._samples[0][1]
        later, percent = self._samples[min(place, len(self._samples) - 1)]
        sooner, before = self._samples[min(place, len(self._samples) - 1) - 1]
        share = (at - sooner) / (later - sooner)
        return before + (percent - before) * min(1.0, share)
