"""Opening the file: the connection's settings, and the climb to the schema that this program knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from dsclone_tui.journal.faults import newer, not_ours, stuck
from dsclone_tui.journal.files import create_private
from dsclone_tui.journal.schema import LADDER, Step

BUSY_SECONDS = 5.0
_SWITCHES = 20
_STATEMENT_FAILED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to an existing file, every commit on the disk before it returns. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def bring_up(connection: sqlite3.Connection, path: Path, ladder: Sequence[Step] = LADDER) -> None:
    """Climbs from the file's version to the newest of the ladder, with a copy of the file before every step.

    Raises JournalError for a newer or foreign file, which is not touched, and for a step that failed; the file
    then stands where it stood before that step. Other troubles are sqlite3.Error.
    """
    version = version_of(connection, path)
    newest = ladder[-1].version
    if version > newest:
        raise newer(path, version, newest)
    _use_wal(connection)
    for step in ladder:
        if step.version > version:
            try:
                _climb(connection, path, step, keep_copy=version > 0)
            except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
                if error.sqlite_errorcode & 0xFF not in _STATEMENT_FAILED:
                    raise
                raise stuck(path, step.version, str(error)) from error


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file, 0 for an empty one; raises JournalError when the file is not ours."""
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return 0
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise not_ours(path, "it is the database of another program") from error
    if row is None or not isinstance(row[0], int) or row[0] < 1:
        raise not_ours(path, "it names no schema version")
    return row[0]


def _climb(connection: sqlite3.Connection, path: Path, step: Step, *, keep_copy: bool) -> None:
    with _locked(connection):
        if version_of(connection, path) >= step.version:
            return  # another process was quicker
        if keep_copy:
            _back_up(path, step.version - 1)
        for statement in step.statements:
            connection.execute(statement)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema_version', ?)", (step.version,))


def _back_up(path: Path, version: int) -> Path:
    """Copies the journal beside itself. The caller holds the write lock, so nothing is written meanwhile."""
    number = 1
    while True:
        copy = path.with_name(f"{path.name}.v{version}{'' if number == 1 else f'-{number}'}.bak")
        try:
            create_private(copy)
            break
        except FileExistsError:
            number += 1
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switches to WAL once in the life of a file.

    SQLite does not wait for its turn while switching, so two processes that make the same file would trip over
    each other: taking the write lock first does wait, and by then the other one has mostly done it.
    """
    for attempt in range(_SWITCHES):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or attempt == _SWITCHES - 1:
                raise
            with _locked(connection):
                pass


@contextmanager
def _locked(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: committed at the end, undone by any error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have undone it already
            connection.execute("ROLLBACK")
        raise
