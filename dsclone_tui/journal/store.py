"""The journal's statements. Synchronous: one store is made, used and closed in one and the same thread.

Every method raises JournalError for trouble with the file. A write is on the disk when its method returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update

from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter, Lease
from dsclone_tui.journal import faults
from dsclone_tui.journal.database import Database
from dsclone_tui.journal.rows import (
    event_from,
    event_values,
    lease_values,
    micros,
    record_from,
    record_values,
    storable,
)
from dsclone_tui.journal.schema import LADDER, Step
from dsclone_tui.journal.statements import (
    HELD,
    NEWEST_FIRST,
    TOUCH,
    new_revision,
    newest_revision,
    refuse_twice,
    update_job,
)
from dsclone_tui.journal.tables import EVENT, JOB

_UNREADABLE = (ValueError, KeyError, TypeError, OverflowError)
_MOST_MATCHES = 10
_NEWEST_REVISION = 2**63 - 1
_AFTER_ALL = "\U0010ffff"


class Store:
    """One open journal file. Makes the file where there is none, and brings an older one up to date."""

    def __init__(self, path: Path, ladder: Sequence[Step] = LADDER) -> None:
        self.path = path
        self._database = Database(path, ladder)

    def close(self) -> None:
        self._database.close()

    def add(self, record: JobRecord, event: JobEvent, lease: Lease | None) -> None:
        """Writes a new job, leased where ``lease`` is given.

        ConflictError: ``already_running`` when an open job has its target, ``already_known`` when a job has its
        id, or its remote job id in the same project.
        """
        values = record_values(record)
        with self._database.writing() as connection:
            refuse_twice(connection, record, values)
            revision = new_revision(connection)
            connection.execute(insert(JOB), {**values, **lease_values(lease), "revision": revision})
            connection.execute(insert(EVENT), {**event_values(record.id, event), "revision": revision})

    def save(self, changes: Sequence[JobChange]) -> set[str]:
        """Writes records as they now are, and their new events, in one commit.

        Returns the ids that are not in the journal, for which nothing was written. Where the journal holds the end
        of a job, a record that says otherwise does not undo it (unless the job was lost): only its events are kept,
        and ``changed_since`` tells the end again.
        """
        unknown = set()
        with self._database.writing() as connection:
            revision = new_revision(connection)
            events = []
            for record, news in ((change.record, change.events) for change in changes):
                if not update_job(connection, record, revision):
                    unknown.add(record.id)
                    continue
                events += [{**event_values(record.id, event), "revision": revision} for event in news]
            if events:
                connection.execute(insert(EVENT), events)
        return unknown

    def get(self, job_id: str) -> JobRecord | None:
        found = self._records(NEWEST_FIRST.where(JOB.c.id == storable(job_id)))
        return found[0] if found else None

    def match(self, prefix: str) -> list[JobRecord]:
        """By the start of the local id, newest first, at most ten. A range uses the index and knows no wildcards."""
        prefix = storable(prefix)
        within = NEWEST_FIRST.where(JOB.c.id >= prefix, JOB.c.id < prefix + _AFTER_ALL)
        return self._records(within.limit(_MOST_MATCHES))

    def by_remote_id(self, backend: str, remote_job_id: str) -> list[JobRecord]:
        return self._records(
            NEWEST_FIRST.where(JOB.c.backend == storable(backend), JOB.c.remote_job_id == storable(remote_job_id))
        )

    def jobs(self, wanted: JobFilter) -> list[JobRecord]:
        """Newest first; ``since`` is compared with ``created_at``."""
        query = NEWEST_FIRST
        if wanted.states:
            query = query.where(JOB.c.state.in_([state.value for state in wanted.states]))
        if wanted.backend is not None:
            query = query.where(JOB.c.backend == storable(wanted.backend))
        if wanted.since is not None:
            query = query.where(JOB.c.created_at >= micros(wanted.since))
        if wanted.limit is not None:
            query = query.limit(max(0, wanted.limit))
        return self._records(query)

    def open_jobs(self) -> list[JobRecord]:
        return self._records(NEWEST_FIRST.where(JOB.c.is_open))

    def events(self, job_id: str, limit: int | None) -> list[JobEvent]:
        """Oldest first; with ``limit`` only the newest so many."""
        newest_first = select(EVENT).where(EVENT.c.job_id == storable(job_id)).order_by(EVENT.c.id.desc())
        if limit is not None:
            newest_first = newest_first.limit(max(0, limit))
        with self._database.reading() as connection:
            rows = connection.execute(newest_first).mappings().all()
            return [self._event(row) for row in reversed(rows)]

    def claim(self, job_id: str, lease: Lease, now: datetime, may_live: Callable[[str], bool]) -> bool:
        """The lease on a job, when it is free, run out, ours, or its owner dead; no news for ``changed_since``."""
        job = {"job": storable(job_id)}
        with self._database.writing() as connection:
            held = connection.execute(HELD, job).first()
            if held is None:
                return False
            owner, until = held
            if owner not in (None, storable(lease.owner)) and until > micros(now) and may_live(owner):
                return False
            connection.execute(TOUCH, {**job, **lease_values(lease)})
            return True

    def release(self, job_id: str, owner: str) -> None:
        ours = update(JOB).where(JOB.c.id == storable(job_id), JOB.c.lease_owner == storable(owner))
        with self._database.writing() as connection:
            connection.execute(ours.values(lease_values(None)))

    def revision(self) -> int:
        """The newest revision; 0 for an empty journal."""
        with self._database.reading() as connection:
            return newest_revision(connection)

    def changed_since(self, revision: int) -> tuple[int, list[JobChange]]:
        """The newest revision, and what was written after ``revision`` by any process, first written first."""
        after = max(0, min(revision, _NEWEST_REVISION))
        news: dict[str, list[JobEvent]] = defaultdict(list)
        with self._database.reading() as connection:
            newest = newest_revision(connection)
            if newest <= after:
                return newest, []
            events = select(EVENT).where(EVENT.c.revision > after).order_by(EVENT.c.revision, EVENT.c.id)
            for row in connection.execute(events).mappings():
                news[row["job_id"]].append(self._event(row))
            jobs = select(JOB).where(JOB.c.revision > after).order_by(JOB.c.revision, JOB.c.id)
            rows = connection.execute(jobs).mappings()
            return newest, [JobChange(self._record(row), tuple(news[row["id"]])) for row in rows]

    def integrity(self) -> list[str]:
        """What SQLite's own check finds wrong, for ``doctor``; slow on a large file. Empty when all is well.

        JournalError where the damage stops even the check.
        """
        with self._database.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        return [str(line) for line in found if line != "ok"]

    def _records(self, query: Select[Any]) -> list[JobRecord]:
        with self._database.reading() as connection:
            return [self._record(row) for row in connection.execute(query).mappings()]

    def _record(self, row: RowMapping) -> JobRecord:
        try:
            return record_from(row)
        except _UNREADABLE as error:
            raise faults.damaged(self.path, f"job {row['id']} cannot be read: {error}") from error

    def _event(self, row: RowMapping) -> JobEvent:
        try:
            return event_from(row)
        except _UNREADABLE as error:
            raise faults.damaged(self.path, f"event {row['id']} cannot be read: {error}") from error
