"""A hundred thousand jobs stay quick because every frequent query goes through an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsclone_tui.domain.jobs import JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter, Lease
from dsclone_tui.domain.states import JobState
from dsclone_tui.journal.store import Store

MakeJob = Callable[..., JobRecord]
OpenStore = Callable[..., Store]


@pytest.fixture
def plan_of(
    open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> Callable[[Callable[[Store], object]], list[str]]:
    """How SQLite goes about all that a call of the store asks for, one line a step."""
    store = open_store()
    for number in range(30):
        state = JobState.INTENT if number % 10 == 0 else JobState.COMPLETED
        store.add(make_job(number, state=state, remote_job_id=f"j{number}"), intent, None)

    def plan(call: Callable[[Store], object]) -> list[str]:
        statements: list[str] = []
        store._database._raw.set_trace_callback(statements.append)
        call(store)
        store._database._raw.set_trace_callback(None)
        with closing(sqlite3.connect(journal_path)) as connection:
            return [
                row[3]
                for statement in statements
                if statement.startswith(("SELECT", "UPDATE"))
                for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
            ]

    return plan


PlanOf = Callable[[Callable[[Store], object]], list[str]]


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda store: store.jobs(JobFilter(limit=5)), "ix_job_newest"),
        (lambda store: store.jobs(JobFilter(since=datetime(2026, 11, 22, tzinfo=UTC))), "ix_job_newest"),
        (lambda store: store.open_jobs(), "ix_job_open"),
        (lambda store: store.by_remote_id("acme", "j1"), "ix_job_remote"),
        (lambda store: store.match("job-000"), "sqlite_autoindex_job_1"),
    ],
)
def test_each_list_has_its_index(plan_of: PlanOf, call: Callable[[Store], object], index: str) -> None:
    assert index in plan_of(call)[0]


@pytest.mark.parametrize("limit", [None, 5])
def test_the_newest_are_not_sorted(plan_of: PlanOf, limit: int | None) -> None:
    assert len(plan_of(lambda store: store.jobs(JobFilter(limit=limit)))) == 1
    assert len(plan_of(lambda store: store.open_jobs())) == 1


def test_nothing_frequent_reads_a_whole_table(
    plan_of: PlanOf, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    def everything(store: Store) -> None:
        job = make_job(99, remote_job_id="j99")
        store.add(job, intent, Lease("me", at))
        store.save([JobChange(replace(job, progress=1.0), (intent,))])
        store.claim(job.id, Lease("me", at), at, lambda _owner: True)
        store.release(job.id, "me")
        store.events(job.id, 3)
        store.get(job.id)
        store.revision()
        store.changed_since(30)

    plan = plan_of(everything)
    assert len(plan) > 10
    harmless = ("SEARCH", "USE TEMP B-TREE", "SCALAR SUBQUERY", "SCAN sqlite_master")
    assert [line for line in plan if not line.startswith(harmless)] == []
    assert any("ux_job_open_target" in line for line in plan)
