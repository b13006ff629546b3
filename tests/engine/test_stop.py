"""Leaving in the middle: of a start, of a stream, of a write. Jobs go on at their servers; nothing stays behind here.

What every test of this folder checks at its end belongs to it: no task, no open stream, no unheard exception.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.jobs import EventKind, Observation
from dsclone_tui.domain.ports import FoundJob
from dsclone_tui.domain.states import JobState

if TYPE_CHECKING:
    from .conftest import World

THERE = FoundJob("production", "staging", Observation(JobState.RUNNING, 5.0, remote_job_id="r"))


def running(progress: float) -> Observation:
    return Observation(JobState.RUNNING, progress)


async def test_stopping_in_the_middle_of_a_stream(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 1.0, running(20.0), 3600.0]
    engine = await world.engine(follow_all=True)
    job = await engine.launch(world.request)
    await world.passes(1.5)
    assert world.backend.listeners == 1
    assert await engine.stop() is None
    assert world.backend.listeners == 0
    assert (world.kept(job.id).state, world.kept(job.id).progress) == (JobState.RUNNING, 20.0)
    calls = len(world.backend.calls)
    await world.passes(60.0)
    assert len(world.backend.calls) == calls


async def test_stopping_in_the_middle_of_a_question(world: World) -> None:
    async def slow() -> Observation:
        await world.passes(30.0)
        return running(50.0)

    world.backend.will("poll", slow)
    engine = await world.engine()
    await engine.launch(world.request)
    await world.passes(1.0)
    began = world.clock.monotonic()
    await engine.stop()
    assert world.clock.monotonic() == began, "nobody waits for the answer"


async def test_stopping_in_the_middle_of_a_write(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 2.0, Observation(JobState.COMPLETED)]
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(1.9)
    world.journal.delay = 1.0
    await world.passes(0.5)
    assert world.kept(job.id).state is JobState.RUNNING, "the end is on its way to the disk"
    await engine.stop()
    assert engine.jobs[job.id].state is JobState.COMPLETED
    assert world.kept(job.id) == engine.jobs[job.id]
    assert [event.state for event in world.events(job.id)].count(JobState.COMPLETED) == 1


async def test_stopping_in_the_middle_of_settling(world: World) -> None:
    job = await world.job(ago=0.0, sent_at=world.clock.now())
    engine = await world.engine(follow_all=True)
    await world.passes(1.0)
    await engine.stop()
    assert world.kept(job.id).state is JobState.UNCONFIRMED
    world.backend.found = THERE
    again = await world.engine(journal=world.open_journal(), follow_all=True)
    await world.passes(5.0)
    assert again.jobs[job.id].state is JobState.RUNNING


async def test_stopping_in_the_middle_of_a_start(world: World) -> None:
    """The answer still counts if it comes before the process is gone, but nobody follows any more."""

    async def slow() -> Observation:
        await world.passes(5.0)
        return Observation(JobState.QUEUED, remote_job_id="r")

    world.backend.will("start", slow)
    engine = await world.engine(follow_all=True)
    job = await engine.intend(world.request)
    sending = asyncio.ensure_future(engine.send(job))
    await world.passes(1.0)
    await engine.stop()
    assert job.id in world.shelf.leases, "no other process may settle it while it is being sent"
    assert (await sending).remote_job_id == "r"
    assert world.kept(job.id).state is JobState.QUEUED
    assert world.shelf.leases == {}
    await world.passes(60.0)
    assert [what for _, what in world.backend.calls] == ["start"]


@pytest.mark.parametrize("found", [THERE, None])
async def test_a_start_that_is_cancelled_is_settled(world: World, found: FoundJob | None) -> None:
    async def slow() -> Observation:
        await world.passes(3600.0)
        raise AssertionError

    world.backend.will("start", slow)
    world.backend.found = found
    engine = await world.engine()
    job = await engine.intend(world.request)
    sending = asyncio.ensure_future(engine.send(job))
    await world.passes(1.0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await world.passes(15.0)
    assert engine.jobs[job.id].state is (JobState.RUNNING if found else JobState.NOT_STARTED)
    assert world.backend.count("start") == 1


async def test_a_start_that_is_cancelled_before_it_leaves_never_leaves(world: World) -> None:
    engine = await world.engine(follow_all=True)
    job = await engine.intend(world.request)
    world.journal.delay = 1.0
    sending = asyncio.ensure_future(engine.send(job))
    await world.passes(0.5)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await world.passes(2.0)
    world.journal.delay = 0.0
    assert EventKind.SENT in [event.kind for event in world.events(job.id)]
    assert engine.jobs[job.id].sent_at is not None, "journal and memory say the same"
    await world.passes(20.0)
    assert world.backend.count("start") == 0
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


async def test_an_intent_that_is_cancelled_while_it_is_written(world: World) -> None:
    engine = await world.engine(follow_all=True)
    world.journal.delay = 1.0
    intending = asyncio.ensure_future(engine.launch(world.request))
    await world.passes(0.5)
    intending.cancel()
    await asyncio.gather(intending, return_exceptions=True)
    world.journal.delay = 0.0
    await world.passes(20.0)
    (job,) = engine.jobs.values()
    assert job.state is JobState.NOT_STARTED
    assert world.backend.count("start") == 0


async def test_stopping_ends_the_listening(world: World) -> None:
    engine = await world.engine()
    job = await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(1.0)
    await engine.stop()
    await ear.task
    assert job.id in ear.heard.changed


async def test_stopping_twice_and_at_once(world: World) -> None:
    engine = await world.engine(follow_all=True)
    await engine.launch(world.request)
    assert await engine.stop() is None
    assert await engine.stop() is None


async def test_stopping_before_anything_has_begun(world: World) -> None:
    for number in range(5):
        world.request = replace(world.request, target=f"copy-{number}")
        await world.job(state=JobState.RUNNING, remote_job_id=f"r{number}")
    engine = await world.engine(follow_all=True)
    await engine.stop()
    assert world.shelf.leases == {}


async def test_nothing_is_followed_after_the_end(world: World) -> None:
    job = await world.job(state=JobState.RUNNING, remote_job_id="r")
    engine = await world.engine()
    world.journal.delay = 1.0
    attaching = asyncio.ensure_future(engine.attach(job.id))
    await world.passes(1.5)
    stopping = asyncio.ensure_future(engine.stop())
    await asyncio.gather(attaching, stopping)
    await world.passes(60.0)
    assert world.backend.calls == []
    assert world.shelf.leases == {}


async def test_two_wishes_to_follow_are_one(world: World) -> None:
    job = await world.job(state=JobState.RUNNING, remote_job_id="r")
    world.backend.stream = [Observation(), 3600.0]
    engine = await world.engine()
    world.journal.delay = 0.1
    await asyncio.gather(*(engine.attach(job.id) for _ in range(5)))
    await world.passes(1.0)
    assert world.backend.count("poll") == 1
    trackers = [task for task in asyncio.all_tasks() if task.get_name() == f"track-{job.id}"]
    assert len(trackers) == 1


async def test_a_thousand_jobs_at_once(world: World) -> None:
    world.journal.delay = 0.001
    engine = await world.engine()
    ear = world.ear(engine)
    jobs = [await engine.launch(replace(world.request, target=f"copy-{number}")) for number in range(1000)]
    world.backend.word = Observation(JobState.COMPLETED)
    await world.passes(10.0)
    assert {engine.jobs[job.id].state for job in jobs} == {JobState.COMPLETED}
    assert ear.heard.changed == {job.id for job in jobs}
    assert world.shelf.leases == {}
