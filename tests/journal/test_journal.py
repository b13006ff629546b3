"""What the engine relies on: jobs come back as they were written, in the order asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.domain.errors import ConflictError, ErrorInfo, JournalError
from dsclone_tui.domain.jobs import EventKind, JobChange, JobEvent, JobRecord
from dsclone_tui.domain.ports import JobFilter, Journal
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis
from dsclone_tui.journal.journal import SqlJournal

MakeJob = Callable[..., JobRecord]
OpenJournal = Callable[..., Awaitable[SqlJournal]]


async def test_is_the_journal_of_the_port(journal: SqlJournal) -> None:
    port: Journal = journal
    assert await port.open_jobs() == []
    assert await port.jobs(JobFilter()) == []
    assert await port.get("nothing") is None
    assert await port.revision() == 0


async def test_a_job_is_there_after_opening_again(
    open_journal: OpenJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    first = await open_journal()
    job = make_job()
    await first.add(job, intent)
    ended = replace(
        job,
        state=JobState.FAILED,
        remote_job_id="j1",
        remote_state="failed",
        progress=33.25,
        progress_basis=ProgressBasis.REPORTED,
        link=LinkState.POLLING,
        error=ErrorInfo("refused", "no", "ask", "E1"),
        sent_at=at,
        submitted_at=at,
        finished_at=at,
        adopted=True,
        updated_at=at + timedelta(microseconds=1),
    )
    news = JobEvent(at, EventKind.OBSERVED, state=JobState.FAILED, progress=33.25, message="it says no")
    await first.save(JobChange(ended, (news,)))
    await first.aclose()

    second = await open_journal()
    assert await second.get(job.id) == ended
    assert await second.events(job.id) == [intent, news]


async def test_refuses_a_second_open_job_to_the_same_target(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent
) -> None:
    await journal.add(make_job(1), intent)
    second = make_job(2, request=make_job(1).request)
    with pytest.raises(ConflictError) as refusal:
        await journal.add(second, intent)
    assert refusal.value.info.code == "already_running"
    assert "acme:zp7mbokg/copy-1" in refusal.value.message
    assert await journal.get(second.id) is None
    assert await journal.revision() == 1


@pytest.mark.parametrize("other", [{"backend": "b"}, {"project": "p"}, {"target": "t"}])
async def test_another_backend_project_or_target_is_no_conflict(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, other: dict[str, Any]
) -> None:
    first = make_job(1)
    await journal.add(first, intent)
    await journal.add(make_job(2, request=replace(first.request, **other)), intent)
    assert len(await journal.open_jobs()) == 2


async def test_the_target_is_free_again_after_the_end(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    first = make_job(1)
    await journal.add(first, intent)
    await journal.save(JobChange(replace(first, state=JobState.COMPLETED)))
    await journal.add(make_job(2, request=first.request), intent)
    assert [job.id for job in await journal.open_jobs()] == ["job-0002"]


async def test_a_job_that_ended_elsewhere_is_taken_in_beside_an_open_one(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent
) -> None:
    await journal.add(make_job(1), intent)
    await journal.add(make_job(2, request=make_job(1).request, state=JobState.COMPLETED), intent)
    assert len(await journal.jobs(JobFilter())) == 2


async def test_a_remote_job_is_adopted_once(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    await journal.add(make_job(1, remote_job_id="j1", adopted=True, state=JobState.RUNNING), intent)
    with pytest.raises(ConflictError) as refusal:
        await journal.add(make_job(2, remote_job_id="j1", adopted=True, state=JobState.COMPLETED), intent)
    assert refusal.value.info.code == "already_known"
    assert "job-0001" in str(refusal.value.info.hint)
    elsewhere = replace(make_job(3).request, project="other")
    await journal.add(make_job(3, remote_job_id="j1", request=elsewhere), intent)


async def test_refuses_the_same_id_twice(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    await journal.add(make_job(1, state=JobState.LOST), intent)
    with pytest.raises(ConflictError) as refusal:
        await journal.add(make_job(1), intent)
    assert refusal.value.info.code == "already_known"


@pytest.mark.parametrize("otherwise", [JobState.RUNNING, JobState.FAILED, JobState.LOST])
async def test_an_end_is_never_undone_by_a_process_that_has_not_heard_of_it(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime, otherwise: JobState
) -> None:
    job = make_job()
    await journal.add(job, intent)
    ended = replace(job, state=JobState.COMPLETED, finished_at=at)
    await journal.save(JobChange(ended))
    revision = await journal.revision()
    late = JobEvent(at, EventKind.NOTE, message="late")
    await journal.save(JobChange(replace(job, state=otherwise), (late,)))
    assert await journal.get(job.id) == ended
    assert await journal.changed_since(revision) == (revision + 1, [JobChange(ended, (late,))])


async def test_a_lost_job_may_be_marked_by_hand(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    lost = make_job(state=JobState.LOST)
    await journal.add(lost, intent)
    await journal.save(JobChange(replace(lost, state=JobState.RUNNING)))
    assert await journal.get(lost.id) == lost
    await journal.save(JobChange(marked := replace(lost, state=JobState.COMPLETED)))
    assert await journal.get(lost.id) == marked
    await journal.save(JobChange(more := replace(marked, remote_state="done")))
    assert await journal.get(lost.id) == more


async def test_saving_an_unknown_job_is_an_error_and_harms_no_other(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent
) -> None:
    known, unknown = make_job(1), make_job(2)
    await journal.add(known, intent)
    results = await asyncio.gather(
        journal.save(JobChange(unknown, (intent,))),
        journal.save(JobChange(replace(known, progress=5.0))),
        return_exceptions=True,
    )
    assert isinstance(results[0], JournalError)
    assert results[0].info.code == "job_unknown"
    assert results[1] is None
    assert [job.progress for job in await journal.jobs(JobFilter())] == [5.0]


async def test_match_knows_no_wildcards(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    for number, job_id in enumerate(["ab%1", "ab%2", "abc", "ab_", "b"]):
        await journal.add(make_job(number, id=job_id), intent)

    async def matching(prefix: str) -> list[str]:
        return [job.id for job in await journal.match(prefix)]

    assert await matching("ab%") == ["ab%2", "ab%1"]
    assert await matching("ab_") == ["ab_"]
    assert await matching("ab") == ["ab_", "abc", "ab%2", "ab%1"]
    assert await matching("%") == []
    assert await matching("b") == ["b"]
    assert await matching("\udcff") == []


async def test_match_gives_ten_at_most_the_newest_first(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent
) -> None:
    for number in range(12):
        await journal.add(make_job(number), intent)
    assert [job.id for job in await journal.match("job-")] == [f"job-{number:04}" for number in range(11, 1, -1)]


async def test_by_remote_id(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    other = replace(make_job(3).request, backend="site")
    for job in (make_job(1, remote_job_id="j1"), make_job(2), make_job(3, remote_job_id="j1", request=other)):
        await journal.add(job, intent)
    assert [job.id for job in await journal.by_remote_id("acme", "j1")] == ["job-0001"]
    assert await journal.by_remote_id("acme", "j") == []


async def test_filters(journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime) -> None:
    site = replace(make_job(3).request, backend="site")
    jobs = [make_job(1, state=JobState.COMPLETED), make_job(2), make_job(3, request=site, state=JobState.FAILED)]
    for job in jobs:
        await journal.add(job, intent)

    async def ids(wanted: JobFilter) -> list[str]:
        return [job.id[-1] for job in await journal.jobs(wanted)]

    assert await ids(JobFilter()) == ["3", "2", "1"]
    assert await ids(JobFilter(states=[JobState.COMPLETED, JobState.FAILED])) == ["3", "1"]
    assert await ids(JobFilter(backend="acme")) == ["2", "1"]
    assert await ids(JobFilter(since=at + timedelta(seconds=2))) == ["3", "2"]
    assert await ids(JobFilter(limit=1)) == ["3"]
    assert await ids(JobFilter(limit=0)) == []
    assert await ids(JobFilter([JobState.COMPLETED], "acme", at, 5)) == ["1"]
    assert [job.id[-1] for job in await journal.open_jobs()] == ["2"]


async def test_events_oldest_first_and_limited_to_the_newest(
    journal: SqlJournal, make_job: MakeJob, intent: JobEvent, at: datetime
) -> None:
    await journal.add(make_job(1), intent)
    await journal.add(make_job(2), intent)
    notes = [JobEvent(at, EventKind.NOTE, message=str(number)) for number in range(5)]
    await journal.save(JobChange(make_job(1), tuple(notes[:3])))
    await journal.save(JobChange(make_job(1), tuple(notes[3:])))
    assert await journal.events("job-0001") == [intent, *notes]
    assert await journal.events("job-0001", limit=2) == notes[3:]
    assert await journal.events("job-0001", limit=0) == []
    assert await journal.events("nothing") == []


async def test_two_thousand_jobs(journal: SqlJournal, make_job: MakeJob, intent: JobEvent) -> None:
    jobs = [make_job(number) for number in range(2000)]
    await asyncio.gather(*(journal.add(job, intent) for job in jobs))
    assert await journal.jobs(JobFilter()) == jobs[::-1]
    assert await journal.jobs(JobFilter(limit=50)) == jobs[:-51:-1]
    revision = await journal.revision()
    await asyncio.gather(*(journal.save(JobChange(replace(job, progress=1.0))) for job in jobs))
    assert await journal.revision() - revision < 2000, "saves that wait together share commits"
    assert {job.progress for job in await journal.open_jobs()} == {1.0}


async def test_integrity_of_a_sound_file(journal: SqlJournal, journal_path: Path) -> None:
    assert await journal.integrity() == []
    assert journal.path == journal_path
