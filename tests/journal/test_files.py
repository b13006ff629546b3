"""The file on the disk: private, and never silently empty when something is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.domain.jobs import JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter
from dsclone_tui.journal.journal import SqlJournal
from dsclone_tui.journal.store import Store

MakeJob = Callable[..., JobRecord]
OpenJournal = Callable[..., Awaitable[SqlJournal]]
OpenStore = Callable[..., Store]
NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that may be read but not written, seen as an ordinary user even where root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    Store(folder / "old.sqlite3").close()
    (folder / "old.sqlite3").chmod(0o444)
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    yield folder
    if was_root:
        os.seteuid(0)
    folder.chmod(0o700)
    (folder / "old.sqlite3").unlink()
    folder.rmdir()


@pytest.mark.usefixtures("umask")
async def test_everything_is_private_whatever_the_umask(
    tmp_path: Path, open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent
) -> None:
    path = tmp_path / "one" / "two" / "journal.sqlite3"
    journal = await open_journal(path)
    await journal.add(make_job(), intent)
    assert {file.name: mode(file) for file in path.parent.iterdir()} == {
        "journal.sqlite3": 0o600,
        "journal.sqlite3-wal": 0o600,
        "journal.sqlite3-shm": 0o600,
    }
    assert mode(tmp_path / "one") == mode(tmp_path / "one" / "two") == 0o700


async def test_folders_that_exist_keep_their_mode(tmp_path: Path, open_journal: OpenJournal) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    await open_journal(folder / "journal.sqlite3")
    assert mode(folder) == 0o755


async def test_a_link_leads_to_the_file(tmp_path: Path, open_journal: OpenJournal) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    await (await open_journal(tmp_path / "link")).aclose()
    assert mode(tmp_path / "target") == 0o600
    await open_journal(tmp_path / "link")


def test_settings_of_the_connection(open_store: OpenStore, journal_path: Path) -> None:
    store = open_store()
    with store._database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    full = 2
    assert found == {"journal_mode": "wal", "synchronous": full, "busy_timeout": 5000, "foreign_keys": 1}


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"cannot be written: Is a directory") as trouble:
        await SqlJournal.open(tmp_path)
    assert str(tmp_path) in trouble.value.message
    assert trouble.value.info.hint


async def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="Not a directory"):
        await SqlJournal.open(tmp_path / "file" / "journal.sqlite3")


async def test_a_pipe_in_place_of_the_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(JournalError, match="not a regular file"):
        await SqlJournal.open(tmp_path / "pipe")


async def test_a_path_that_is_none() -> None:
    with pytest.raises(JournalError, match="cannot be written"):
        await SqlJournal.open(Path("nul\0l"))


async def test_a_folder_that_may_not_be_written(locked_folder: Path) -> None:
    for path in (locked_folder / "new.sqlite3", locked_folder / "deeper" / "new.sqlite3"):
        with pytest.raises(JournalError, match="cannot be written: Permission denied") as trouble:
            await SqlJournal.open(path)
        assert str(path) in trouble.value.message
        assert "--journal" in str(trouble.value.info.hint)


async def test_a_file_that_may_not_be_written(locked_folder: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written: Permission denied") as trouble:
        await SqlJournal.open(locked_folder / "old.sqlite3")
    assert trouble.value.info.code == "journal_unwritable"


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_text("these are my notes\n" * 400)
    with pytest.raises(JournalError, match="not a journal of dsclone") as trouble:
        await SqlJournal.open(path)
    assert trouble.value.info.code == "journal_foreign"
    assert str(path) in trouble.value.message
    assert path.read_text().startswith("these are my notes"), "left alone"


async def test_a_damaged_file(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    journal = await open_journal()
    await journal.add(make_job(), intent)
    await journal.aclose()
    content = bytearray(journal_path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    journal_path.write_bytes(content)
    with pytest.raises(JournalError, match="damaged") as trouble:
        await SqlJournal.open(journal_path)
    assert trouble.value.info.code == "journal_damaged"
    assert "-wal" in str(trouble.value.info.hint)


async def test_damage_that_shows_only_later(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    journal = await open_journal()
    await journal.add(make_job(), intent)
    await journal.aclose()
    with closing(sqlite3.connect(journal_path)) as other:
        root = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'job'").fetchone()[0]
    content = bytearray(journal_path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\x5a" * 4096
    journal_path.write_bytes(content)
    journal = await open_journal()
    with pytest.raises(JournalError, match="damaged"):
        await journal.jobs(JobFilter())
    with pytest.raises(JournalError, match="damaged"):
        await journal.integrity()


async def test_damage_that_only_the_check_finds(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    journal = await open_journal()
    await journal.add(make_job(), intent)
    await journal.aclose()
    content = bytearray(journal_path.read_bytes())
    content[36:40] = (7).to_bytes(4, "big")  # pages on the freelist
    journal_path.write_bytes(content)
    journal = await open_journal()
    assert await journal.jobs(JobFilter()) == [make_job()]
    assert any("7" in line for line in await journal.integrity())


async def test_a_table_that_is_gone(open_journal: OpenJournal, make_job: MakeJob, journal_path: Path) -> None:
    journal = await open_journal()
    with closing(sqlite3.connect(journal_path)) as other:
        other.execute("DROP TABLE event")
    with pytest.raises(JournalError, match="damaged: no such table"):
        await journal.events("job-0001")


async def test_a_revision_that_is_gone(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    journal = await open_journal()
    with closing(sqlite3.connect(journal_path)) as other:
        other.execute("DELETE FROM meta WHERE key = 'revision'")
        other.commit()
    with pytest.raises(JournalError, match="revision counter is gone"):
        await journal.add(make_job(), intent)


async def test_an_emptied_file_beside_a_log_is_damage(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").touch()
    (tmp_path / "journal.sqlite3-wal").write_bytes(b"x" * 100)
    with pytest.raises(JournalError, match=r"it is empty, but journal\.sqlite3-wal is not"):
        await SqlJournal.open(tmp_path / "journal.sqlite3")
