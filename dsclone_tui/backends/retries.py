"""How long to wait before a read is repeated, and how long a server asks to be left alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ATTEMPTS = 4
RETRY_STATUSES = frozenset({429, 502, 503})  # the official clients' set for reads (wire/sanity 5)
_FIRST, _LONGEST = 0.2, 3.0
_LONGEST_ASKED = 30.0
_EPOCH = 1_000_000_000.0  # a larger number of "seconds" is a point in time


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds before repeat number ``attempt`` (from 0): 0.2 doubling to 3, between half and all of it by chance."""
    full = min(_LONGEST, _FIRST * 2.0**attempt)
    return full * (0.5 + 0.5 * chance())


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that a 429 or 503 asks for, at most 30; None where it does not say or says nonsense.

    Read from ``Retry-After`` (seconds or an HTTP date), ``X-RateLimit-Reset`` (wire/datocms 1.3) and
    ``RateLimit-Reset`` (wire/sanity 5). ``headers`` look up without regard to case.
    """
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        seconds = _seconds(headers.get(name, ""), now or datetime.now(UTC))
        if seconds is not None and seconds > 0:
            return min(seconds, _LONGEST_ASKED)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    text = value.strip()
    if not text or len(text) > 64:
        return None
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        number = float(text)
        return number - now.timestamp() if number > _EPOCH else number
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
