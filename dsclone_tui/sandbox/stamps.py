"""Moments as the vendors write them: RFC 3339, UTC, `Z`."""

from datetime import UTC, datetime


def now() -> str:
    """The present moment with microseconds, as Sanity's job status writes it (wire/sanity 2.6)."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """An aware UTC `moment` with six decimals, so that stamps sort as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def millis(text: str) -> str:
    """A stored stamp cut to milliseconds, as DatoCMS writes it (wire/datocms 2.1)."""
    return text[:23] + "Z"


def seconds(text: str) -> str:
    """A stored stamp cut to whole seconds, as Sanity documents carry it (wire/sanity 7)."""
    return text[:19] + "Z"
