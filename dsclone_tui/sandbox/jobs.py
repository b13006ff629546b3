"""A job: one copy or fork, with everything needed to go on after a kill. Also how one is begun, read and ended."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Literal

from dsclone_tui.sandbox.parts import PARTS, measure
from dsclone_tui.sandbox.stamps import now
from dsclone_tui.sandbox.stores import Facts, Store, add_store, find_store, remove_store

State = Literal["pending", "running", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Options:
    skip_history: bool = False
    skip_content_releases: bool = False
    fast: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed. `code` and `status` are what a DatoCMS job result shows (wire/datocms 4)."""

    message: str
    code: str = "EXCEPTION"
    status: int = 500


@dataclass(frozen=True, slots=True)
class Job:
    """`part` and `cursor` say where the copying stands, `tops` how far each part reached when the job was accepted."""

    id: str
    project: str
    source: str
    target: str
    source_store: int
    target_store: int
    state: State
    options: Options
    author: str
    part: int
    cursor: int
    tops: tuple[int, ...]
    done: int
    total: int
    failure: Failure | None
    created_at: str
    updated_at: str

    @property
    def percent(self) -> int:
        """0 to 100. May be 100 while the job still runs: only the state ends a job (wire/sanity 3)."""
        if self.state == "completed":
            return 100
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def ended(self) -> bool:
        return self.state in ("completed", "failed")

    @property
    def copied_all(self) -> bool:
        return self.part >= len(PARTS)


class StartRefusedError(Exception):
    """A start that cannot be: base of the reasons below. Each vendor words them its own way."""


class SourceMissingError(StartRefusedError):
    """No such store in the project."""


class SourceNotReadyError(StartRefusedError):
    """The source is itself still being filled."""


class SourceReadOnlyError(StartRefusedError):
    """The source is held read-only by a running fast fork."""


class TargetExistsError(StartRefusedError):
    """The name is taken by a store that is ready."""


class TargetBusyError(StartRefusedError):
    """A running job already fills a store of that name."""


def begin(
    db: sqlite3.Connection,
    *,
    job_id: str,
    project: str,
    source: str,
    target: str,
    options: Options,
    author: str,
    target_facts: Callable[[Store], Facts],
) -> Job:
    """Takes the target's name and writes the job down, in the caller's transaction. Raises `StartRefusedError`s."""
    origin = find_store(db, project, source)
    if origin is None:
        raise SourceMissingError(source)
    taken = find_store(db, project, target)
    if taken is not None:
        raise TargetExistsError(target) if taken.ready else TargetBusyError(target)
    if not origin.ready:
        raise SourceNotReadyError(source)
    if options.fast and is_read_only(db, origin.key):
        raise SourceReadOnlyError(source)
    target_store = add_store(db, project, target, target_facts(origin), ready=False)
    tops, total = measure(db, origin.key, options.skip_history, options.skip_content_releases)
    moment = now()
    db.execute(
        "INSERT INTO job (id, project, source, target, source_store, target_store, state, options, author,"
        " part, cursor, tops, done, total, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, 0, 0, ?, 0, ?, ?, ?)",
        (
            *(job_id, project, source, target, origin.key, target_store, json.dumps(asdict(options)), author),
            *(json.dumps(tops), total, moment, moment),
        ),
    )
    job = find_job(db, job_id)
    if job is None:
        raise LookupError(f"job {job_id} was not written down")
    return job


def is_read_only(db: sqlite3.Connection, store: int) -> bool:
    """True for the source of a running fast fork, and for nothing else (wire/datocms 2.1, 3)."""
    return any(job.options.fast and job.source_store == store for job in open_jobs(db))


def find_job(db: sqlite3.Connection, job_id: str) -> Job | None:
    row = db.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    return _job(row) if row else None


def list_jobs(db: sqlite3.Connection, project: str, offset: int, limit: int) -> list[Job]:
    """Newest first (wire/sanity 2.5)."""
    rows = db.execute(
        "SELECT * FROM job WHERE project = ? ORDER BY key DESC LIMIT ? OFFSET ?", (project, limit, offset)
    )
    return [_job(row) for row in rows]


def open_jobs(db: sqlite3.Connection) -> list[Job]:
    """Every job that has not ended, oldest first."""
    rows = db.execute("SELECT * FROM job WHERE state IN ('pending', 'running') ORDER BY key")
    return [_job(row) for row in rows]


def mark_running(db: sqlite3.Connection, job: Job) -> Job:
    moment = now()
    db.execute("UPDATE job SET state = 'running', updated_at = ? WHERE id = ?", (moment, job.id))
    return replace(job, state="running", updated_at=moment)


def save_position(db: sqlite3.Connection, job: Job, *, part: int, cursor: int, done: int) -> Job:
    """Writes down how far the copying came: in the transaction that moved the rows, never in another."""
    moment = now()
    db.execute(
        "UPDATE job SET part = ?, cursor = ?, done = ?, updated_at = ? WHERE id = ?",
        (part, cursor, done, moment, job.id),
    )
    return replace(job, part=part, cursor=cursor, done=done, updated_at=moment)


def complete(db: sqlite3.Connection, job: Job) -> Job:
    """The target becomes visible in the same moment in which the job is done."""
    db.execute("UPDATE store SET ready = 1 WHERE key = ?", (job.target_store,))
    moment = now()
    db.execute("UPDATE job SET state = 'completed', updated_at = ? WHERE id = ?", (moment, job.id))
    return replace(job, state="completed", updated_at=moment)


def fail(db: sqlite3.Connection, job: Job, failure: Failure) -> Job:
    """The half-filled target disappears with the job (wire/datocms 3: a failed fork's environment is gone)."""
    moment = now()
    remove_store(db, job.target_store)
    db.execute(
        "UPDATE job SET state = 'failed', failure = ?, updated_at = ? WHERE id = ?",
        (json.dumps(asdict(failure)), moment, job.id),
    )
    return replace(job, state="failed", failure=failure, updated_at=moment)


def _job(row: sqlite3.Row) -> Job:
    values = {name: row[name] for name in row.keys() if name != "key"}  # noqa: SIM118 - a Row iterates over values
    values["options"] = Options(**json.loads(row["options"]))
    values["tops"] = tuple(json.loads(row["tops"]))
    values["failure"] = Failure(**json.loads(row["failure"])) if row["failure"] else None
    return Job(**values)
