"""Projects and their stores: the rows behind datasets (Sanity) and environments (DatoCMS)."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from dsclone_tui.sandbox.stamps import now

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Project:
    """A Sanity project or a DatoCMS site; `facts` holds what only its own vendor understands."""

    id: str
    facts: Facts
    created_at: str


@dataclass(frozen=True, slots=True)
class Store:
    """A dataset or an environment. Not `ready` while a job still fills it."""

    key: int
    project: str
    name: str
    ready: bool
    facts: Facts
    created_at: str
    changed_at: str


def add_project(db: sqlite3.Connection, project: Project) -> None:
    db.execute(
        "INSERT INTO project (id, facts, created_at) VALUES (?, ?, ?)",
        (project.id, json.dumps(project.facts), project.created_at),
    )


def list_projects(db: sqlite3.Connection) -> list[Project]:
    """Oldest first."""
    rows = db.execute("SELECT id, facts, created_at FROM project ORDER BY created_at, id")
    return [Project(row["id"], json.loads(row["facts"]), row["created_at"]) for row in rows]


def find_project(db: sqlite3.Connection, project_id: str) -> Project | None:
    row = db.execute("SELECT id, facts, created_at FROM project WHERE id = ?", (project_id,)).fetchone()
    return Project(row["id"], json.loads(row["facts"]), row["created_at"]) if row else None


def add_store(
    db: sqlite3.Connection, project: str, name: str, facts: Facts, *, ready: bool, created_at: str | None = None
) -> int:
    """The new store's key. Raises `sqlite3.IntegrityError` when the name is taken."""
    moment = created_at or now()
    cursor = db.execute(
        "INSERT INTO store (project, name, ready, facts, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (project, name, int(ready), json.dumps(facts), moment, moment),
    )
    return int(cursor.lastrowid or 0)


def list_stores(db: sqlite3.Connection, project: str) -> list[Store]:
    """All stores of a project, the unready ones too, oldest first."""
    rows = db.execute("SELECT * FROM store WHERE project = ? ORDER BY created_at, key", (project,))
    return [_store(row) for row in rows]


def find_store(db: sqlite3.Connection, project: str, name: str) -> Store | None:
    row = db.execute("SELECT * FROM store WHERE project = ? AND name = ?", (project, name)).fetchone()
    return _store(row) if row else None


def find_primary(db: sqlite3.Connection, project: str) -> Store | None:
    """The store whose facts say `primary`, found without a look at the others."""
    row = db.execute(
        "SELECT * FROM store INDEXED BY primary_store WHERE project = ? AND json_extract(facts, '$.primary')",
        (project,),
    ).fetchone()
    return _store(row) if row else None


def store_by_key(db: sqlite3.Connection, key: int) -> Store | None:
    row = db.execute("SELECT * FROM store WHERE key = ?", (key,)).fetchone()
    return _store(row) if row else None


def remove_store(db: sqlite3.Connection, key: int) -> None:
    """Takes a store away with all it holds."""
    for statement in (
        "DELETE FROM document WHERE store = ?",
        "DELETE FROM asset WHERE store = ?",
        "DELETE FROM history WHERE store = ?",
        "DELETE FROM store WHERE key = ?",
    ):
        db.execute(statement, (key,))


@dataclass(frozen=True, slots=True)
class Census:
    """How many rows of each sort a store holds."""

    documents: int
    assets: int
    history: int


def census(db: sqlite3.Connection, key: int) -> Census:
    row = db.execute(
        "SELECT (SELECT count(*) FROM document WHERE store = :key),"
        " (SELECT count(*) FROM asset WHERE store = :key),"
        " (SELECT count(*) FROM history WHERE store = :key)",
        {"key": key},
    ).fetchone()
    return Census(*row)


def _store(row: sqlite3.Row) -> Store:
    return Store(
        key=row["key"],
        project=row["project"],
        name=row["name"],
        ready=bool(row["ready"]),
        facts=json.loads(row["facts"]),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )
