"""Request limits and waits between repeats, on a clock of our own."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsclone_tui.backends.limits import Rate, RateLimiter, shared_limiter
from dsclone_tui.backends.retries import asked_wait, backoff


def test_so_many_leave_at_once_and_the_next_waits_for_the_window() -> None:
    now = [100.0]
    limiter = RateLimiter(Rate(3, 2.0), clock=lambda: now[0])
    assert [limiter.reserve() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [limiter.reserve() for _ in range(4)] == [2.0, 2.0, 2.0, 4.0]
    now[0] = 110.0
    assert limiter.reserve() == 0.0


@given(
    st.integers(1, 8),
    st.floats(0.1, 10),
    st.lists(st.floats(0, 5), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_rate(count: int, window: float, pauses: list[float]) -> None:
    now = [0.0]
    limiter = RateLimiter(Rate(count, window), clock=lambda: now[0])
    leaving = []
    for pause in pauses:
        now[0] += pause
        leaving.append(now[0] + limiter.reserve())
    assert leaving == sorted(leaving), "first come, first served"
    for first, beyond in zip(leaving, leaving[count:], strict=False):
        assert beyond - first >= window - 1e-6


def test_an_account_has_one_limiter_in_the_process() -> None:
    rate = Rate(5, 1.0)
    one = shared_limiter("https://limits.example", "token-a", rate)
    assert shared_limiter("https://limits.example", "token-a", rate) is one
    assert shared_limiter("https://limits.example", "token-b", rate) is not one
    assert shared_limiter("https://other.example", "token-a", rate) is not one


def test_backoff_doubles_to_three_seconds_with_chance() -> None:
    assert [backoff(n, lambda: 1.0) for n in range(6)] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.0, 3.0])
    assert backoff(0, lambda: 0.0) == pytest.approx(0.1)


NOW = datetime(2026, 8, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "9999"}, 30.0),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "Sat, 01 Aug 2026 12:00:20 GMT"}, 20.0),
        ({"Retry-After": "Sat, 01 Aug 2026 11:59:00 GMT"}, None),
        ({"X-RateLimit-Reset": "4"}, 4.0),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 5)}, 5.0),
        ({"Retry-After": "x", "X-RateLimit-Reset": "2"}, 2.0),
        ({"RateLimit-Reset": "3"}, 3.0),
    ],
)
def test_the_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(httpx.Headers(headers), NOW) == seconds
