"""The ladder of schema versions: each step keeps a copy, changes all or nothing, and never goes down."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.domain.jobs import JobEvent, JobRecord
from dsclone_tui.journal.schema import LADDER, Step
from dsclone_tui.journal.store import Store

MakeJob = Callable[..., JobRecord]
OpenStore = Callable[..., Store]

SECOND = Step(2, ["ALTER TABLE job ADD COLUMN colour VARCHAR", "UPDATE job SET colour = 'blue'"])
THIRD = Step(3, ["CREATE INDEX ix_job_colour ON job (colour)"])


def query(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def version(path: Path) -> int:
    return int(query(path, "SELECT value FROM meta WHERE key = 'schema_version'")[0][0])


def backups(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if file.suffix == ".bak")


@pytest.fixture
def old_file(open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path) -> Path:
    """A journal of version 1 with one job in it."""
    store = open_store()
    store.add(make_job(), intent, None)
    store.close()
    return journal_path


def test_the_numbers_of_the_ladder() -> None:
    assert [step.version for step in LADDER] == list(range(1, len(LADDER) + 1))


def test_the_ladder_leads_to_the_tables(open_store: OpenStore, journal_path: Path, tmp_path: Path) -> None:
    open_store()
    fresh = tmp_path / "fresh.sqlite3"
    engine = create_engine(f"sqlite:///{fresh}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()

    def shape(path: Path) -> dict[str, Any]:
        tables = [name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        indexes = query(path, "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {
            "columns": {name: query(path, f"PRAGMA table_info({name})") for name in sorted(tables)},
            "references": {name: query(path, f"PRAGMA foreign_key_list({name})") for name in sorted(tables)},
            "indexes": sorted(indexes),
        }

    assert shape(journal_path) == shape(fresh)


def test_a_fresh_file_climbs_without_copies(open_store: OpenStore, journal_path: Path) -> None:
    open_store(ladder=(*LADDER, SECOND, THIRD))
    assert version(journal_path) == 3
    assert backups(journal_path) == []


def test_an_older_file_climbs_with_a_copy_before_each_step(
    open_store: OpenStore, old_file: Path, make_job: MakeJob
) -> None:
    store = open_store(ladder=(*LADDER, SECOND, THIRD))
    assert store.get("job-0001") == make_job()
    assert version(old_file) == 3
    assert query(old_file, "SELECT colour FROM job") == [("blue",)]
    assert backups(old_file) == ["journal.sqlite3.v1.bak", "journal.sqlite3.v2.bak"]
    for number in (1, 2):
        copy = old_file.with_name(f"journal.sqlite3.v{number}.bak")
        assert version(copy) == number
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = open_store(old_file.with_name("journal.sqlite3.v1.bak"))
    assert restored.get("job-0001") == make_job()


def test_an_earlier_copy_is_kept(open_store: OpenStore, old_file: Path) -> None:
    old_file.with_name("journal.sqlite3.v1.bak").write_text("precious")
    open_store(ladder=(*LADDER, SECOND))
    assert backups(old_file) == ["journal.sqlite3.v1-2.bak", "journal.sqlite3.v1.bak"]
    assert old_file.with_name("journal.sqlite3.v1.bak").read_text() == "precious"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE nothing SET a = 1", "GARBAGE", "INSERT INTO meta SELECT * FROM meta"],
    ids=["no such table", "no SQL", "constraint"],
)
def test_a_step_that_fails_changes_nothing(
    open_store: OpenStore, old_file: Path, make_job: MakeJob, statement: str
) -> None:
    broken = Step(2, [*SECOND.statements, statement])
    with pytest.raises(JournalError, match="to schema version 2 failed") as trouble:
        open_store(ladder=(*LADDER, broken))
    assert trouble.value.info.code == "journal_stuck"
    assert str(old_file) in trouble.value.message
    assert version(old_file) == 1
    assert "colour" not in [row[1] for row in query(old_file, "PRAGMA table_info(job)")]
    assert open_store().get("job-0001") == make_job()


def test_two_programs_climb_at_the_same_time(old_file: Path) -> None:
    together = Barrier(2)

    def climb() -> int:
        together.wait(timeout=30)
        with closing(Store(old_file, ladder=(*LADDER, SECOND))) as store:
            return store.revision()

    with ThreadPoolExecutor(2) as threads:
        assert [future.result() for future in [threads.submit(climb), threads.submit(climb)]] == [1, 1]
    assert version(old_file) == 2
    assert backups(old_file) == ["journal.sqlite3.v1.bak"]


def test_a_newer_file_is_refused_and_left_alone(open_store: OpenStore, old_file: Path) -> None:
    open_store(ladder=(*LADDER, SECOND)).close()
    before = old_file.read_bytes()
    with pytest.raises(JournalError, match="schema version 2, this one knows 1") as trouble:
        open_store()
    assert trouble.value.info.code == "journal_newer"
    assert str(old_file) in trouble.value.message
    assert trouble.value.info.hint
    assert old_file.read_bytes() == before


def test_nothing_is_written_after_another_program_moved_the_schema_on(
    open_store: OpenStore, old_file: Path, make_job: MakeJob, intent: JobEvent
) -> None:
    old = open_store()
    new = open_store(ladder=(*LADDER, SECOND))
    with pytest.raises(JournalError, match="newer dsclone"):
        old.add(make_job(2), intent, None)
    assert new.get("job-0002") is None


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE notes (text)"],
        ["CREATE TABLE meta (name, number)"],
        ["CREATE TABLE meta (key, value)"],
        ["CREATE TABLE meta (key, value)", "INSERT INTO meta VALUES ('schema_version', 'one')"],
        ["CREATE TABLE meta (key, value)", "INSERT INTO meta VALUES ('schema_version', 0)"],
    ],
)
def test_the_database_of_another_program_is_refused_and_left_alone(
    open_store: OpenStore, tmp_path: Path, statements: list[str]
) -> None:
    path = tmp_path / "foreign.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        for statement in statements:
            other.execute(statement)
        other.commit()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="not a journal of dsclone") as trouble:
        open_store(path)
    assert trouble.value.info.code == "journal_foreign"
    assert path.read_bytes() == before
