"""How fast a job goes and when it may end, from the percentages seen so far."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_BEYOND_TELLING = 1e9  # seconds, some thirty years


@dataclass(slots=True)
class RateMeter:
    """A ring of (time, percent) samples; remembers ``window`` seconds for the rate, ``slots`` for the series."""

    window: float = 30.0
    slots: int = 240
    _samples: deque[tuple[datetime, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._samples = deque(maxlen=self.slots)

    def add(self, at: datetime, percent: float) -> None:
        """Notes a percentage; news that is older than the last sample, or lower, is dropped."""
        if self._samples and (at <= self._samples[-1][0] or percent < self._samples[-1][1]):
            return
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
        """The last ``points`` rates between samples, in percent a second; for a sparkline."""
        pairs = list(zip(self._samples, list(self._samples)[1:], strict=False))[-points:]
        return [(later[1] - sooner[1]) / max((later[0] - sooner[0]).total_seconds(), 1e-3) for sooner, later in pairs]
