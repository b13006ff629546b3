"""Documents, their history and their assets inside one store."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dsclone_tui.sandbox.stamps import now


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `body` holds what the author wrote; id, type, revision and times stand beside it."""

    seq: int
    id: str
    rev: str
    type: str
    body: dict[str, Any]
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way in; `body` is JSON text."""

    id: str
    rev: str
    type: str
    body: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class NewRevision:
    """One step of a document's past; `body` is JSON text of what changed."""

    document: str
    rev: str
    at: str
    body: str


@dataclass(frozen=True, slots=True)
class NewAsset:
    id: str
    filename: str
    mime: str
    content: bytes


def add_documents(db: sqlite3.Connection, store: int, documents: Iterable[NewDocument]) -> None:
    """Raises `sqlite3.IntegrityError` when an id is already there."""
    db.executemany(
        "INSERT INTO document (store, id, rev, type, body, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((store, d.id, d.rev, d.type, d.body, d.created_at, d.updated_at) for d in documents),
    )


def add_revisions(db: sqlite3.Connection, store: int, revisions: Iterable[NewRevision]) -> None:
    db.executemany(
        "INSERT INTO history (store, document, rev, at, body) VALUES (?, ?, ?, ?, ?)",
        ((store, r.document, r.rev, r.at, r.body) for r in revisions),
    )


def add_assets(db: sqlite3.Connection, store: int, assets: Iterable[NewAsset]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO asset (store, id, filename, mime, content) VALUES (?, ?, ?, ?, ?)",
        ((store, a.id, a.filename, a.mime, a.content) for a in assets),
    )


def page_after(db: sqlite3.Connection, store: int, seq: int, limit: int) -> list[Document]:
    """The next `limit` documents behind `seq`, in the order in which they came in."""
    rows = db.execute(
        "SELECT * FROM document INDEXED BY document_in_store WHERE store = ? AND seq > ? ORDER BY seq LIMIT ?",
        (store, seq, limit),
    )
    return [_document(row) for row in rows]


def list_of_type(db: sqlite3.Connection, store: int, type_: str) -> list[Document]:
    rows = db.execute("SELECT * FROM document WHERE store = ? AND type = ? ORDER BY seq", (store, type_))
    return [_document(row) for row in rows]


def page_excluding(
    db: sqlite3.Connection, store: int, *, excluded: str, only: str | None, offset: int, limit: int
) -> tuple[list[Document], int]:
    """A page of a store's documents and how many there are in all: those of type `only`, or of any but `excluded`."""
    where = "store = ? AND type <> ? AND (? IS NULL OR type = ?)"
    values = (store, excluded, only, only)
    total = db.execute(f"SELECT count(*) FROM document WHERE {where}", values).fetchone()[0]  # noqa: S608 - constant
    rows = db.execute(
        f"SELECT * FROM document WHERE {where} ORDER BY seq LIMIT ? OFFSET ?",  # noqa: S608 - constant
        (*values, limit, offset),
    )
    return [_document(row) for row in rows], total


def find_document(db: sqlite3.Connection, store: int, document_id: str) -> Document | None:
    row = db.execute("SELECT * FROM document WHERE store = ? AND id = ?", (store, document_id)).fetchone()
    return _document(row) if row else None


def update_document(db: sqlite3.Connection, store: int, document: Document, changes: dict[str, Any], rev: str) -> None:
    """Merges `changes` into the body and writes the step into the history. The document keeps its `seq`."""
    moment = now()
    db.execute(
        "UPDATE document SET body = ?, rev = ?, updated_at = ? WHERE seq = ?",
        (json.dumps({**document.body, **changes}, ensure_ascii=False), rev, moment, document.seq),
    )
    step = NewRevision(document.id, rev, moment, json.dumps(changes, ensure_ascii=False))
    add_revisions(db, store, [step])
    db.execute("UPDATE store SET changed_at = ? WHERE key = ?", (moment, store))


def _document(row: sqlite3.Row) -> Document:
    return Document(
        seq=row["seq"],
        id=row["id"],
        rev=row["rev"],
        type=row["type"],
        body=json.loads(row["body"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
