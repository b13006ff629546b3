"""The copying engine: any cut into batches gives the same copy, and ordinary work goes on beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.sandbox.copying import copy_batch
from dsclone_tui.sandbox.database import SCHEMA
from dsclone_tui.sandbox.documents import NewDocument, NewRevision, add_documents, add_revisions
from dsclone_tui.sandbox.jobs import Failure, Job, Options, begin, complete, fail, find_job, mark_running
from dsclone_tui.sandbox.samples import PROJECT, fill_sanity
from dsclone_tui.sandbox.stores import Store, census, find_store

COLUMNS = {
    "document": "id, rev, type, body, created_at, updated_at",
    "asset": "id, filename, mime, content",
    "history": "document, rev, at, body",
}


@contextmanager
def sample() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.executescript(SCHEMA)
        fill_sanity(db, "small")
        yield db


def store(db: sqlite3.Connection, name: str) -> Store:
    found = find_store(db, PROJECT, name)
    assert found is not None
    return found


def start(db: sqlite3.Connection, target: str, options: Options = Options()) -> Job:  # noqa: B008 - frozen
    job = begin(
        db,
        job_id=f"j{target}",
        project=PROJECT,
        source="production",
        target=target,
        options=options,
        author="me",
        target_facts=lambda source: source.facts,
    )
    return mark_running(db, job)


def rows(db: sqlite3.Connection, name: str, table: str) -> list[tuple[object, ...]]:
    key = store(db, name).key
    found = db.execute(f"SELECT {COLUMNS[table]} FROM {table} WHERE store = ? ORDER BY seq", (key,))
    return [tuple(row) for row in found]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1), st.booleans(), st.booleans())
def test_any_batches_give_the_same_copy(batches: list[int], skip_history: bool, skip_releases: bool) -> None:
    with sample() as db:
        job = start(db, "twin", Options(skip_history=skip_history, skip_content_releases=skip_releases))
        total, seen = job.total, [job.percent]
        while not job.copied_all:
            # Read back each time, as after a kill: nothing but what is on disk may matter.
            known = find_job(db, job.id)
            assert known == job
            job = copy_batch(db, known, batches[len(seen) % len(batches)])
            seen.append(job.percent)
        job = complete(db, job)
        assert seen == sorted(seen)
        assert (job.done, job.total, job.percent) == (total, total, 100)
        for table in COLUMNS:
            wanted = rows(db, "production", table)
            if skip_releases:
                wanted = [row for row in wanted if not str(row[0]).startswith(("_.releases.", "versions."))]
            assert rows(db, "twin", table) == ([] if table == "history" and skip_history else wanted)


def test_what_changes_during_a_copy_is_either_old_or_new_and_nothing_is_lost() -> None:
    with sample() as db:
        before = rows(db, "production", "document")
        source = store(db, "production").key
        job = copy_batch(db, start(db, "twin"), 10)
        db.execute('UPDATE document SET body = \'{"title":"new"}\' WHERE store = ?', (source,))
        late = NewDocument("late", "r", "article", "{}", "2026", "2026")
        add_documents(db, source, [late])
        add_revisions(db, source, [NewRevision("late", "r", "2026", "{}")])
        while not job.copied_all:
            job = copy_batch(db, job, 10)
        after = rows(db, "production", "document")
        twin = rows(db, "twin", "document")
        assert twin == [*before[:10], *after[10:-1]]


def test_two_copies_beside_each_other_do_not_mix() -> None:
    with sample() as db:
        jobs = [start(db, "one"), start(db, "two")]
        while not all(job.copied_all for job in jobs):
            jobs = [copy_batch(db, job, 7) for job in jobs]
        for table in COLUMNS:
            assert rows(db, "one", table) == rows(db, "two", table) == rows(db, "production", table)


def test_a_failed_job_takes_its_target_along() -> None:
    with sample() as db:
        job = fail(db, copy_batch(db, start(db, "twin"), 10), Failure("no"))
        assert (job.state, job.failure) == ("failed", Failure("no"))
        assert find_store(db, PROJECT, "twin") is None
        assert census(db, job.target_store) == census(db, -1)
        assert start_again(db).state == "running"


def start_again(db: sqlite3.Connection) -> Job:
    job = begin(
        db,
        job_id="jagain",
        project=PROJECT,
        source="production",
        target="twin",
        options=Options(),
        author="me",
        target_facts=lambda source: source.facts,
    )
    return mark_running(db, job)
