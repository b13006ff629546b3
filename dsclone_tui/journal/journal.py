"""``SqlJournal``: the engine's journal, kept by one thread of its own.

Importing this module loads no SQLModel: half a second of import belongs into the journal's thread, not before the
first paint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter, Lease

if TYPE_CHECKING:
    from dsclone_tui.journal.store import Store

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class _Save:
    """A save on its way through the journal's thread, and how it ended."""

    change: JobChange
    tried: bool = False
    trouble: JournalError | None = None


class SqlJournal:
    """``domain.ports.Journal`` on one SQLite file; ``path`` is where. Use it from one event loop.

    A call that was made is carried out even if the caller is cancelled meanwhile: what is in flight is never
    half-decided. Calls run in the order in which they were made, except that saves waiting together share one
    commit; await what is known of one job before saying more of it.
    """

    def __init__(self, path: Path, store: Store, thread: ThreadPoolExecutor) -> None:
        self.path = path
        self._store = store
        self._thread = thread
        self._saves: SimpleQueue[_Save] = SimpleQueue()
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def open(cls, path: Path) -> SqlJournal:
        """Opens the journal, making file and folders where there are none. Raises JournalError."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        opening = thread.submit(_open_store, path)
        try:
            store = await asyncio.shield(asyncio.wrap_future(opening))
        except BaseException:
            thread.submit(_abandon, opening)
            thread.shutdown(wait=False)
            raise
        return cls(path, store, thread)

    async def add(self, record: JobRecord, event: JobEvent, lease: Lease | None = None) -> None:
        """Raises ConflictError: ``already_running`` for an open job to the same target, ``already_known`` for a
        record of the same job, by its id or its remote job id."""
        await self._call(self._store.add, record, event, lease)

    async def save(self, change: JobChange) -> None:
        """Where the journal holds the end of the job, a record that says otherwise does not undo it, unless the job
        was lost: only the events are kept, and ``changed_since`` tells the end again."""
        save = _Save(change)
        self._saves.put(save)
        await self._call(self._save, save)

    async def get(self, job_id: str) -> JobRecord | None:
        return await self._call(self._store.get, job_id)

    async def match(self, prefix: str) -> list[JobRecord]:
        return await self._call(self._store.match, prefix)

    async def by_remote_id(self, backend: str, remote_job_id: str) -> list[JobRecord]:
        return await self._call(self._store.by_remote_id, backend, remote_job_id)

    async def jobs(self, wanted: JobFilter) -> list[JobRecord]:
        return await self._call(self._store.jobs, wanted)

    async def open_jobs(self) -> list[JobRecord]:
        return await self._call(self._store.open_jobs)

    async def events(self, job_id: str, limit: int | None = None) -> list[JobEvent]:
        return await self._call(self._store.events, job_id, limit)

    async def claim(self, job_id: str, lease: Lease, now: datetime, may_live: Callable[[str], bool]) -> bool:
        """``may_live`` is asked in the journal's thread, with the write lock held: let it be quick."""
        return await self._call(self._store.claim, job_id, lease, now, may_live)

    async def release(self, job_id: str, owner: str) -> None:
        await self._call(self._store.release, job_id, owner)

    async def revision(self) -> int:
        return await self._call(self._store.revision)

    async def changed_since(self, revision: int) -> tuple[int, list[JobChange]]:
        return await self._call(self._store.changed_since, revision)

    async def integrity(self) -> list[str]:
        """What is wrong inside the file, for ``doctor``; slow on a large one. Empty when all is well.

        JournalError where the damage stops even the check.
        """
        return await self._call(self._store.integrity)

    async def aclose(self) -> None:
        """Waits for every write that was asked for, then closes the file. May be called again."""
        if self._closing is None:
            self._closing = asyncio.wrap_future(self._submit(self._store.close))
            self._thread.shutdown(wait=False)
        await asyncio.shield(self._closing)

    async def _call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.shield(asyncio.wrap_future(self._submit(function, *args, **kwargs)))

    def _submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        if self._closing is not None:
            raise JournalError(f"{self.path}: the journal is closed", code="journal_closed", hint="Open it again.")
        return self._thread.submit(function, *args, **kwargs)

    def _save(self, mine: _Save) -> None:
        """Commits this save and all others that wait: with many jobs running, one commit serves many of them."""
        if not mine.tried:
            together = [mine, *(other for other in self._waiting_saves() if other is not mine)]
            try:
                unknown = self._store.save([save.change for save in together])
            except JournalError as error:
                for save in together:
                    save.tried, save.trouble = True, error
            else:
                for save in together:
                    save.tried, save.trouble = True, _unknown(self.path, save.change, unknown)
        if mine.trouble is not None:
            raise mine.trouble

    def _waiting_saves(self) -> Iterator[_Save]:
        while True:
            try:
                yield self._saves.get_nowait()
            except Empty:
                return


def _unknown(path: Path, change: JobChange, unknown: Collection[str]) -> JournalError | None:
    job_id = change.record.id
    if job_id not in unknown:
        return None
    return JournalError(f"{path}: job {job_id} is not in the journal", code="job_unknown", hint="Add it before saving.")


def _open_store(path: Path) -> Store:
    from dsclone_tui.journal.store import Store

    return Store(path)


def _abandon(opening: Future[Store]) -> None:
    if opening.exception() is None:
        opening.result().close()
