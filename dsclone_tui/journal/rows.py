"""Domain objects to rows and back. Exact, with two exceptions that no database text can hold:

half a UTF-16 pair becomes U+FFFD, and a progress that is no number becomes None.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobEvent, JobRecord
from dsclone_tui.domain.ports import Lease
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970, UTC; the datetime must be aware."""
    return (at - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The reverse of ``micros``, aware and UTC."""
    return _EPOCH + timedelta(microseconds=value)


def storable(text: str) -> str:
    """The text as SQLite can hold it: JSON of a vendor and file names may bring half a UTF-16 pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def record_values(record: JobRecord) -> dict[str, object]:
    """The columns of ``job`` that a record fills; the revision and the lease are the store's."""
    request = record.request
    return {
        "id": storable(record.id),
        "backend": storable(request.backend),
        "kind": request.kind.value,
        "project": storable(request.project),
        "source": storable(request.source),
        "target": storable(request.target),
        "options": json.dumps(dict(request.options)),
        "state": record.state.value,
        "is_open": record.open,
        "remote_job_id": _optional(record.remote_job_id),
        "remote_state": _optional(record.remote_state),
        "progress": record.progress,
        "progress_basis": record.progress_basis.value,
        "link": record.link.value,
        "error": _error_text(record.error),
        "created_at": micros(record.created_at),
        "updated_at": micros(record.updated_at),
        "sent_at": _micros(record.sent_at),
        "submitted_at": _micros(record.submitted_at),
        "finished_at": _micros(record.finished_at),
        "adopted": record.adopted,
    }


def record_from(row: RowMapping) -> JobRecord:
    """The record in a row of ``job``. Raises ValueError, KeyError or TypeError for what no version of ours wrote."""
    return JobRecord(
        id=row["id"],
        request=CloneRequest(
            backend=row["backend"],
            kind=CloneKind(row["kind"]),
            project=row["project"],
            source=row["source"],
            target=row["target"],
            options=json.loads(row["options"]),
        ),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        state=JobState(row["state"]),
        remote_job_id=row["remote_job_id"],
        remote_state=row["remote_state"],
        progress=row["progress"],
        progress_basis=ProgressBasis(row["progress_basis"]),
        link=LinkState(row["link"]),
        error=_error(row["error"]),
        sent_at=_moment(row["sent_at"]),
        submitted_at=_moment(row["submitted_at"]),
        finished_at=_moment(row["finished_at"]),
        adopted=bool(row["adopted"]),
    )


def event_values(job_id: str, event: JobEvent) -> dict[str, object]:
    """The columns of ``event`` that an event fills, apart from its id and revision."""
    return {
        "job_id": storable(job_id),
        "at": micros(event.at),
        "kind": event.kind.value,
        "state": event.state.value if event.state else None,
        "progress": event.progress,
        "basis": event.basis.value,
        "remote_job_id": _optional(event.remote_job_id),
        "remote_state": _optional(event.remote_state),
        "link": event.link.value if event.link else None,
        "message": _optional(event.message),
        "error": _error_text(event.error),
    }


def event_from(row: RowMapping) -> JobEvent:
    """The event in a row of ``event``; raises like ``record_from``."""
    return JobEvent(
        at=moment(row["at"]),
        kind=EventKind(row["kind"]),
        state=JobState(row["state"]) if row["state"] is not None else None,
        progress=row["progress"],
        basis=ProgressBasis(row["basis"]),
        remote_job_id=row["remote_job_id"],
        remote_state=row["remote_state"],
        link=LinkState(row["link"]) if row["link"] is not None else None,
        message=row["message"],
        error=_error(row["error"]),
    )


def lease_values(lease: Lease | None) -> dict[str, object]:
    """The columns of ``job`` that a lease fills."""
    if lease is None:
        return {"lease_owner": None, "lease_until": None}
    return {"lease_owner": storable(lease.owner), "lease_until": micros(lease.until)}


def _optional(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def _error_text(error: ErrorInfo | None) -> str | None:
    return None if error is None else json.dumps(error.to_json())


def _error(text: str | None) -> ErrorInfo | None:
    if text is None:
        return None
    stored = json.loads(text)
    return ErrorInfo(stored["code"], stored["message"], stored.get("hint"), stored.get("remote"))
