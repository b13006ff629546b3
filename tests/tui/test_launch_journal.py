"""The launch form and the journal: a start waits for it, and none is made without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.engine.engine import Engine

from .conftest import Sit
from .fakes import FakeBackend, FakeJournal, StubSession


class HeldEngine:
    """Holds ``Session.engine`` back until it is opened."""

    def __init__(self, session: StubSession, monkeypatch: pytest.MonkeyPatch) -> None:
        self._gate = asyncio.Event()
        real = session.engine

        async def held(*, follow_all: bool) -> Engine:
            await self._gate.wait()
            return await real(follow_all=follow_all)

        monkeypatch.setattr(session, "engine", held)

    def open(self) -> None:
        self._gate.set()


async def test_start_waits_for_a_journal_that_is_still_being_opened(
    sit: Sit, stub: Callable[..., StubSession], backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = stub()
    gate = HeldEngine(session, monkeypatch)
    async with sit(session=session) as seat:
        await seat.sees("▌", "production")
        await seat.press("n")
        await seat.sees("From")
        await seat.type("feature")
        await seat.press("enter", "enter")
        await seat.sees("opening the journal, then starting…")
        assert backend.started == []
        gate.open()
        await seat.sees("● running", "production → feature")
    assert len(backend.started) == 1


async def test_without_a_journal_nothing_can_be_started(sit: Sit, journal: FakeJournal, backend: FakeBackend) -> None:
    journal.broken = JournalError("journal.sqlite3 is damaged", hint="Move it away.")
    async with sit() as seat:
        await seat.sees("✗ journal: journal.sqlite3 is damaged — Move it away")
        await seat.press("n")
        await seat.sees("✗ nothing can be started: journal.sqlite3 is damaged")
        await seat.type("feature")
        await seat.press("enter", "enter", "escape", "2")
        await seat.sees("the journal cannot be opened")
        await seat.sees("Move it away.")
        journal.broken = None
        await seat.press("1", "r")
        await seat.sees_no_more("journal.sqlite3 is damaged")
        await seat.press("2")
        await seat.sees("no jobs yet")
    assert backend.started == []
