"""How a journal file gets to today's tables: a ladder of numbered steps, each written once and never edited again.

A change of ``tables.py`` is a new step at the end. A fresh file climbs the whole ladder, so every step is used daily.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """The statements that lead from version - 1 to ``version``."""

    version: int
    statements: Sequence[str]


_CREATE = Step(
    1,
    (
        "CREATE TABLE meta (key VARCHAR NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (key))",
        """CREATE TABLE job (
            id VARCHAR NOT NULL,
            backend VARCHAR NOT NULL,
            kind VARCHAR NOT NULL,
            project VARCHAR NOT NULL,
            source VARCHAR NOT NULL,
            target VARCHAR NOT NULL,
            options VARCHAR NOT NULL,
            state VARCHAR NOT NULL,
            is_open BOOLEAN NOT NULL,
            remote_job_id VARCHAR,
            remote_state VARCHAR,
            progress FLOAT,
            progress_basis VARCHAR NOT NULL,
            link VARCHAR NOT NULL,
            error VARCHAR,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            sent_at INTEGER,
            submitted_at INTEGER,
            finished_at INTEGER,
            adopted BOOLEAN NOT NULL,
            revision INTEGER NOT NULL,
            lease_owner VARCHAR,
            lease_until INTEGER,
            PRIMARY KEY (id)
        )""",
        "CREATE INDEX ix_job_revision ON job (revision)",
        "CREATE INDEX ix_job_newest ON job (created_at, id)",
        "CREATE INDEX ix_job_open ON job (is_open, created_at, id)",
        "CREATE INDEX ix_job_remote ON job (backend, remote_job_id)",
        "CREATE UNIQUE INDEX ux_job_open_target ON job (backend, project, target) WHERE is_open = 1",
        """CREATE TABLE event (
            id INTEGER NOT NULL,
            job_id VARCHAR NOT NULL,
            revision INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind VARCHAR NOT NULL,
            state VARCHAR,
            progress FLOAT,
            basis VARCHAR NOT NULL,
            remote_job_id VARCHAR,
            remote_state VARCHAR,
            link VARCHAR,
            message VARCHAR,
            error VARCHAR,
            PRIMARY KEY (id),
            FOREIGN KEY(job_id) REFERENCES job (id)
        )""",
        "CREATE INDEX ix_event_job_id ON event (job_id)",
        "CREATE INDEX ix_event_revision ON event (revision)",
        "INSERT INTO meta (key, value) VALUES ('revision', 0)",
    ),
)

LADDER: tuple[Step, ...] = (_CREATE,)
