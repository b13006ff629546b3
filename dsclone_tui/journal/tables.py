"""The tables as they are today. ``schema.py`` holds how a file gets there; a test proves that both agree.

Times are whole microseconds since 1970 in UTC: they sort, and no digit is lost. ``options`` and ``error`` are JSON.
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """Facts about the file itself: ``schema_version``, and ``revision``, which grows with every write of a job."""

    key: str = Field(primary_key=True)
    value: int


class Job(SQLModel, table=True):
    """One job record. ``is_open`` repeats what ``state`` says, in a form that an index can use."""

    __table_args__ = (
        Index("ix_job_newest", "created_at", "id"),
        Index("ix_job_open", "is_open", "created_at", "id"),
        Index("ix_job_remote", "backend", "remote_job_id"),
        Index("ux_job_open_target", "backend", "project", "target", unique=True, sqlite_where=text("is_open = 1")),
    )

    id: str = Field(primary_key=True)
    backend: str
    kind: str
    project: str
    source: str
    target: str
    options: str
    state: str
    is_open: bool
    remote_job_id: str | None
    remote_state: str | None
    progress: float | None
    progress_basis: str
    link: str
    error: str | None
    created_at: int
    updated_at: int
    sent_at: int | None
    submitted_at: int | None
    finished_at: int | None
    adopted: bool
    revision: int = Field(index=True)
    lease_owner: str | None
    lease_until: int | None


class Event(SQLModel, table=True):
    """One thing that happened to a job, in the order of writing."""

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="job.id", index=True)
    revision: int = Field(index=True)
    at: int
    kind: str
    state: str | None
    progress: float | None
    basis: str
    remote_job_id: str | None
    remote_state: str | None
    link: str | None
    message: str | None
    error: str | None


META = SQLModel.metadata.tables["meta"]
JOB = SQLModel.metadata.tables["job"]
EVENT = SQLModel.metadata.tables["event"]
