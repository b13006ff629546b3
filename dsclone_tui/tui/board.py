"""What the screens know and share: the session, its engine once it is open, the catalog, marks and troubles."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.vendor import VendorProfile
from dsclone_tui.engine.publish import News
from dsclone_tui.tui.actions import Keymap
from dsclone_tui.tui.listings import Listings
from dsclone_tui.tui.logbook import Logbook

if TYPE_CHECKING:
    from dsclone_tui.engine.engine import Engine
    from dsclone_tui.session import Session

_NO_JOBS: Mapping[str, JobRecord] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Counts:
    """What the header tells; ``waiting`` are jobs that the server has not confirmed or not begun."""

    running: int = 0
    waiting: int = 0
    done_today: int = 0
    failed_today: int = 0  # failed or lost; what was cancelled, or never began, is no failure


class Board:
    """One for each run of the screen; holds no widget."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.keymap = Keymap(session.settings.keys)
        self.listings = Listings(session.backends)
        self.logbook = Logbook()
        self.marks: set[str] = set()
        self.engine: Engine | None = None
        self.shut: ErrorInfo | None = None
        self._troubles: dict[str, ErrorInfo] = {}
        self._opened = asyncio.Event()
        self._ended: set[str] = set()
        self._sorted: list[JobRecord] | None = None
        self._making: dict[ResourceRef, JobRecord] = {}

    # --- the engine

    def open(self, engine: Engine) -> None:
        """The journal is open: jobs can be shown and started."""
        self.engine, self.shut = engine, None
        self._sorted = None
        self._ended = {job.id for job in engine.jobs.values() if not job.open}
        self._opened.set()

    def shut_for(self, info: ErrorInfo) -> None:
        """The journal cannot be opened: no job can be started."""
        self.shut = info
        self._opened.set()

    async def opened(self) -> Engine:
        """The engine, waited for while it is being opened; raises JournalError when it cannot be."""
        await self._opened.wait()
        if self.engine is None:
            info = self.shut or ErrorInfo("journal_unusable", "the journal is closed")
            raise JournalError(info.message, code=info.code, hint=info.hint)
        return self.engine

    def opening_again(self) -> None:
        """Another attempt at the journal begins."""
        self.shut = None
        self._opened.clear()

    def now(self) -> datetime:
        return self.engine.clock.now() if self.engine else datetime.now(UTC)

    # --- jobs

    @property
    def jobs(self) -> Mapping[str, JobRecord]:
        return self.engine.jobs if self.engine else _NO_JOBS

    def ordered(self) -> list[JobRecord]:
        """Open jobs, newest first; then ended ones, the last that ended first."""
        if self._sorted is None:
            jobs = sorted(self.jobs.values(), key=lambda job: (job.finished_at or job.created_at, job.id), reverse=True)
            self._sorted = [job for job in jobs if job.open] + [job for job in jobs if not job.open]
            self._making = {job.request.target_ref: job for job in jobs if job.open}
        return self._sorted

    def open_jobs(self) -> list[JobRecord]:
        return [job for job in self.ordered() if job.open]

    def ended_jobs(self) -> list[JobRecord]:
        return [job for job in self.ordered() if not job.open]

    def job_to(self, ref: ResourceRef) -> JobRecord | None:
        """The open job that makes this resource."""
        self.ordered()
        return self._making.get(ref)

    def jobs_of(self, ref: ResourceRef) -> list[JobRecord]:
        """The jobs that read or made a resource."""
        return [job for job in self.ordered() if ref in (job.request.source_ref, job.request.target_ref)]

    def counts(self) -> Counts:
        today = self.now().astimezone().date()
        running = waiting = done = failed = 0
        for job in self.jobs.values():
            if job.open:
                running += job.state is JobState.RUNNING
                waiting += job.state is not JobState.RUNNING
            elif job.finished_at and job.finished_at.astimezone().date() == today:
                done += job.state is JobState.COMPLETED
                failed += job.state in (JobState.FAILED, JobState.LOST)
        return Counts(running, waiting, done, failed)

    def note(self, news: News) -> list[JobRecord]:
        """Takes news in; returns the jobs that have just ended."""
        self._sorted = None
        for job_id, events in news.events.items():
            self.logbook.add(job_id, events)
        for subject, info in news.troubles.items():
            if info is None:
                self._troubles.pop(subject, None)
            else:
                self._troubles[subject] = info
        ended = [self.jobs[job_id] for job_id in news.changed if job_id in self.jobs and not self.jobs[job_id].open]
        fresh = [job for job in ended if job.id not in self._ended]
        self._ended |= {job.id for job in fresh}
        for job in fresh:
            self._troubles.pop(job.id, None)
        return fresh

    # --- what is safe, and what is wrong

    def profile(self, backend: str) -> VendorProfile | None:
        found = self.session.backends.get(backend)
        return found.profile if found else None

    def protected(self, backend: str, name: str) -> bool:
        guard = self.session.guards.get(backend)
        return guard.protects(name) if guard else False

    def read_only(self, backend: str) -> bool:
        guard = self.session.guards.get(backend)
        return guard.read_only if guard else False

    def troubles(self) -> list[tuple[str, ErrorInfo]]:
        """All that does not work now, each with what it concerns; the journal first."""
        found: list[tuple[str, ErrorInfo]] = [("journal", self.shut)] if self.shut else []
        for subject, info in self._troubles.items():
            job = self.jobs.get(subject)
            found.append((job.request.target if job else "journal", info))
        found += self.listings.troubles().items()
        found += [("config", ErrorInfo("keys", problem)) for problem in self.keymap.problems]
        return found
