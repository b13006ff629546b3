"""Jobs to write, and journals in a folder of their own that are closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobEvent, JobRecord, new_job
from dsclone_tui.journal.journal import SqlJournal
from dsclone_tui.journal.store import Store

START = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)

MakeJob = Callable[..., JobRecord]
OpenJournal = Callable[..., Awaitable[SqlJournal]]
OpenStore = Callable[..., Store]


@pytest.fixture
def at() -> datetime:
    """The time at which everything begins."""
    return START


@pytest.fixture
def intent(at: datetime) -> JobEvent:
    return JobEvent(at, EventKind.INTENT)


@pytest.fixture
def make_job() -> MakeJob:
    """``make_job(number, **changes)``: an open job to ``copy-NUMBER``, created NUMBER seconds after the start."""

    def make(number: int = 1, **changes: Any) -> JobRecord:
        options = {"skip_history": True}
        request = CloneRequest("acme", CloneKind.COPY, "zp7mbokg", "production", f"copy-{number}", options)
        job = new_job(request, f"job-{number:04}", START + timedelta(seconds=number))
        return replace(job, **changes)

    return make


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite3"


@pytest.fixture
async def open_journal(journal_path: Path) -> AsyncIterator[OpenJournal]:
    """Opens the journal at ``journal_path``, or at another path, as often as one likes."""
    opened: list[SqlJournal] = []

    async def open_(path: Path = journal_path) -> SqlJournal:
        opened.append(await SqlJournal.open(path))
        return opened[-1]

    yield open_
    for journal in opened:
        await journal.aclose()


@pytest.fixture
async def journal(open_journal: OpenJournal) -> SqlJournal:
    return await open_journal()


@pytest.fixture
def open_store(journal_path: Path) -> Iterator[OpenStore]:
    """The same for the store underneath, with a ladder of one's own if need be."""
    opened: list[Store] = []

    def open_(path: Path = journal_path, **more: Any) -> Store:
        opened.append(Store(path, **more))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()
