"""Trouble while the journal is in use: what was written stays, and the user is told what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter
from dsclone_tui.journal.faults import from_database
from dsclone_tui.journal.journal import SqlJournal
from dsclone_tui.journal.store import Store

MakeJob = Callable[..., JobRecord]
OpenStore = Callable[..., Store]


def test_a_full_disk_loses_nothing_that_was_written(
    open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    store = open_store()
    store.add(make_job(0), intent, None)
    with store._database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")

    def add_until_full() -> None:
        for number in range(1, 1000):
            store.add(make_job(number), intent, None)
            written.append(number)

    written = [0]
    with pytest.raises(JournalError, match="the disk is full") as trouble:
        add_until_full()
    assert trouble.value.info.code == "journal_full"
    assert str(journal_path) in trouble.value.message
    assert len(written) > 1
    assert store.jobs(JobFilter()) == [make_job(number) for number in reversed(written)]
    assert store.revision() == len(written)
    with store._database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    store.add(make_job(5000), intent, None)
    assert store.integrity() == []


def test_a_locked_file(open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path) -> None:
    store = open_store()
    with store._database.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(journal_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="locked") as trouble:
            store.add(make_job(), intent, None)
        assert trouble.value.info.code == "journal_locked"
        assert store.jobs(JobFilter()) == [], "reading goes on"
        other.execute("COMMIT")
    store.add(make_job(), intent, None)


async def test_a_file_that_vanished(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    await journal.add(make_job(), intent)
    journal_path.unlink()
    with pytest.raises(JournalError, match="removed or replaced"):
        await journal.save(JobChange(make_job()))
    journal_path.touch()
    with pytest.raises(JournalError, match="removed or replaced") as trouble:
        await journal.add(make_job(2), intent)
    assert trouble.value.info.code == "journal_vanished"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (sqlite3.SQLITE_FULL, "journal_full"),
        (sqlite3.SQLITE_IOERR_WRITE, "journal_io"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "journal_unwritable"),
        (sqlite3.SQLITE_CANTOPEN, "journal_unwritable"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "journal_damaged"),
        (sqlite3.SQLITE_NOTADB, "journal_foreign"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "journal_locked"),
        (sqlite3.SQLITE_PROTOCOL, "journal_locked"),
    ],
)
def test_every_trouble_names_the_path_and_says_what_to_do(result: int, code: str) -> None:
    error = sqlite3.OperationalError("so says the database")
    error.sqlite_errorcode = result
    explained = from_database(Path("here/journal.sqlite3"), error)
    assert explained is not None
    assert explained.info.code == code
    assert "here/journal.sqlite3" in explained.message
    assert "so says the database" in explained.message
    assert explained.info.hint


def test_a_bug_of_ours_is_not_explained_away() -> None:
    error = sqlite3.OperationalError('near "SELCT": syntax error')
    error.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert from_database(Path("journal.sqlite3"), error) is None
    assert from_database(Path("journal.sqlite3"), sqlite3.ProgrammingError("used in another thread")) is None
