"""Several processes on one journal: one follows a job, the others hear of it, and take over when it is gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import AnswerLostError, JournalError
from dsclone_tui.domain.jobs import EventKind, JobChange, Observation
from dsclone_tui.domain.ports import FoundJob
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.engine import supervise

if TYPE_CHECKING:
    from dsclone_tui.engine.engine import Engine

    from .conftest import World
    from .memory_journal import MemoryJournal

GONE = JournalError("this process was killed", code="journal_closed")
DONE = Observation(JobState.COMPLETED)


def running(progress: float) -> Observation:
    return Observation(JobState.RUNNING, progress)


async def kill(engine: Engine, journal: MemoryJournal) -> None:
    """A process that is gone writes nothing more, not even that it gives its leases back."""
    journal.broken = GONE
    await engine.stop()


async def test_the_second_hears_what_the_first_does(world: World) -> None:
    first = await world.engine(follow_all=True)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    ear = world.ear(second)
    job = await first.launch(world.request)
    world.backend.word = running(42.0)
    await world.passes(3.0)
    assert (second.jobs[job.id].state, second.jobs[job.id].progress) == (JobState.RUNNING, 42.0)
    world.backend.word = DONE
    await world.passes(3.0)
    assert second.jobs[job.id] == first.jobs[job.id]
    assert second.jobs[job.id].state is JobState.COMPLETED
    kinds = [event.kind for event in ear.heard.events[job.id]]
    assert kinds[:3] == [EventKind.INTENT, EventKind.SENT, EventKind.SUBMITTED]
    assert kinds.count(EventKind.OBSERVED) >= 2


async def test_nobody_hears_the_same_thing_twice(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 3.0, running(20.0), 3.0, running(30.0), 3.0, DONE]
    first = await world.engine(follow_all=True)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    own, other = world.ear(first), world.ear(second)
    job = await first.launch(world.request)
    await world.passes(30.0)
    written = world.events(job.id)
    assert own.heard.events[job.id] == written
    assert other.heard.events[job.id] == written
    assert [event.progress for event in written if event.progress] == [10.0, 20.0, 30.0]


async def test_news_that_is_read_twice_is_heard_once(world: World) -> None:
    """Taking jobs over reads the journal, and so does the ear on it, perhaps at the same moment."""
    jobs = []
    for number in range(10):
        world.request = replace(world.request, target=f"copy-{number}")
        jobs.append(await world.job(state=JobState.RUNNING, remote_job_id=f"r{number}"))
    journal = world.open_journal()
    engine = await world.engine(journal=journal)
    ear = world.ear(engine)
    journal.delay = 0.3
    for job in jobs[1:]:
        event = running(20.0).as_event(world.clock.now())
        await world.journal.save(JobChange(replace(jobs[0], progress=20.0, updated_at=event.at), (event,)))
        await asyncio.gather(engine.follow(job), world.passes(0.25))
    await world.passes(2.0)
    heard = ear.heard.events[jobs[0].id]
    assert len(heard) == 9
    assert len({id(event) for event in heard}) == 9


async def test_what_nobody_asked_for_is_not_followed(world: World) -> None:
    """``dsclone copy`` watches its own job, and leaves the others alone."""
    await world.job(state=JobState.RUNNING, remote_job_id="r")
    engine = await world.engine()
    await world.passes(60.0)
    assert len(engine.jobs) == 1, "it knows of it"
    assert (world.backend.calls, world.shelf.leases) == ([], {})


async def test_one_follows_and_the_other_does_not_ask(world: World) -> None:
    first = await world.engine(follow_all=True)
    await world.engine(journal=world.open_journal(), follow_all=True)
    await first.launch(world.request)
    await world.passes(60.0)
    assert world.backend.count("poll") <= 32


async def test_a_screen_that_opens_later_knows_the_open_jobs(world: World) -> None:
    first = await world.engine()
    job = await first.launch(world.request)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    assert second.jobs[job.id].open
    assert list(second.jobs) == [job.id]


@pytest.mark.parametrize("follow_all", [True, False])
async def test_when_the_first_leaves_the_second_takes_over(world: World, follow_all: bool) -> None:
    first = await world.engine(follow_all=True)
    job = await first.launch(world.request)
    second = await world.engine(journal=world.open_journal(), follow_all=follow_all)
    if not follow_all:
        await second.attach(job.id)
    await world.passes(3.0)
    await first.stop()
    asked = world.backend.count("poll")
    await world.passes(6.0)
    assert world.backend.count("poll") > asked
    world.backend.word = DONE
    await world.passes(3.0)
    assert second.jobs[job.id].state is JobState.COMPLETED


@pytest.mark.parametrize("dead", [True, False], ids=["known to be dead", "silent"])
async def test_when_the_first_is_killed_the_second_takes_over(
    world: World, dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await world.engine(follow_all=True)
    job = await first.launch(world.request)
    owner = world.shelf.leases[job.id].owner
    monkeypatch.setattr(supervise, "may_live", lambda name: not (dead and name == owner))
    await kill(first, world.journal)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    world.backend.word = DONE
    if not dead:
        await world.passes(9.0)
        assert second.jobs[job.id].open, "its lease still stands"
    await world.passes(0.5 if dead else 15.0)
    assert second.jobs[job.id].state is JobState.COMPLETED


async def test_a_killed_start_is_settled_by_the_next_process(world: World) -> None:
    async def never() -> Observation:
        await world.passes(3600.0)
        raise AssertionError

    world.backend.will("start", never)
    first = await world.engine()
    job = await first.intend(world.request)
    sending = asyncio.ensure_future(first.send(job))
    await world.passes(1.0)
    await kill(first, world.journal)
    sending.cancel()
    world.shelf.leases[job.id] = replace(world.shelf.leases[job.id], until=world.clock.now())
    world.backend.found = FoundJob("production", "staging", replace(running(5.0), remote_job_id="r"))
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    await world.passes(5.0)
    assert (second.jobs[job.id].state, second.jobs[job.id].remote_job_id) == (JobState.RUNNING, "r")
    assert world.backend.count("start") == 1


@pytest.mark.parametrize("lasts", [3.0, 25.0, 120.0])
async def test_a_start_under_way_is_left_to_its_process(world: World, lasts: float) -> None:
    """Neither the process itself nor another one settles what is just being sent, however long the answer takes."""

    async def slow() -> Observation:
        await world.passes(lasts)
        return Observation(JobState.QUEUED, remote_job_id="r")

    world.backend.will("start", slow)
    first = await world.engine(follow_all=True)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    job = await first.intend(world.request)
    sending = asyncio.ensure_future(first.send(job))
    await world.passes(lasts / 2)
    await first.attach(job.id)
    await second.attach(job.id)
    await world.passes(lasts / 2 - 0.1)
    assert first.jobs[job.id].state is second.jobs[job.id].state is JobState.INTENT
    assert [what for _, what in world.backend.calls] == ["start"]
    assert (await sending).remote_job_id == "r"
    await world.passes(5.0)
    assert second.jobs[job.id].state is JobState.RUNNING
    assert EventKind.UNANSWERED not in [event.kind for event in world.events(job.id)]


async def test_an_intent_that_nobody_sends_yet_is_left_to_its_process(world: World) -> None:
    first = await world.engine(follow_all=True)
    second = await world.engine(journal=world.open_journal(), follow_all=True)
    job = await first.intend(world.request)
    await world.passes(60.0)
    assert first.jobs[job.id].state is second.jobs[job.id].state is JobState.INTENT
    assert (await first.send(job)).state is JobState.QUEUED


async def test_who_takes_over_reads_the_journal_first(world: World) -> None:
    """The first process may have written a moment before it left, and the second not have heard of it yet."""
    world.backend.will("start", AnswerLostError("cut off"))
    first = await world.engine()
    job = await first.launch(world.request)
    journal = world.open_journal()
    second = await world.engine(journal=journal)
    assert second.jobs[job.id].state is JobState.UNCONFIRMED
    world.backend.found = FoundJob("production", "staging", replace(running(5.0), remote_job_id="r"))
    settled = await first.settled(job.id)
    assert settled.remote_job_id == "r"
    await first.stop()
    asked = world.backend.count("find")
    await second.follow(second.jobs[job.id])
    assert second.jobs[job.id].state is JobState.UNCONFIRMED, "it has not heard the news yet"
    await world.passes(0.1)
    assert (second.jobs[job.id].state, second.jobs[job.id].remote_job_id) == (JobState.RUNNING, "r")
    assert world.backend.count("find") == asked, "there is nothing left to settle"
    assert world.kept(job.id).remote_job_id == "r"


async def test_an_end_that_was_heard_is_not_undone_by_older_news(world: World) -> None:
    first = await world.engine()
    second = await world.engine(journal=world.open_journal())
    job = await first.launch(world.request)
    world.backend.word = DONE
    await world.passes(5.0)
    ended = second.jobs[job.id]
    assert ended.state is JobState.COMPLETED
    world.shelf.records[job.id] = replace(ended, state=JobState.RUNNING, link=LinkState.POLLING)
    world.shelf.revision += 1
    world.shelf.revisions[job.id] = world.shelf.revision
    await world.passes(1.0)
    assert second.jobs[job.id] == ended


async def test_a_lost_job_that_was_marked_by_hand_is_heard_of(world: World) -> None:
    engine = await world.engine()
    job = await world.job(state=JobState.LOST, remote_job_id="r")
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.LOST
    await world.open_journal().save(JobChange(replace(job, state=JobState.COMPLETED)))
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.COMPLETED
