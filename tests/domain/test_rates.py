"""How fast, and when it will be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.rates import RateMeter

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
steady = settings(deadline=None)
samples = st.lists(st.tuples(st.integers(0, 100_000), st.floats(0, 100)), max_size=40)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


@steady
@given(st.floats(0.01, 5.0), st.integers(2, 60), st.integers(1, 10))
def test_on_a_straight_line_the_end_is_foretold_exactly(rate: float, count: int, step: int) -> None:
    meter = RateMeter()
    reached = [(after(i * step), i * step * rate) for i in range(count) if i * step * rate <= 100]
    for at, percent in reached:
        meter.add(at, percent)
    if len(reached) < 2:
        assert meter.remaining(AT) is None
        return
    foretold = meter.remaining(reached[-1][0])
    assert foretold is not None
    assert reached[-1][0] + foretold - AT == pytest.approx(timedelta(seconds=100 / rate), abs=timedelta(milliseconds=1))
    assert meter.per_second() == pytest.approx(rate)


@steady
@given(samples, st.integers(0, 1000), st.integers(0, 1000))
def test_the_remaining_time_shrinks_as_time_passes(points: list[tuple[int, float]], wait: int, longer: int) -> None:
    meter = RateMeter()
    for seconds, percent in points:
        meter.add(after(seconds), percent)
    now = after(100_000 + wait)
    sooner, later = meter.remaining(now), meter.remaining(now + timedelta(seconds=longer))
    assert sooner is None or later is not None
    if sooner is not None and later is not None:
        assert timedelta() <= later <= sooner


@steady
@given(samples)
def test_rates_are_never_negative(points: list[tuple[int, float]]) -> None:
    meter = RateMeter()
    for seconds, percent in points:
        meter.add(after(seconds), percent)
    rate = meter.per_second()
    assert rate is None or rate >= 0.0
    assert all(value >= 0.0 for value in meter.series(20))
    assert len(meter.series(20)) <= 20


def test_older_and_lower_news_is_dropped() -> None:
    meter = RateMeter()
    meter.add(after(0), 10.0)
    meter.add(after(10), 20.0)
    meter.add(after(5), 50.0)
    meter.add(after(10), 60.0)
    meter.add(after(20), 15.0)
    assert meter.last == (after(10), 20.0)


def test_nothing_is_foretold_from_one_sample_or_from_standstill() -> None:
    meter = RateMeter()
    assert (meter.last, meter.per_second(), meter.remaining(AT), meter.series(5)) == (None, None, None, [])
    meter.add(after(0), 10.0)
    assert meter.remaining(AT) is None
    meter.add(after(10), 10.0)
    assert meter.per_second() == 0.0
    assert meter.remaining(AT) is None


def test_a_crawl_beyond_telling_is_not_told() -> None:
    meter = RateMeter()
    meter.add(after(0), 0.0)
    meter.add(after(30), 1e-13)
    assert meter.remaining(after(30)) is None


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    meter = RateMeter(window=30.0)
    for second in range(100):
        meter.add(after(second), second * 0.1)
    for second in range(100, 131):
        meter.add(after(second), 10.0 + (second - 100) * 1.0)
    assert meter.per_second() == pytest.approx(1.0)


def test_the_end_is_not_foretold_in_the_past() -> None:
    meter = RateMeter()
    meter.add(after(0), 0.0)
    meter.add(after(10), 50.0)
    assert meter.remaining(after(15)) == timedelta(seconds=5)
    assert meter.remaining(after(1000)) == timedelta()


def test_only_so_many_samples_are_kept() -> None:
    meter = RateMeter(slots=10)
    for second in range(100):
        meter.add(after(second), second)
    assert len(meter.series(1000)) == 9


def test_a_burst_does_not_look_like_a_leap() -> None:
    meter = RateMeter()
    for second in range(20):
        meter.add(after(second), second)
        meter.add(after(second + 0.01), second + 0.3)
    series = meter.series(10)
    assert len(series) == 10
    assert series == pytest.approx([1.0] * 10, rel=0.2)


def test_the_series_covers_the_whole_way() -> None:
    meter = RateMeter()
    for second in range(0, 200, 2):
        meter.add(after(second), second / 2)
    series = meter.series(30)
    assert sum(series) / len(series) * 198 == pytest.approx(99.0)
