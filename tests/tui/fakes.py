"""A backend and a journal in memory, for tests of the screen alone; the flows run against the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.errors import ConflictError, NoStreamError
from dsclone_tui.domain.jobs import (
    CloneKind,
    CloneRequest,
    EventKind,
    JobChange,
    JobEvent,
    JobRecord,
    Observation,
    new_job_id,
)
from dsclone_tui.domain.naming import SANITY_DATASET
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.ports import FoundJob, JobFilter, Lease, StartRequest
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.states import JobState, ProgressBasis
from dsclone_tui.domain.vendor import CloneOption, VendorProfile
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.session import Session

OPTIONS = (
    CloneOption("fast", "fast", "the source is read-only while it runs"),
    CloneOption("force", "force", "over working editors", needs="fast"),
)
PROFILE = VendorProfile("fake", "Fake", CloneKind.COPY, "dataset", "datasets", SANITY_DATASET, OPTIONS, streams=False)


class FakeBackend:
    """Lists what it is given; ``start`` does what ``answer`` is: an observation, an error, or an event to wait for."""

    def __init__(self, name: str, **projects: list[Resource]) -> None:
        self.name, self.profile = name, PROFILE
        self.listed: dict[str, list[Resource] | Exception] = dict(projects)
        self.projects_error: Exception | None = None
        self.answer: Observation | Exception = Observation(JobState.RUNNING, remote_job_id="r1")
        self.gate = asyncio.Event()
        self.gate.set()
        self.word = Observation(JobState.RUNNING, 10.0)
        self.started: list[CloneRequest] = []
        self.asked: list[str] = []

    async def projects(self) -> list[Project]:
        self.asked.append("projects")
        await self.gate.wait()
        if self.projects_error:
            raise self.projects_error
        return [Project(name, f"{name} title") for name in self.listed]

    async def resources(self, project: str) -> list[Resource]:
        self.asked.append(project)
        await self.gate.wait()
        found = self.listed[project]
        if isinstance(found, Exception):
            raise found
        return found

    def start_request(self, request: CloneRequest) -> StartRequest:
        query = "&".join(sorted(request.options))
        url = f"https://fake.example/v1/{request.project}/{request.source}/copy"
        return StartRequest("PUT", f"{url}?{query}" if query else url, {"target": request.target})

    async def start(self, request: CloneRequest) -> Observation:
        self.started.append(request)
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def poll(self, job: JobRecord) -> Observation:
        return self.word

    async def listen(self, job: JobRecord) -> AsyncGenerator[Observation, None]:
        raise NoStreamError("no stream here")
        yield  # makes it a generator

    async def find(self, job: JobRecord, known: Collection[str]) -> FoundJob | None:
        return None

    async def remote_jobs(self, project: str) -> list[FoundJob]:
        return []

    async def look_up(self, project: str, job_id: str) -> FoundJob | None:
        return None

    async def aclose(self) -> None: ...


class FakeJournal:
    """``domain.ports.Journal`` in memory; every call raises ``broken`` while it is set."""

    def __init__(self) -> None:
        self.records: dict[str, JobRecord] = {}
        self.written: dict[str, list[JobEvent]] = {}
        self.broken: Exception | None = None
        self._changes: list[JobChange] = []

    def put(self, record: JobRecord, *events: JobEvent) -> None:
        """As another process would write."""
        if self.broken:
            raise self.broken
        self.records[record.id] = record
        self.written.setdefault(record.id, []).extend(events)
        self._changes.append(JobChange(record, events))

    async def add(self, record: JobRecord, event: JobEvent, lease: Lease | None = None) -> None:
        if any(known.open and known.request.target_ref == record.request.target_ref for known in self.records.values()):
            raise ConflictError("a job to that name is already running", code="already_running")
        self.put(record, event)

    async def save(self, change: JobChange) -> None:
        self.put(change.record, *change.events)

    async def get(self, job_id: str) -> JobRecord | None:
        return self.records.get(job_id)

    async def match(self, prefix: str) -> list[JobRecord]:
        return [record for record in self.records.values() if record.id.startswith(prefix)]

    async def by_remote_id(self, backend: str, remote_job_id: str) -> list[JobRecord]:
        return [record for record in self.records.values() if record.remote_job_id == remote_job_id]

    async def jobs(self, wanted: JobFilter) -> list[JobRecord]:
        if self.broken:
            raise self.broken
        return sorted(self.records.values(), key=lambda record: record.id, reverse=True)[: wanted.limit]

    async def open_jobs(self) -> list[JobRecord]:
        return [record for record in self.records.values() if record.open]

    async def events(self, job_id: str, limit: int | None = None) -> list[JobEvent]:
        if self.broken:
            raise self.broken
        return self.written.get(job_id, [])[-(limit or 10_000) :]

    async def claim(self, job_id: str, lease: Lease, now: datetime, may_live: Callable[[str], bool]) -> bool:
        # jobs of these tests belong to another process: what they do is written by the test
        return job_id in self.ours

    async def release(self, job_id: str, owner: str) -> None: ...

    async def revision(self) -> int:
        return len(self._changes)

    async def changed_since(self, revision: int) -> tuple[int, list[JobChange]]:
        if self.broken:
            raise self.broken
        return len(self._changes), self._changes[revision:]

    async def aclose(self) -> None: ...

    ours: Collection[str] = ()


class StubSession(Session):
    """A session of fakes: the real engine on a journal in memory."""

    def __init__(
        self,
        *backends: FakeBackend,
        journal: FakeJournal,
        guards: Mapping[str, Guard],
        settings: Settings | None = None,
    ) -> None:
        super().__init__(settings or Settings(), Path("journal.sqlite3"))
        self.backends = {backend.name: backend for backend in backends}
        self.guards = {name: guards.get(name, Guard()) for name in self.backends}
        self.catalog = Catalog(self.backends)
        self._journal = journal


def job(
    target: str,
    state: JobState = JobState.RUNNING,
    progress: float | None = None,
    *,
    source: str = "production",
    age: float = 60.0,
    backend: str = "acme",
    options: Mapping[str, bool] | None = None,
) -> JobRecord:
    """A record that is ``age`` seconds old; one that has ended did so ten seconds after it began."""
    at = datetime.now(UTC) - timedelta(seconds=age)
    request = CloneRequest(backend, CloneKind.COPY, "p1", source, target, options or {})
    record = JobRecord(new_job_id(at), request, at, at, state=state, remote_job_id=f"remote-{target}", submitted_at=at)
    if progress is not None:
        record = replace(record, progress=progress, progress_basis=ProgressBasis.REPORTED)
    return replace(record, finished_at=at + timedelta(seconds=10)) if state.terminal else record


def note(record: JobRecord, message: str, seconds: float = 1.0) -> JobEvent:
    return JobEvent(record.created_at + timedelta(seconds=seconds), EventKind.NOTE, message=message)
