"""Durations and times as typed, and as spoken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.durations import parse_duration, parse_since, spoken
from dsclone_tui.domain.errors import UsageError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
steady = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400), ("1.5h", 5400), (" 3 M ", 180), ("0", 0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "s", "-5s", "5 minutes", "1h30m", "1e5", "inf", "nan", "5mm", "0x5", ".5", "5.s"])
def test_no_durations(text: str) -> None:
    with pytest.raises(UsageError, match="not a duration") as caught:
        parse_duration(text)
    assert caught.value.info.code == "bad_duration"


@pytest.mark.parametrize("text", ["9" * 15 + "d", "9" * 400])
def test_a_duration_without_measure(text: str) -> None:
    with pytest.raises(UsageError, match="too long"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2h", datetime(2026, 11, 22, 10, 0, tzinfo=UTC)),
        ("2026-11-20T08:00:00Z", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("2026-11-20T08:00:00+02:00", datetime(2026, 11, 20, 6, 0, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_since(text: str, at: datetime) -> None:
    assert parse_since(text, NOW) == at


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "999999999d"])
def test_no_since(text: str) -> None:
    with pytest.raises(UsageError):
        parse_since(text, NOW)


@steady
@given(st.text() | st.from_regex(r"\A\d{1,30}[smhd]?\Z"))
def test_whatever_is_typed_is_a_time_or_a_usage_error(text: str) -> None:
    try:
        at = parse_since(text, NOW)
    except UsageError:
        return
    assert at.tzinfo is not None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (-5, "0s"),
        (4.9, "4s"),
        (59, "59s"),
        (60, "1m 00s"),
        (740, "12m 20s"),
        (3599, "59m 59s"),
        (7500, "2h 05m"),
        (86399, "23h 59m"),
        (273600, "3d 4h"),
    ],
)
def test_spoken(seconds: float, text: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == text


def test_no_duration_is_a_dash() -> None:
    assert spoken(None) == "–"


@steady
@given(st.timedeltas())
def test_spoken_fits_a_narrow_column(duration: timedelta) -> None:
    assert len(spoken(duration)) <= len("999999999d 23h")
    assert len(spoken(duration).split()) <= 2
