"""What a copy consists of, in the order in which it is copied: documents, assets, history."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A table that is copied. `named_by` is the column that holds the document id the row belongs to."""

    table: str
    columns: str
    named_by: str


PARTS = (
    Part("document", "id, rev, type, body, created_at, updated_at", "id"),
    Part("asset", "id, filename, mime, content", "id"),
    Part("history", "document, rev, at, body", "document"),
)
HISTORY = 2

_NOT_OF_A_RELEASE = " AND {0} NOT GLOB '_.releases.*' AND {0} NOT GLOB 'versions.*'"


def measure(
    db: sqlite3.Connection, store: int, skip_history: bool, skip_content_releases: bool
) -> tuple[list[int], int]:
    """How far each part reaches now, and how many rows there are to copy in all.

    What is added to the source later has a higher `seq` than the top and stays out of the copy.
    A part that is left out has the top 0.
    """
    tops, total = [], 0
    for number, part in enumerate(PARTS):
        if number == HISTORY and skip_history:
            tops.append(0)
            continue
        top, count = db.execute(
            f"SELECT coalesce(max(seq), 0), count(*) FROM {part.table} INDEXED BY {part.table}_in_store"  # noqa: S608
            f" WHERE store = ?{row_filter(part, skip_content_releases)}",
            (store,),
        ).fetchone()
        tops.append(top)
        total += count
    return tops, total


def row_filter(part: Part, skip_content_releases: bool) -> str:
    """SQL that leaves out release documents and their versions, all or nothing (wire/sanity 2.4)."""
    return _NOT_OF_A_RELEASE.format(part.named_by) if skip_content_releases else ""


def next_rows(
    db: sqlite3.Connection, part: Part, store: int, *, cursor: int, top: int, skip_content_releases: bool, limit: int
) -> tuple[int, int]:
    """The last `seq` of the next batch and its number of rows; `(cursor, 0)` when the part is at its end."""
    last, count = db.execute(
        f"SELECT max(seq), count(*) FROM (SELECT seq FROM {part.table} INDEXED BY {part.table}_in_store"  # noqa: S608
        f" WHERE store = ? AND seq > ? AND seq <= ?{row_filter(part, skip_content_releases)} ORDER BY seq LIMIT ?)",
        (store, cursor, top, limit),
    ).fetchone()
    return (last, count) if count else (cursor, 0)


def move_rows(
    db: sqlite3.Connection, part: Part, *, source: int, target: int, after: int, last: int, skip_content_releases: bool
) -> None:
    """Copies the rows behind `after` up to and with `last` from one store into the other, ids and all."""
    db.execute(
        f"INSERT INTO {part.table} (store, {part.columns})"  # noqa: S608 - names from PARTS, values bound
        f" SELECT ?, {part.columns} FROM {part.table} INDEXED BY {part.table}_in_store"
        f" WHERE store = ? AND seq > ? AND seq <= ?{row_filter(part, skip_content_releases)} ORDER BY seq",
        (target, source, after, last),
    )
