"""One open SQLite file: its connection, its transactions, and its errors put into words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy import event as hooks
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.pool import StaticPool

from dsclone_tui.domain.errors import JournalError
from dsclone_tui.journal import faults
from dsclone_tui.journal.files import prepare
from dsclone_tui.journal.migrate import bring_up, connect, version_of
from dsclone_tui.journal.schema import Step


class Database:
    """Made, used and closed in one thread. Raises JournalError for any trouble with the file."""

    def __init__(self, path: Path, ladder: Sequence[Step]) -> None:
        self._path = path
        self._version = ladder[-1].version
        self._identity = prepare(path)
        with self._explained():
            self._raw = connect(path)
            try:
                bring_up(self._raw, path, ladder)
            except (sqlite3.Error, JournalError):
                self._raw.close()
                raise
        self._engine = create_engine(
            "sqlite+pysqlite://", creator=lambda: self._raw, poolclass=StaticPool, hide_parameters=True
        )
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        hooks.listen(self._engine, "begin", _begin)

    def close(self) -> None:
        self._engine.dispose()
        self._raw.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the file."""
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction, after waiting for its turn among processes; durable at the end."""
        with self._explained():
            self._still_there()
            with self._writer.begin() as connection:
                self._still_ours()
                yield connection

    def _still_there(self) -> None:
        """A file that was removed can still be written to, and everything in it is lost at the end."""
        try:
            status = self._path.stat()
        except OSError as error:
            raise faults.vanished(self._path) from error
        if (status.st_dev, status.st_ino) != self._identity:
            raise faults.vanished(self._path)

    def _still_ours(self) -> None:
        """A newer program may have moved the schema on since we opened it."""
        version = version_of(self._raw, self._path)
        if version != self._version:
            raise faults.newer(self._path, version, self._version)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, DBAPIError) as error:
            known = faults.from_database(self._path, error)
            if known is None:
                raise
            raise known from error
        except NoResultFound as error:
            raise faults.damaged(self._path, "its revision counter is gone") from error


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
