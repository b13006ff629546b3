"""SQL that is the same every time, and the two decisions that are made inside a write transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, text, update

from dsclone_tui.domain.errors import ConflictError
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.states import JobState
from dsclone_tui.journal.rows import record_values
from dsclone_tui.journal.tables import JOB, META

NEWEST_FIRST = select(JOB).order_by(JOB.c.created_at.desc(), JOB.c.id.desc())
TOUCH = update(JOB).where(JOB.c.id == bindparam("job"))
HELD = select(JOB.c.lease_owner, JOB.c.lease_until).where(JOB.c.id == bindparam("job"))

_REVISION = select(META.c.value).where(META.c.key == "revision")
_NEXT_REVISION = text("UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value")
# An end that was written is never undone by a process that has not heard of it yet; a lost job may find its end.
_SAVE = update(JOB).where(
    JOB.c.id == bindparam("job"),
    or_(
        JOB.c.is_open,
        JOB.c.state == bindparam("new_state"),
        and_(JOB.c.state == JobState.LOST.value, bindparam("ended")),
    ),
)
_SAME_ID = select(JOB.c.id).where(JOB.c.id == bindparam("job"))
_SAME_TARGET = select(JOB.c.id).where(
    JOB.c.is_open,
    JOB.c.backend == bindparam("backend"),
    JOB.c.project == bindparam("project"),
    JOB.c.target == bindparam("target"),
)
_SAME_REMOTE = select(JOB.c.id).where(
    JOB.c.backend == bindparam("backend"),
    JOB.c.project == bindparam("project"),
    JOB.c.remote_job_id == bindparam("remote_job_id"),
)


def newest_revision(connection: Connection) -> int:
    """The revision of the last write; 0 for an empty journal."""
    newest: int = connection.execute(_REVISION).scalar_one()
    return newest


def new_revision(connection: Connection) -> int:
    """The revision of this write transaction."""
    revision: int = connection.execute(_NEXT_REVISION).scalar_one()
    return revision


def update_job(connection: Connection, record: JobRecord, revision: int) -> bool:
    """Writes the record over its row; False where there is none.

    Over the row of a job that has ended, a record that is open or has ended otherwise is not written, unless the
    job was lost; only the revision moves, so that whoever wrote it hears of the end.
    """
    values = {**record_values(record), "revision": revision}
    job = values.pop("id")
    fitting = {"job": job, "new_state": record.state.value, "ended": not record.open}
    if connection.execute(_SAVE, {**values, **fitting}).rowcount == 1:
        return True
    return connection.execute(TOUCH, {"job": job, "revision": revision}).rowcount == 1


def refuse_twice(connection: Connection, record: JobRecord, values: dict[str, Any]) -> None:
    """Raises ConflictError where the journal has the job already, or an open one with the same target."""
    request = record.request
    if connection.execute(_SAME_ID, {"job": values["id"]}).first():
        raise ConflictError(f"job {record.id} is in the journal already", code="already_known")
    if record.remote_job_id is not None and (same := connection.execute(_SAME_REMOTE, values).scalar()):
        raise ConflictError(
            f"{request.backend}:{request.project}/{record.remote_job_id} is in the journal already",
            code="already_known",
            hint=f"It is job {same}.",
        )
    if record.open and (running := connection.execute(_SAME_TARGET, values).scalar()):
        raise ConflictError(
            f"a job to {request.target_ref} is already running",
            code="already_running",
            hint=f"Follow it with `dsclone attach {running}`, or choose another name.",
        )
