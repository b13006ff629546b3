"""Request limits: at most so many requests per window for one account, whichever client sends them."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` requests in any ``window`` seconds."""

    count: int
    window: float


class RateLimiter:
    """Hands out the times at which requests may leave, in the order of asking.

    ``reserve`` is plain arithmetic without locks or tasks, so one limiter serves every event loop of the process.
    A slot that was reserved and not used (a cancelled request) stays spent: that errs on the vendor's side.
    """

    def __init__(self, rate: Rate, clock: Clock = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._granted: deque[float] = deque(maxlen=rate.count)

    def reserve(self) -> float:
        """Takes the next free slot; the seconds to wait until it, 0.0 where the request may leave at once."""
        now = self._clock()
        at = now
        if len(self._granted) == self.rate.count:
            at = max(now, self._granted[0] + self.rate.window)
        self._granted.append(at)
        return at - now


_SHARED: dict[tuple[str, bytes], RateLimiter] = {}


def shared_limiter(origin: str, token: str, rate: Rate) -> RateLimiter:
    """The limiter of one account in this process; the vendors count per token (wire/datocms 1.1, 5.3).

    The token itself is not kept, only a digest of it.
    """
    key = (origin, hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=16).digest())
    limiter = _SHARED.get(key)
    if limiter is None:
        limiter = _SHARED[key] = RateLimiter(rate)
    return limiter
