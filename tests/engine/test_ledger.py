"""What is committed before it is told, and what may wait."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import EventKind, JobChange, JobEvent, JobRecord, Observation
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.engine.ledger import Ledger
from dsclone_tui.engine.publish import News, Publisher

if TYPE_CHECKING:
    from .conftest import World

FULL = JournalError("the disk is full", code="journal_full")


class Desk:
    """A ledger with one running job, on the world's journal."""

    def __init__(self, world: World, job: JobRecord) -> None:
        self.world, self.job = world, job
        self.publisher = Publisher()
        self.subscription = self.publisher.subscribe()
        self.ledger = Ledger(world.journal, self.publisher, world.clock)
        self.ledger.load([job])

    @property
    def record(self) -> JobRecord:
        return self.ledger.records[self.job.id]

    async def observe(self, state: JobState | None = None, progress: float | None = None) -> JobRecord:
        return await self.ledger.record(self.job.id, Observation(state, progress).as_event(self.world.clock.now()))

    async def link(self, link: LinkState) -> JobRecord:
        return await self.ledger.record(self.job.id, JobEvent(self.world.clock.now(), EventKind.LINK, link=link))

    def told(self) -> News:
        self.publisher.flush()
        news, self.subscription._pending = self.subscription._pending, News()
        return news


@pytest.fixture
async def desk(world: World) -> Desk:
    job = await world.job(ago=0.0, state=JobState.RUNNING, progress=1.0, remote_job_id="r")
    desk = Desk(world, job)
    await desk.observe(progress=2.0)
    desk.told()
    return desk


async def test_a_transition_is_written_before_it_is_told(world: World, desk: Desk) -> None:
    world.journal.delay = 1.0
    writing = asyncio.ensure_future(desk.observe(JobState.COMPLETED))
    await world.passes(0.9)
    assert desk.record.state is JobState.RUNNING
    assert not desk.told()
    await world.passes(0.2)
    assert world.kept(desk.job.id).state is JobState.COMPLETED
    assert desk.told().changed == {desk.job.id}
    assert (await writing) is desk.record


async def test_progress_reaches_the_disk_at_most_every_two_seconds(world: World, desk: Desk) -> None:
    before = len(world.journal.saves)
    for tick in range(200):
        await desk.observe(progress=2.0 + tick * 0.1)
        await world.passes(0.1)
    saves = world.journal.saves[before:]
    assert 9 <= len(saves) <= 11
    assert desk.record.progress == pytest.approx(21.9)
    assert len(desk.told().events[desk.job.id]) == 199, "everybody hears all of it (the first was no news)"
    assert all(len(save.events) == 1 for save in saves), "and the newest stands for the run"
    assert saves[-1].events[0].progress == saves[-1].record.progress


async def test_progress_in_memory_is_written_at_the_end(world: World, desk: Desk) -> None:
    await desk.observe(progress=50.0)
    await desk.observe(progress=60.0)
    assert world.kept(desk.job.id).progress == 2.0
    await desk.ledger.flush()
    assert world.kept(desk.job.id).progress == 60.0
    saves = len(world.journal.saves)
    await desk.ledger.flush()
    assert len(world.journal.saves) == saves


async def test_what_is_no_news_costs_nothing(world: World, desk: Desk) -> None:
    saves, record = len(world.journal.saves), desk.record
    await world.passes(10.0)
    for progress in (2.0, 1.0, None):
        assert await desk.observe(JobState.RUNNING, progress) is record
    assert len(world.journal.saves) == saves
    assert not desk.told()


async def test_a_transition_takes_the_waiting_progress_with_it(world: World, desk: Desk) -> None:
    await desk.observe(progress=30.0)
    await desk.observe(progress=40.0)
    await desk.link(LinkState.RETRYING)
    last = world.journal.saves[-1]
    assert [(event.kind, event.progress) for event in last.events] == [
        (EventKind.OBSERVED, 40.0),
        (EventKind.LINK, None),
    ]
    assert (last.record.progress, last.record.link) == (40.0, LinkState.RETRYING)


@pytest.mark.parametrize(
    "word", [Observation(error=ErrorInfo("odd", "odd")), Observation(remote_job_id="r2")], ids=["error", "id"]
)
async def test_what_matters_does_not_wait(world: World, desk: Desk, word: Observation) -> None:
    await desk.ledger.record(desk.job.id, word.as_event(world.clock.now()))
    assert world.kept(desk.job.id) == desk.record


async def test_progress_does_not_stop_at_a_full_disk(world: World, desk: Desk) -> None:
    world.journal.full = FULL
    for progress in (10.0, 20.0, 30.0):
        await world.passes(3.0)
        await desk.observe(progress=progress)
    await desk.link(LinkState.RETRYING)
    assert (desk.record.progress, desk.record.link) == (30.0, LinkState.RETRYING)
    assert desk.told().troubles == {"": FULL.info}
    world.journal.full = None
    await world.passes(3.0)
    await desk.observe(progress=40.0)
    assert world.kept(desk.job.id) == desk.record
    kinds = [event.kind for event in world.journal.saves[-1].events]
    assert kinds == [EventKind.OBSERVED, EventKind.LINK, EventKind.OBSERVED]
    assert desk.told().troubles == {"": None}


async def test_an_end_that_cannot_be_written_is_kept(world: World, desk: Desk) -> None:
    why = ErrorInfo("failed", "quota")
    world.journal.full = FULL
    await desk.observe(progress=50.0)
    with pytest.raises(JournalError):
        await desk.ledger.record(desk.job.id, Observation(JobState.FAILED, error=why).as_event(world.clock.now()))
    assert (desk.record.state, desk.record.progress) == (JobState.RUNNING, 50.0)
    with pytest.raises(JournalError):
        await desk.ledger.catch_up(desk.job.id)
    world.journal.full = None
    desk.told()
    await desk.ledger.catch_up(desk.job.id)
    assert (desk.record.state, desk.record.error) == (JobState.FAILED, why)
    assert world.kept(desk.job.id) == desk.record
    assert [event.error for event in desk.told().events[desk.job.id]] == [why], "told once"
    assert [event.progress for event in world.journal.saves[-1].events] == [50.0, None]


async def test_what_was_kept_is_written_with_the_next_word(world: World, desk: Desk) -> None:
    why = ErrorInfo("failed", "quota")
    world.journal.full = FULL
    with pytest.raises(JournalError):
        await desk.ledger.record(desk.job.id, Observation(JobState.FAILED, error=why).as_event(world.clock.now()))
    world.journal.full = None
    ended = await desk.observe(JobState.FAILED)
    assert (ended.state, ended.error) == (JobState.FAILED, why), "the first word had the reason"
    assert world.kept(desk.job.id) == ended


async def test_a_start_that_was_not_written_was_not_sent(world: World) -> None:
    job = await world.job()
    desk = Desk(world, job)
    world.journal.full = FULL
    with pytest.raises(JournalError):
        await desk.ledger.record(job.id, JobEvent(world.clock.now(), EventKind.SENT))
    world.journal.full = None
    await desk.ledger.flush()
    assert desk.record.sent_at is None
    assert world.kept(job.id).sent_at is None


async def test_all_jobs_are_flushed_though_one_fails(world: World, desk: Desk) -> None:
    world.request = replace(world.request, target="other")
    other = await world.job(state=JobState.RUNNING)
    desk.ledger.load([other])
    await desk.ledger.record(other.id, JobEvent(world.clock.now(), EventKind.LINK, link=LinkState.POLLING))
    await desk.observe(progress=50.0)
    await desk.ledger.record(other.id, Observation(None, 60.0).as_event(world.clock.now()))
    world.journal.refuse = lambda change: FULL if change.record.id == desk.job.id else None
    with pytest.raises(JournalError):
        await desk.ledger.flush()
    assert world.kept(other.id).progress == 60.0
    world.journal.refuse = lambda change: None
    await desk.ledger.flush()
    assert world.kept(desk.job.id).progress == 50.0


async def test_a_caller_that_is_cancelled_leaves_journal_and_memory_in_step(world: World, desk: Desk) -> None:
    await desk.observe(progress=50.0)
    world.journal.delay = 1.0
    writing = asyncio.ensure_future(desk.observe(JobState.COMPLETED))
    await world.passes(0.5)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await desk.ledger.catch_up(desk.job.id)
    assert desk.record.state is JobState.COMPLETED
    assert world.kept(desk.job.id) == desk.record
    assert len([event for event in world.events(desk.job.id) if event.progress == 50.0]) == 1


async def test_a_cancelled_caller_and_a_full_disk(world: World, desk: Desk) -> None:
    world.journal.delay, world.journal.full = 1.0, FULL
    writing = asyncio.ensure_future(desk.observe(JobState.COMPLETED))
    await world.passes(0.5)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await world.passes(1.0)
    assert desk.record.state is JobState.RUNNING
    world.journal.full = None
    await desk.ledger.flush()
    assert world.kept(desk.job.id).state is JobState.COMPLETED


async def test_news_of_others_does_not_undo_what_is_in_memory(world: World, desk: Desk) -> None:
    await desk.observe(progress=50.0)
    desk.ledger.hear(JobChange(replace(world.kept(desk.job.id), link=LinkState.POLLING)))
    assert (desk.record.progress, desk.record.link) == (50.0, LinkState.POLLING)
    ended = replace(world.kept(desk.job.id), state=JobState.FAILED)
    desk.ledger.hear(JobChange(ended))
    assert desk.record == ended
    saves = len(world.journal.saves)
    await desk.ledger.flush()
    assert len(world.journal.saves) == saves, "what the end has overtaken is not written"


async def test_loading_does_not_undo_what_is_in_memory(desk: Desk) -> None:
    await desk.observe(progress=50.0)
    desk.ledger.load([desk.job])
    assert desk.record.progress == 50.0


async def test_the_meter_runs_along(world: World, desk: Desk) -> None:
    for second in range(1, 11):
        await world.passes(1.0)
        await desk.observe(progress=1.0 + second * 2)
    rate = desk.ledger.meter(desk.job.id).per_second()
    assert rate == pytest.approx(2.0)
    left = desk.ledger.meter(desk.job.id).remaining(world.clock.now())
    assert left is not None
    assert left == pytest.approx(timedelta(seconds=39.5), abs=timedelta(milliseconds=1))
    assert desk.ledger.meter("unknown").per_second() is None
