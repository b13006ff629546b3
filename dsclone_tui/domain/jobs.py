"""Clone requests, job records, and the events that change a record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from dsclone_tui.domain.errors import ErrorInfo, ExitCode, exit_code_of
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


class CloneKind(StrEnum):
    """The vendors' own verbs: Sanity copies datasets, DatoCMS forks environments."""

    COPY = "copy"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class CloneRequest:
    """What the user asks for. ``options`` holds only what is on, by the option's id."""

    backend: str
    kind: CloneKind
    project: str
    source: str
    target: str
    options: Mapping[str, bool] = field(default_factory=dict)

    @property
    def source_ref(self) -> ResourceRef:
        return ResourceRef(self.backend, self.project, self.source)

    @property
    def target_ref(self) -> ResourceRef:
        return ResourceRef(self.backend, self.project, self.target)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """All that is known of one job. Times are aware and UTC; ``progress`` is 0 to 100.

    ``remote_state`` is the server's own state word; ``sent_at`` is when the start request was about to leave,
    so an ``intent`` without it never reached anybody.
    """

    id: str
    request: CloneRequest
    created_at: datetime
    updated_at: datetime
    state: JobState = JobState.INTENT
    remote_job_id: str | None = None
    remote_state: str | None = None
    progress: float | None = None
    progress_basis: ProgressBasis = ProgressBasis.UNKNOWN
    link: LinkState = LinkState.IDLE
    error: ErrorInfo | None = None
    sent_at: datetime | None = None
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    adopted: bool = False

    @property
    def open(self) -> bool:
        return not self.state.terminal

    def to_json(self) -> dict[str, object]:
        """The job object of the contract."""
        request = self.request
        return {
            "id": self.id,
            "backend": request.backend,
            "kind": request.kind.value,
            "project": request.project,
            "source": request.source,
            "target": request.target,
            "options": dict(request.options),
            "state": self.state.value,
            "remote_job_id": self.remote_job_id,
            "remote_state": self.remote_state,
            "progress": None if self.progress is None else round(self.progress, 2),
            "progress_basis": self.progress_basis.value,
            "link": self.link.value,
            "error": self.error.to_json() if self.error else None,
            "created_at": rfc3339(self.created_at),
            "submitted_at": rfc3339(self.submitted_at),
            "updated_at": rfc3339(self.updated_at),
            "finished_at": rfc3339(self.finished_at),
        }


class EventKind(StrEnum):
    """What happened."""

    INTENT = "intent"  # written to the journal; nothing has left yet
    SENT = "sent"  # the start request is about to leave
    SUBMITTED = "submitted"  # the server took it
    REFUSED = "refused"  # the server answered no
    UNANSWERED = "unanswered"  # it may have reached the server; no usable answer came
    OBSERVED = "observed"  # the server's word on the job, streamed or polled
    SETTLED = "settled"  # our own finding from the server's lists: not_started or lost
    ADOPTED = "adopted"  # found on the server, started by somebody else
    LINK = "link"  # the line to the server changed
    NOTE = "note"  # worth telling, changes nothing


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One thing that happened to a job; unused fields stay None."""

    at: datetime
    kind: EventKind
    state: JobState | None = None
    progress: float | None = None
    basis: ProgressBasis = ProgressBasis.REPORTED
    remote_job_id: str | None = None
    remote_state: str | None = None
    link: LinkState | None = None
    message: str | None = None
    error: ErrorInfo | None = None

    def to_json(self) -> dict[str, object]:
        """One entry of ``events`` in ``show``; what is None is left out."""
        document: dict[str, object] = {"at": rfc3339(self.at), "kind": self.kind.value}
        if self.state is not None:
            document["state"] = self.state.value
        if self.progress is not None:
            document |= {"progress": round(self.progress, 2), "progress_basis": self.basis.value}
        if self.link is not None:
            document["link"] = self.link.value
        for name in ("remote_job_id", "remote_state", "message"):
            if (value := getattr(self, name)) is not None:
                document[name] = value
        if self.error is not None:
            document["error"] = self.error.to_json()
        return document


@dataclass(frozen=True, slots=True)
class Observation:
    """A backend's reading of one answer about a job.

    ``state`` is None when the server's word is not one we know: the job then stays as it is.
    """

    state: JobState | None = None
    progress: float | None = None
    remote_state: str | None = None
    remote_job_id: str | None = None
    error: ErrorInfo | None = None
    message: str | None = None
    basis: ProgressBasis = ProgressBasis.REPORTED

    def as_event(self, at: datetime) -> JobEvent:
        return JobEvent(
            at,
            EventKind.OBSERVED,
            state=self.state,
            progress=self.progress,
            basis=self.basis,
            remote_job_id=self.remote_job_id,
            remote_state=self.remote_state,
            message=self.message,
            error=self.error,
        )


@dataclass(frozen=True, slots=True)
class JobChange:
    """A record together with the events that brought it there; what travels to listeners."""

    record: JobRecord
    events: tuple[JobEvent, ...] = ()


def exit_code_for(record: JobRecord) -> ExitCode:
    """The exit code of a job that has ended: a refusal's cause, 9 where the server was never reached, else 0 or 1."""
    if record.state is JobState.COMPLETED:
        return ExitCode.OK
    cause = exit_code_of(record.error) if record.error else ExitCode.JOB_NOT_COMPLETED
    if record.state is JobState.FAILED and ExitCode.NOT_PERMITTED <= cause <= ExitCode.LIMIT:
        return cause
    if record.state is JobState.NOT_STARTED and cause is ExitCode.UNREACHABLE:
        return cause
    return ExitCode.JOB_NOT_COMPLETED


def new_job(request: CloneRequest, job_id: str, at: datetime) -> JobRecord:
    return JobRecord(id=job_id, request=request, created_at=at, updated_at=at)


def new_job_id(at: datetime) -> str:
    """A ULID-like id: 26 characters, sortable by time, lower case; 48 bits of milliseconds, 80 of chance."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def rfc3339(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds, or None."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
