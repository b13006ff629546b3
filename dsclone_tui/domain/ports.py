"""What the engine needs of the world, as Protocols: backends that clone, a journal that remembers, a clock.

A third vendor is one package under ``backends/`` that satisfies ``Backend``, one line in its registry, and the
conformance suite.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dsclone_tui.domain.jobs import CloneRequest, JobChange, JobEvent, JobRecord, Observation
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.vendor import VendorProfile


class Clock(Protocol):
    """Time as the engine sees it."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class StartRequest:
    """The one request that starts a clone, as it will be sent; ``body`` is JSON, None when there is none."""

    method: str
    url: str
    body: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class FoundJob:
    """A job on the server that fits a start of ours, or one that somebody else started."""

    source: str
    target: str
    observation: Observation
    created_at: datetime | None = None
    options: Mapping[str, bool] | None = None


class Backend(Protocol):
    """One configured vendor account. Every method may raise the errors of ``domain.errors``; none retries a start."""

    name: str
    profile: VendorProfile

    async def projects(self) -> list[Project]:
        """The projects that the token can see, the vendor's order."""

    async def resources(self, project: str) -> list[Resource]:
        """The datasets or environments of a project."""

    def start_request(self, request: CloneRequest) -> StartRequest:
        """The exact request that ``start`` would send; no network."""

    async def start(self, request: CloneRequest) -> Observation:
        """Sends the start once. Raises AnswerLostError when the server may have acted without our knowing,
        UnreachableError or BusyError when it surely did not, and any other DscloneError for a refusal."""

    async def poll(self, job: JobRecord) -> Observation:
        """The server's word on the job now. Raises NotFoundError when the server does not know it (any more)."""

    def listen(self, job: JobRecord) -> AsyncGenerator[Observation, None]:
        """The server's stream of news; only where ``profile.streams``.

        The first item comes as soon as the stream stands (an empty Observation where it brings no news). Ends when
        the server hangs up, which says nothing about the job. Raises NoStreamError where polling must take over,
        UnreachableError (BusyError) where connecting again may help. Close it with ``contextlib.aclosing``.
        """

    async def find(self, job: JobRecord, known: Collection[str]) -> FoundJob | None:
        """Looks in the vendor's own lists for the outcome of ``job``'s start, sent at ``job.sent_at``.

        ``known`` are remote job ids that belong to other records and are never taken for this one.
        """

    async def remote_jobs(self, project: str) -> list[FoundJob]:
        """The vendor's own list of clone jobs, newest first."""

    async def look_up(self, project: str, job_id: str) -> FoundJob | None:
        """A job by the vendor's id, for adoption; None when the vendor does not know it."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which records of the journal; None and empty mean no restriction. Newest first."""

    states: Sequence[JobState] = ()
    backend: str | None = None
    since: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to follow a job: who has it, and until when unless it is renewed."""

    owner: str
    until: datetime


class Journal(Protocol):
    """The memory. Every write is committed and durable when it returns; errors are JournalError."""

    async def add(self, record: JobRecord, event: JobEvent, lease: Lease | None = None) -> None:
        """Writes a new job, leased from its first moment where ``lease`` is given.

        Raises ConflictError (``already_running``) when an open job has the same backend, project and target; the
        check and the insert are one transaction.
        """

    async def save(self, change: JobChange) -> None:
        """Writes a record as it now is, and its new events."""

    async def get(self, job_id: str) -> JobRecord | None: ...

    async def match(self, prefix: str) -> list[JobRecord]:
        """Records whose local id starts with ``prefix``, newest first, at most ten."""

    async def by_remote_id(self, backend: str, remote_job_id: str) -> list[JobRecord]:
        """Records by the vendor's job id, newest first."""

    async def jobs(self, wanted: JobFilter) -> list[JobRecord]: ...

    async def open_jobs(self) -> list[JobRecord]: ...

    async def events(self, job_id: str, limit: int | None = None) -> list[JobEvent]:
        """The job's events, oldest first; with ``limit`` only the newest so many."""

    async def claim(self, job_id: str, lease: Lease, now: datetime, may_live: Callable[[str], bool]) -> bool:
        """Takes or renews the lease on a job; False while another owner has it that has not run out and
        of which ``may_live`` (asked within the transaction) does not say that it is dead."""

    async def release(self, job_id: str, owner: str) -> None:
        """Gives the lease back, if it is ours."""

    async def revision(self) -> int:
        """The newest revision; 0 for an empty journal."""

    async def changed_since(self, revision: int) -> tuple[int, list[JobChange]]:
        """Records (with their new events) written after ``revision`` by any process, and the newest revision."""

    async def aclose(self) -> None: ...
