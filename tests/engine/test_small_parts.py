"""Backoff, owners of leases, and the real clock."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.ports import Clock
from dsclone_tui.engine.backoff import Backoff
from dsclone_tui.engine.clock import SystemClock
from dsclone_tui.engine.owner import may_live, new_owner


@settings(deadline=None)
@given(st.floats(0.1, 5.0), st.floats(5.0, 60.0), st.integers(0, 2**32), st.integers(1, 100))
def test_waits_double_up_to_the_longest(first: float, longest: float, seed: int, failures: int) -> None:
    backoff = Backoff(first, longest, random.Random(seed))
    for number in range(failures):
        base = min(longest, first * 2.0**number)
        assert 0.66 * base <= backoff.next() <= base
    backoff.reset()
    assert backoff.failures == 0
    assert backoff.next() <= first


@pytest.mark.parametrize(("asked", "wait"), [(7.0, 7.0), (3600.0, 30.0), (None, 1.0), (0.0, 1.0), (-5.0, 1.0)])
def test_the_server_s_wish_is_obeyed_within_bounds(asked: float | None, wait: float) -> None:
    class Highest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    assert Backoff(1.0, 30.0, Highest()).next(asked) == wait


def test_we_live() -> None:
    assert may_live(new_owner())
    assert new_owner() != new_owner(), "two sessions of one process are two owners"


def test_a_process_that_is_gone_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def gone(pid: int, signal: int) -> None:
        asked.append((pid, signal))
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    assert not may_live(f"{socket.gethostname()}:4711:abcd")
    assert asked == [(4711, 0)]


@pytest.mark.parametrize("error", [PermissionError, OverflowError])
def test_in_doubt_a_process_lives(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def doubtful(pid: int, signal: int) -> None:
        raise error

    monkeypatch.setattr(os, "kill", doubtful)
    assert may_live(f"{socket.gethostname()}:4711:abcd")


def test_of_another_host_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "kill", lambda pid, signal: pytest.fail("asked our own system"))
    assert may_live(f"not-{socket.gethostname()}:1:abcd")


@settings(deadline=None)
@given(st.text() | st.text(alphabet=":0123456789²٣-", max_size=12).map(lambda rest: f"{socket.gethostname()}:{rest}"))
def test_a_strange_owner_is_no_accident(owner: str) -> None:
    assert may_live(owner) in (True, False)


async def test_the_real_clock() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before


def test_a_dead_process_that_nobody_collected_does_not_live() -> None:
    with subprocess.Popen([sys.executable, "-c", "print('up', flush=True); input()"], stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        owner = f"{socket.gethostname()}:{process.pid}:x"
        assert may_live(owner)
        process.kill()
        # waits for the death without collecting the dead
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert Path("/proc/self/stat").exists() != may_live(owner)
