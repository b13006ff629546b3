"""One SQLite file per vendor: its schema, its one writer thread and its one reader thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SCHEMA_VERSION = 1

# `store` is a dataset (Sanity) or an environment (DatoCMS); `ready` is 0 while a job still fills it.
# `seq` is what a copy walks along: it only grows, and a changed document keeps its own.
SCHEMA = """
CREATE TABLE project (
    id TEXT PRIMARY KEY, facts TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE store (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project(id),
    name TEXT NOT NULL, ready INTEGER NOT NULL, facts TEXT NOT NULL,
    created_at TEXT NOT NULL, changed_at TEXT NOT NULL,
    UNIQUE (project, name)
);
CREATE INDEX primary_store ON store (project) WHERE json_extract(facts, '$.primary');
CREATE TABLE document (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    store INTEGER NOT NULL REFERENCES store(key),
    id TEXT NOT NULL, rev TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    UNIQUE (store, id)
);
CREATE INDEX document_in_store ON document (store);
CREATE TABLE asset (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    store INTEGER NOT NULL REFERENCES store(key),
    id TEXT NOT NULL, filename TEXT NOT NULL, mime TEXT NOT NULL, content BLOB NOT NULL,
    UNIQUE (store, id)
);
CREATE INDEX asset_in_store ON asset (store);
CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    store INTEGER NOT NULL REFERENCES store(key),
    document TEXT NOT NULL, rev TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX history_in_store ON history (store);
CREATE TABLE job (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, project TEXT NOT NULL,
    source TEXT NOT NULL, target TEXT NOT NULL,
    source_store INTEGER NOT NULL, target_store INTEGER NOT NULL,
    state TEXT NOT NULL, options TEXT NOT NULL, author TEXT NOT NULL,
    part INTEGER NOT NULL, cursor INTEGER NOT NULL, tops TEXT NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, failure TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE INDEX job_in_project ON job (project, key);
CREATE INDEX job_by_state ON job (state);
"""


class SandboxError(Exception):
    """The sandbox cannot start: the folder, a seed file or the address is not usable. The text says which."""


class Database:
    """A vendor's file. All work runs in its two threads: the event loop never waits for the disk.

    Opening blocks; do it off the loop. Raises `SandboxError` for a file of another schema.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write_connection = _connect(path)
        try:
            _prepare(self._write_connection, path)
        except (SandboxError, sqlite3.Error):
            self._write_connection.close()
            raise
        self._read_connection = _connect(path)
        self._read_connection.execute("PRAGMA query_only = ON")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{path.stem}-writer")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix=f"{path.stem}-reader")

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` in one transaction: all of it is on disk when this returns, or none of it is."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self.write_now, work)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `work` on one consistent snapshot."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, self._read_now, work)

    def write_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `write`, in the calling thread; for the time before the server listens."""
        with self._write_connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            return work(connection)

    def _read_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._read_connection as connection:
            connection.execute("BEGIN")
            return work(connection)

    def close(self) -> None:
        """Waits for the work in hand, then closes the file. Blocks."""
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        self._read_connection.close()
        self._write_connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE;{SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
    elif version != SCHEMA_VERSION:
        raise SandboxError(f"{path} holds sandbox content of version {version}, this one reads {SCHEMA_VERSION}")
