"""Durations and times as people write and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dsclone_tui.domain.errors import UsageError

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> timedelta:
    """``90``, ``90s``, ``5m``, ``2h`` or ``1d``; raises UsageError on anything else."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise UsageError(f"{text!r} is not a duration", code="bad_duration", hint="write 90, 90s, 5m, 2h or 1d")
    seconds = float(match[1]) * _SECONDS[(match[2] or "s").lower()]
    try:
        return timedelta(seconds=seconds)
    except OverflowError as error:
        raise UsageError(f"{text!r} is too long a duration", code="bad_duration") from error


def parse_since(text: str, now: datetime) -> datetime:
    """A duration before ``now``, or an RFC 3339 time; a time without a zone is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            return now - parse_duration(text)
        except OverflowError as error:
            raise UsageError(f"{text!r} lies before all time", code="bad_duration") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def spoken(duration: timedelta | None) -> str:
    """``12m 20s``, ``4s``, ``2h 05m``, ``3d 4h``: two units at most, fit for a narrow column; – for None."""
    if duration is None:
        return "–"
    total = max(0, int(duration.total_seconds()))
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes:02}m"
    if minutes:
        return f"{minutes}m {seconds:02}s"
    return f"{seconds}s"
