"""A journal that keeps its rows in memory, and breaks when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dsclone_tui.domain.errors import ConflictError, JournalError
from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter, Lease


@dataclass
class Shelf:
    """What a journal file holds; several journals may stand on one shelf, as processes share a file."""

    records: dict[str, JobRecord] = field(default_factory=dict)
    events: list[tuple[int, str, JobEvent]] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    revision: int = 0


class MemoryJournal:
    """``domain.ports.Journal`` in memory. Calls are carried out in order, ``delay`` seconds after they were made, even
    if the caller is cancelled meanwhile. While ``broken`` is set, all raise it; while ``full`` is set, writes do;
    ``refuse`` may name an error for single saves.
    """

    def __init__(self, shelf: Shelf, log: list[str]) -> None:
        self.shelf, self.log = shelf, log
        self.delay = 0.0
        self.broken: Exception | None = None
        self.full: Exception | None = None
        self.refuse: Callable[[JobChange], Exception | None] = lambda change: None
        self.saves: list[JobChange] = []
        self.claims = 0

    async def _call(self, function: Callable[[], Any], *, write: bool = False) -> Any:
        if self.delay:
            return await asyncio.shield(asyncio.ensure_future(self._later(function, write=write)))
        return self._now(function, write=write)

    async def _later(self, function: Callable[[], Any], *, write: bool) -> Any:
        await asyncio.sleep(self.delay)
        return self._now(function, write=write)

    def _now(self, function: Callable[[], Any], *, write: bool) -> Any:
        trouble = self.broken or (self.full if write else None)
        if trouble is not None:
            raise trouble
        return function()

    def _put(self, record: JobRecord, events: Collection[JobEvent]) -> None:
        shelf = self.shelf
        shelf.revision += 1
        known = shelf.records.get(record.id)
        if known is None or known.open or not record.open:  # an end that was written is not undone
            shelf.records[record.id] = record
        shelf.revisions[record.id] = shelf.revision
        shelf.events += [(shelf.revision, record.id, event) for event in events]
        self.log += [f"journal:{event.kind}" for event in events]

    async def add(self, record: JobRecord, event: JobEvent, lease: Lease | None = None) -> None:
        def add() -> None:
            for other in self.shelf.records.values():
                if other.id == record.id or (record.remote_job_id and _remote(other) == _remote(record)):
                    raise ConflictError("that job is in the journal already", code="already_known")
                if other.open and record.open and other.request.target_ref == record.request.target_ref:
                    raise ConflictError("a job to that target is already running", code="already_running")
            self._put(record, [event])
            if lease is not None:
                self.shelf.leases[record.id] = lease

        await self._call(add, write=True)

    async def save(self, change: JobChange) -> None:
        def save() -> None:
            if (refusal := self.refuse(change)) is not None:
                raise refusal
            if change.record.id not in self.shelf.records:
                raise JournalError("the job is not in the journal", code="job_unknown")
            self.saves.append(change)
            self._put(change.record, change.events)

        await self._call(save, write=True)

    async def _list(self, fits: Callable[[JobRecord], bool], limit: int | None = None) -> list[JobRecord]:
        def found() -> list[JobRecord]:
            newest = sorted(self.shelf.records.values(), key=lambda job: (job.created_at, job.id), reverse=True)
            return [job for job in newest if fits(job)][:limit]

        records: list[JobRecord] = await self._call(found)
        return records

    async def get(self, job_id: str) -> JobRecord | None:
        return next(iter(await self._list(lambda job: job.id == job_id)), None)

    async def match(self, prefix: str) -> list[JobRecord]:
        return await self._list(lambda job: job.id.startswith(prefix), 10)

    async def by_remote_id(self, backend: str, remote_job_id: str) -> list[JobRecord]:
        return await self._list(lambda job: (job.request.backend, job.remote_job_id) == (backend, remote_job_id))

    async def jobs(self, wanted: JobFilter) -> list[JobRecord]:
        def fits(job: JobRecord) -> bool:
            if wanted.states and job.state not in wanted.states:
                return False
            if wanted.backend is not None and job.request.backend != wanted.backend:
                return False
            return wanted.since is None or job.created_at >= wanted.since

        return await self._list(fits, wanted.limit)

    async def open_jobs(self) -> list[JobRecord]:
        return await self._list(lambda job: job.open)

    async def events(self, job_id: str, limit: int | None = None) -> list[JobEvent]:
        def kept() -> list[JobEvent]:
            events = [event for _, owner, event in self.shelf.events if owner == job_id]
            return events if limit is None else events[max(0, len(events) - limit) :]

        events: list[JobEvent] = await self._call(kept)
        return events

    async def claim(self, job_id: str, lease: Lease, now: datetime, may_live: Callable[[str], bool]) -> bool:
        def claim() -> bool:
            self.claims += 1
            held = self.shelf.leases.get(job_id)
            if held is not None and held.owner != lease.owner and held.until > now and may_live(held.owner):
                return False
            self.shelf.leases[job_id] = lease
            return True

        return bool(await self._call(claim, write=True))

    async def release(self, job_id: str, owner: str) -> None:
        def release() -> None:
            held = self.shelf.leases.get(job_id)
            if held is not None and held.owner == owner:
                del self.shelf.leases[job_id]

        await self._call(release, write=True)

    async def revision(self) -> int:
        return int(await self._call(lambda: self.shelf.revision))

    async def changed_since(self, revision: int) -> tuple[int, list[JobChange]]:
        def changes() -> tuple[int, list[JobChange]]:
            shelf = self.shelf
            after = sorted((number, job_id) for job_id, number in shelf.revisions.items() if number > revision)
            news = {
                job_id: [e for number, owner, e in shelf.events if owner == job_id and number > revision]
                for _, job_id in after
            }
            return shelf.revision, [JobChange(shelf.records[job_id], tuple(news[job_id])) for _, job_id in after]

        found: tuple[int, list[JobChange]] = await self._call(changes)
        return found

    async def aclose(self) -> None: ...


def _remote(record: JobRecord) -> tuple[str, str, str | None]:
    return record.request.backend, record.request.project, record.remote_job_id
