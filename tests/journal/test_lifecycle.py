"""The journal's thread: nothing heavy before it runs, nothing lost when it ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter
from dsclone_tui.journal import journal as facade
from dsclone_tui.journal.journal import SqlJournal

MakeJob = Callable[..., JobRecord]
OpenJournal = Callable[..., Awaitable[SqlJournal]]

OPEN_IN_FRESH_INTERPRETER = """
import asyncio, sys, threading
from pathlib import Path
from dsclone_tui.journal.journal import SqlJournal

heavy = {"sqlmodel", "sqlalchemy", "sqlite3"}
assert not heavy & set(sys.modules), "loaded too early"

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "sqlmodel":
            print(threading.current_thread().name)

sys.meta_path.insert(0, Watch())

async def main():
    journal = await SqlJournal.open(Path(sys.argv[1]))
    await journal.aclose()

asyncio.run(main())
"""


@pytest.fixture
def hold(journal: SqlJournal) -> Callable[[], threading.Event]:
    """Keeps the journal's thread busy until the returned event is set."""

    def busy() -> threading.Event:
        go_on = threading.Event()
        journal._thread.submit(go_on.wait, 30)
        return go_on

    return busy


def test_the_slow_import_happens_in_the_journals_thread(journal_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN_IN_FRESH_INTERPRETER, str(journal_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith("journal")


async def test_closing_waits_for_writes_and_may_be_repeated(
    journal: SqlJournal,
    open_journal: OpenJournal,
    make_job: MakeJob,
    intent: JobEvent,
    hold: Callable[[], threading.Event],
) -> None:
    await journal.add(make_job(1), intent)
    go_on = hold()
    writes = [
        asyncio.ensure_future(journal.save(JobChange(make_job(1, progress=9.0)))),
        asyncio.ensure_future(journal.add(make_job(2), intent)),
    ]
    await asyncio.sleep(0)
    closing = [asyncio.ensure_future(journal.aclose()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in [*writes, *closing])
    go_on.set()
    await asyncio.gather(*closing)
    assert all(task.done() for task in writes)
    await journal.aclose()
    again = await open_journal()
    assert await again.jobs(JobFilter()) == [make_job(2), make_job(1, progress=9.0)]


async def test_a_closed_journal_says_so(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    await journal.aclose()
    with pytest.raises(JournalError, match="is closed") as trouble:
        await journal.jobs(JobFilter())
    assert trouble.value.info.code == "journal_closed"
    with pytest.raises(JournalError, match="is closed"):
        await journal.save(JobChange(make_job()))
    with pytest.raises(JournalError, match="is closed"):
        await journal.add(make_job(), intent)


async def test_a_write_that_was_asked_for_is_done_even_if_nobody_waits(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, hold: Callable[[], threading.Event]
) -> None:
    await journal.add(make_job(), intent)
    go_on = hold()
    save = asyncio.ensure_future(journal.save(JobChange(make_job(progress=9.0))))
    await asyncio.sleep(0)
    save.cancel()
    with pytest.raises(asyncio.CancelledError):
        await save
    go_on.set()
    assert await journal.get("job-0001") == make_job(progress=9.0)


async def test_trouble_is_told_to_every_save_that_shares_the_commit(
    journal: SqlJournal,
    make_job: MakeJob,
    intent: JobEvent,
    journal_path: Path,
    hold: Callable[[], threading.Event],
) -> None:
    for number in range(3):
        await journal.add(make_job(number), intent)
    go_on = hold()
    saves = [asyncio.ensure_future(journal.save(JobChange(make_job(number)))) for number in range(3)]
    await asyncio.sleep(0)
    journal_path.unlink()
    go_on.set()
    troubles = await asyncio.gather(*saves, return_exceptions=True)
    assert [trouble.info.code for trouble in troubles if isinstance(trouble, JournalError)] == ["journal_vanished"] * 3


async def test_saves_of_one_job_keep_their_order(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, hold: Callable[[], threading.Event]
) -> None:
    await journal.add(make_job(), intent)
    go_on = hold()
    saves = [asyncio.ensure_future(journal.save(JobChange(make_job(progress=float(n))))) for n in range(5)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*saves)
    assert await journal.get("job-0001") == make_job(progress=4.0)
    assert await journal.revision() == 2, "all in one commit"


async def test_an_opening_that_nobody_waits_for_is_closed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go_on, closed = threading.Event(), Future[str]()

    class Slow:
        def close(self) -> None:
            closed.set_result(threading.current_thread().name)

    def open_slowly(_path: Path) -> Slow:
        go_on.wait(30)
        return Slow()

    monkeypatch.setattr(facade, "_open_store", open_slowly)
    opening = asyncio.ensure_future(SqlJournal.open(tmp_path / "journal.sqlite3"))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    go_on.set()
    assert (await asyncio.wrap_future(closed)).startswith("journal")
