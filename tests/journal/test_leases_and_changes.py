"""Who follows a job, and what one process hears of another's writes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from dsclone_tui.domain.jobs import EventKind, JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import Lease
from dsclone_tui.domain.states import JobState
from dsclone_tui.journal.journal import SqlJournal

MakeJob = Callable[..., JobRecord]
OpenJournal = Callable[..., Awaitable[SqlJournal]]
SECONDS_15 = timedelta(seconds=15)


def lives(_owner: str) -> bool:
    return True


def is_dead(_owner: str) -> bool:
    return False


async def test_one_owner_at_a_time(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    mine, theirs = await open_journal(), await open_journal()
    await mine.add(make_job(), intent)
    lease = at + SECONDS_15
    assert await mine.claim("job-0001", Lease("me", lease), at, lives)
    assert not await theirs.claim("job-0001", Lease("them", lease), at, lives)
    assert await mine.claim("job-0001", Lease("me", lease + SECONDS_15), at, lives), "renewed"
    assert not await theirs.claim("job-0001", Lease("them", lease), lease, lives), "renewed until later"
    await theirs.release("job-0001", "them")
    assert not await theirs.claim("job-0001", Lease("them", lease), at, lives), "not theirs to give back"
    await mine.release("job-0001", "me")
    assert await theirs.claim("job-0001", Lease("them", lease), at, lives)


async def test_a_lease_that_ran_out_is_free(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    await journal.add(make_job(), intent)
    until = at + SECONDS_15
    assert await journal.claim("job-0001", Lease("a", until), at, lives)
    just_before = until - timedelta(microseconds=1)
    assert not await journal.claim("job-0001", Lease("b", until), just_before, lives)
    assert await journal.claim("job-0001", Lease("b", until + SECONDS_15), until, lives)


async def test_the_lease_of_a_dead_owner_is_free(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    asked: list[str] = []

    def dead(owner: str) -> bool:
        asked.append(owner)
        return False

    await journal.add(make_job(), intent, Lease("a", at + SECONDS_15))
    assert await journal.claim("job-0001", Lease("b", at + SECONDS_15), at, dead)
    assert asked == ["a"]


async def test_a_job_may_be_leased_from_its_first_moment(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    await journal.add(make_job(), intent, Lease("a", at + SECONDS_15))
    assert not await journal.claim("job-0001", Lease("b", at + SECONDS_15), at, lives)
    assert await journal.claim("job-0001", Lease("a", at + SECONDS_15), at, is_dead)


async def test_nobody_leases_what_is_not_there(journal: SqlJournal, at: datetime) -> None:
    assert not await journal.claim("nothing", Lease("a", at + SECONDS_15), at, lives)
    await journal.release("nothing", "a")


async def test_a_save_keeps_the_lease(journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime) -> None:
    await journal.add(make_job(), intent, Lease("a", at + SECONDS_15))
    await journal.save(JobChange(make_job(progress=1.0)))
    assert not await journal.claim("job-0001", Lease("b", at + SECONDS_15), at, lives)


async def test_changes_bring_records_with_their_new_events_oldest_first(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    writer, reader = await open_journal(), await open_journal()
    one, two = make_job(1), make_job(2)
    await writer.add(one, intent)
    await writer.add(two, intent)
    revision, changes = await reader.changed_since(0)
    assert changes == [JobChange(one, (intent,)), JobChange(two, (intent,))]
    assert revision == await writer.revision()

    notes = [JobEvent(at, EventKind.NOTE, message=str(number)) for number in range(4)]
    await writer.save(JobChange(replace(one, progress=1.0), (notes[0], notes[1])))
    await writer.save(JobChange(two, (notes[2],)))
    await writer.save(JobChange(ended := replace(one, state=JobState.FAILED), (notes[3],)))
    later, changes = await reader.changed_since(revision)
    assert later > revision
    assert changes == [JobChange(two, (notes[2],)), JobChange(ended, (notes[0], notes[1], notes[3]))]
    assert await reader.changed_since(later) == (later, [])


async def test_a_record_may_change_without_an_event(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    await journal.add(make_job(), intent)
    await journal.save(JobChange(moved := make_job(progress=7.0)))
    assert await journal.changed_since(1) == (2, [JobChange(moved)])


async def test_leases_are_no_news(journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime) -> None:
    await journal.add(make_job(), intent)
    revision = await journal.revision()
    await journal.claim("job-0001", Lease("a", at + SECONDS_15), at, lives)
    await journal.claim("job-0001", Lease("b", at + SECONDS_15), at, is_dead)
    await journal.release("job-0001", "b")
    assert await journal.changed_since(revision) == (revision, [])


async def test_revisions_out_of_range(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    await journal.add(make_job(), intent)
    assert await journal.changed_since(sys.maxsize * 4) == (1, [])
    assert await journal.changed_since(-1) == (1, [JobChange(make_job(), (intent,))])
