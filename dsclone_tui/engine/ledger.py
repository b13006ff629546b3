"""Where an event meets a record: apply it, commit what matters, then tell.

Changes of state are committed before anybody hears of them. Progress stays in memory and reaches the disk at most
every two seconds. What the journal does not take is kept and written once it works again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from functools import partial, reduce
from types import MappingProxyType

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import EventKind, JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import Clock, JobFilter, Journal, Lease
from dsclone_tui.domain.rates import RateMeter
from dsclone_tui.domain.reduce import apply
from dsclone_tui.engine.publish import Publisher

logger = logging.getLogger("dsclone")

SAVE_PROGRESS_EVERY = 2.0
# How many of the newest records are searched for remote job ids that are taken.
KNOWN_AMONG = 1000
_ALWAYS_KEPT = frozenset(
    {EventKind.SENT, EventKind.SUBMITTED, EventKind.ADOPTED, EventKind.UNANSWERED, EventKind.SETTLED, EventKind.NOTE}
)


class Ledger:
    """All records this process knows, the newest word on each. One caller at a time speaks of a job."""

    def __init__(self, journal: Journal, publisher: Publisher, clock: Clock) -> None:
        self._journal = journal
        self._publisher = publisher
        self._clock = clock
        self._records: dict[str, JobRecord] = {}
        self._meters: dict[str, RateMeter] = {}
        self._saved_at: dict[str, float] = {}
        self._unsaved: dict[str, tuple[JobEvent, ...]] = {}  # told already
        self._held: dict[str, tuple[JobEvent, ...]] = {}  # not told, because the journal did not take them
        self._writing: dict[str, asyncio.Task[JobRecord]] = {}
        self._journal_fails = False

    @property
    def records(self) -> Mapping[str, JobRecord]:
        """Every record by id; a live view."""
        return MappingProxyType(self._records)

    def meter(self, job_id: str) -> RateMeter:
        """How fast the job goes, as seen by this process."""
        return self._meters.setdefault(job_id, RateMeter())

    async def open(self, record: JobRecord, event: JobEvent, lease: Lease | None = None) -> JobRecord:
        """Journals a new job (ConflictError where its target is taken by an open one), then tells of it."""
        record = apply(record, event)
        await self._journal.add(record, event, lease)
        self._take(record, event)
        return record

    async def record(self, job_id: str, event: JobEvent) -> JobRecord:
        """Applies one event; returns the record as it is afterwards.

        Raises JournalError when a change of state, or that a start is about to leave, cannot be written; the change
        is then written with the next event or by ``catch_up``. Anything less goes on in memory meanwhile.
        """
        told, held = self._records[job_id], self._held.get(job_id, ())
        old = reduce(apply, held, told)
        new = apply(old, event)
        kept = event.kind in _ALWAYS_KEPT and not old.state.terminal
        if new is old and not kept and not held:
            return told
        if kept or held or _is_transition(old, new) or self._due(job_id):
            must = event.kind is EventKind.SENT or new.state is not told.state
            return await self._commit(new, (*held, event), must=must)
        self._unsaved[job_id] = _worth_keeping((*self._unsaved.get(job_id, ()), event))
        self._take(new, event)
        return new

    async def catch_up(self, job_id: str) -> None:
        """Writes what there is of a job only in memory, after a write that is under way; raises JournalError."""
        if (writing := self._writing.get(job_id)) is not None:
            await asyncio.wait({writing})
        held = self._held.get(job_id, ())
        if held or job_id in self._unsaved:
            await self._commit(reduce(apply, held, self._records[job_id]), held, must=True)

    async def flush(self) -> None:
        """The same for all jobs; raises the first JournalError when all were tried."""
        behind = {*self._writing, *self._held, *self._unsaved}
        done = await asyncio.gather(*(self.catch_up(job_id) for job_id in behind), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome

    async def known_ids(self, job: JobRecord) -> frozenset[str]:
        """The remote job ids of the same backend that belong to other records, here and in the journal."""
        recent = await self._journal.jobs(JobFilter(backend=job.request.backend, limit=KNOWN_AMONG))
        others = (*recent, *self._records.values())
        return frozenset(other.remote_job_id for other in others if other.remote_job_id and other.id != job.id)

    def load(self, records: Iterable[JobRecord]) -> None:
        """Takes records as the journal has them."""
        for record in records:
            if record.id not in self._records:
                self._take(record)

    def hear(self, change: JobChange) -> None:
        """Takes what another process wrote to the journal; an end that we know is not undone by older news."""
        record = change.record
        known = self._records.get(record.id)
        if known is not None and not known.open and record.open:
            return
        if not record.open:
            self.drop(record.id)
        self._take(reduce(apply, self._unsaved.get(record.id, ()), record), *change.events)

    def drop(self, job_id: str) -> None:
        """Forgets what is unwritten of a job: another process has it now, and knows better."""
        self._unsaved.pop(job_id, None)
        self._held.pop(job_id, None)

    def journal_failed(self, info: ErrorInfo) -> None:
        """Tells that the journal cannot be written."""
        self._journal_fails = True
        self._publisher.trouble("", info)

    def journal_works(self) -> None:
        """Tells that it can be written again, if that is news."""
        if self._journal_fails:
            self._journal_fails = False
            self._publisher.trouble("", None)

    async def _commit(self, record: JobRecord, news: tuple[JobEvent, ...], *, must: bool) -> JobRecord:
        """``_write``, carried to its end even when the caller is cancelled: journal and memory stay in step."""
        writing = asyncio.create_task(self._write(record, news, must=must), name=f"write-{record.id}")
        self._writing[record.id] = writing
        writing.add_done_callback(partial(self._written, record.id))
        return await asyncio.shield(writing)

    def _written(self, job_id: str, writing: asyncio.Task[JobRecord]) -> None:
        if self._writing.get(job_id) is writing:
            del self._writing[job_id]
        if not writing.cancelled():
            writing.exception()  # kept for catch_up: a caller that is gone need not hear of it

    async def _write(self, record: JobRecord, news: tuple[JobEvent, ...], *, must: bool) -> JobRecord:
        events = _worth_keeping((*self._unsaved.get(record.id, ()), *news))
        self._saved_at[record.id] = self._clock.monotonic()
        try:
            await self._journal.save(JobChange(record, events))
        except JournalError as error:
            if must:
                if news and news[-1].kind is not EventKind.SENT:
                    self._held[record.id] = news
                raise
            self.journal_failed(error.info)
            self._unsaved[record.id] = events
        else:
            self.drop(record.id)
            self.journal_works()
        if news:
            self._take(record, *news)
        return record

    def _take(self, record: JobRecord, *events: JobEvent) -> None:
        self._records[record.id] = record
        if record.progress is not None:
            self.meter(record.id).add(record.updated_at, record.progress)
        for event in events:
            if not _mere_progress(event):
                logger.info("job %s %s: %s %s", record.id, event.kind, record.state, event.message or "")
        self._publisher.tell(record.id, *events)

    def _due(self, job_id: str) -> bool:
        return self._clock.monotonic() - self._saved_at.get(job_id, 0.0) >= SAVE_PROGRESS_EVERY


def _is_transition(old: JobRecord, new: JobRecord) -> bool:
    return (
        old.state is not new.state
        or old.link is not new.link
        or old.error != new.error
        or old.remote_job_id != new.remote_job_id
    )


def _worth_keeping(events: Iterable[JobEvent]) -> tuple[JobEvent, ...]:
    """All events but runs of mere progress, of which the newest stands for the run."""
    kept: list[JobEvent] = []
    for event in events:
        if kept and _mere_progress(event) and _mere_progress(kept[-1]) and event.state is kept[-1].state:
            kept[-1] = event
        else:
            kept.append(event)
    return tuple(kept)


def _mere_progress(event: JobEvent) -> bool:
    return event.kind is EventKind.OBSERVED and event.error is None and event.message is None
