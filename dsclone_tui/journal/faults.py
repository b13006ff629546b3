"""What SQLite and the file system say, as a JournalError that names the path and says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from dsclone_tui.domain.errors import JournalError

_ASIDE = (
    "Move it aside together with its -wal and -shm files and keep them; put a backup in its place, or start a new "
    "journal: `dsclone attach` takes running jobs back in."
)
_LOCKED = (
    "journal_locked",
    "another process keeps the journal locked",
    "See which program has the file open (a backup, a database browser), and try again.",
)
_SAID = {
    sqlite3.SQLITE_FULL: (
        "journal_full",
        "the disk is full; nothing was written",
        "Free some space and try again; what was journaled before is safe.",
    ),
    sqlite3.SQLITE_IOERR: (
        "journal_io",
        "reading or writing the journal failed",
        "Check the disk; on a network drive, name a file on a local one with --journal.",
    ),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
}


def unwritable(path: Path, reason: str) -> JournalError:
    return JournalError(
        f"{path}: the journal cannot be written: {reason}",
        code="journal_unwritable",
        hint="Make the file and its folder writable for you, or name another file with --journal.",
    )


def damaged(path: Path, reason: str) -> JournalError:
    return JournalError(f"{path}: the journal is damaged: {reason}", code="journal_damaged", hint=_ASIDE)


def not_ours(path: Path, reason: str) -> JournalError:
    return JournalError(
        f"{path} is not a journal of dsclone: {reason}",
        code="journal_foreign",
        hint="Name another file with --journal, or move this one aside: a new journal is then made in its place.",
    )


def newer(path: Path, found: int, known: int) -> JournalError:
    return JournalError(
        f"{path} was written by a newer dsclone: it has schema version {found}, this one knows {known}",
        code="journal_newer",
        hint="Install the newer dsclone again, or name another file with --journal.",
    )


def stuck(path: Path, version: int, reason: str) -> JournalError:
    return JournalError(
        f"{path}: bringing the journal to schema version {version} failed: {reason}",
        code="journal_stuck",
        hint="Nothing was changed: go back to the dsclone you had before, and please report this.",
    )


def vanished(path: Path) -> JournalError:
    return JournalError(
        f"{path}: the journal was removed or replaced while it was in use; nothing was written",
        code="journal_vanished",
        hint="Put the file back, or restart dsclone to begin a new journal.",
    )


def from_database(path: Path, error: sqlite3.Error | DBAPIError) -> JournalError | None:
    """What an error of the database means to the user; None where it is no trouble of the file but a bug of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return None
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    return _meaning(path, code & 0xFF, str(cause))


def _meaning(path: Path, code: int, said: str) -> JournalError | None:
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return unwritable(path, said)
    if code == sqlite3.SQLITE_NOTADB:
        return not_ours(path, said)
    if code == sqlite3.SQLITE_CORRUPT or (code == sqlite3.SQLITE_ERROR and "no such" in said):
        return damaged(path, said)
    if code in _SAID:
        word, what, hint = _SAID[code]
        return JournalError(f"{path}: {what} ({said})", code=word, hint=hint)
    return None
