"""Field types for what servers send: a value of the wrong kind reads as absent, and never spoils its neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from dsclone_tui.domain.text import is_plain


class WireModel(BaseModel):
    """Unknown fields are ignored, missing ones are None; fields may be filled by name or by alias."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 256:
        value = str(value)
    return value if isinstance(value, str) and is_plain(value) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def parse_percent(value: object) -> float | None:
    """A percentage sent as a number or as text (wire/sanity 3, wire/datocms U5); None for anything else.

    Not clamped: what lies outside 0 to 100 is the domain's to bring back in.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value.strip().rstrip("%") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def parse_time(value: object) -> datetime | None:
    """An RFC 3339 time as aware UTC; None for empty strings and nonsense (wire/sanity 2.5). No zone means UTC."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_status(value: object) -> int | None:
    """An HTTP status inside a body, as a number or as text; None for anything else."""
    number = parse_percent(value)
    return int(number) if number is not None and 100 <= number <= 599 else None


Identifier = Annotated[str | None, BeforeValidator(_identifier)]
Text = Annotated[str | None, BeforeValidator(_text)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Percent = Annotated[float | None, BeforeValidator(parse_percent)]
When = Annotated[datetime | None, BeforeValidator(parse_time)]
Status = Annotated[int | None, BeforeValidator(parse_status)]

_Model = TypeVar("_Model", bound=WireModel)


def each(model: type[_Model], items: list[object]) -> Iterator[_Model]:
    """The objects of a list as models; what is no object is passed over."""
    for item in items:
        if isinstance(item, dict):
            yield model.model_validate(item)
