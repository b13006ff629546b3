"""What becomes of a start whose answer never came."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dsclone_tui.domain.errors import (
    AnswerLostError,
    BadAnswerError,
    BusyError,
    DscloneError,
    ErrorInfo,
    NotPermittedError,
    UnreachableError,
)
from dsclone_tui.domain.jobs import EventKind, Observation
from dsclone_tui.domain.ports import FoundJob
from dsclone_tui.domain.states import JobState, LinkState

if TYPE_CHECKING:
    from dsclone_tui.domain.jobs import JobRecord
    from dsclone_tui.engine.engine import Engine

    from .conftest import World

LOST = AnswerLostError("cut off")
THERE = FoundJob("production", "staging", Observation(JobState.RUNNING, 15.0, "running", "r9"))
ENDED = FoundJob("production", "staging", Observation(JobState.COMPLETED, remote_job_id="r9"))


async def lost_start(world: World, **options: Any) -> tuple[Engine, JobRecord]:
    world.backend.will("start", LOST)
    engine = await world.engine(**options)
    job = await engine.launch(world.request)
    assert job.state is JobState.UNCONFIRMED
    return engine, job


async def test_found_at_once(world: World) -> None:
    world.backend.found = THERE
    engine, job = await lost_start(world)
    await world.passes(0.1)
    found = engine.jobs[job.id]
    assert (found.state, found.remote_job_id, found.progress) == (JobState.RUNNING, "r9", 15.0)
    assert found.error is None, "the lost answer is history"
    assert world.backend.count("poll", "listen") > 0, "and it is followed"
    assert world.backend.count("start") == 1


@pytest.mark.parametrize("late", [0.5, 2.0, 3.4])
async def test_found_late(world: World, late: float) -> None:
    engine, job = await lost_start(world)
    await world.passes(late)
    assert engine.jobs[job.id].state is JobState.UNCONFIRMED
    world.backend.found = THERE
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.RUNNING


async def test_found_when_it_has_ended_already(world: World) -> None:
    world.backend.found = ENDED
    engine, job = await lost_start(world)
    await world.passes(0.1)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].progress) == (JobState.COMPLETED, 100.0)
    assert world.backend.count("poll", "listen") == 0


async def test_never_found(world: World) -> None:
    engine, job = await lost_start(world)
    await world.passes(9.0)
    settled = engine.jobs[job.id]
    assert settled.state is JobState.NOT_STARTED
    assert settled.error is not None
    assert (settled.error.code, settled.link) == ("not_started", LinkState.IDLE)
    assert settled.finished_at is not None
    assert timedelta(seconds=2) < settled.finished_at - job.created_at < timedelta(seconds=9)
    assert world.kept(job.id) == settled


async def test_a_slow_answer_counts_from_when_it_was_lost(world: World) -> None:
    """The request timed out after half a minute: the server may still be about to act."""

    async def times_out() -> Observation:
        await world.passes(30.0)
        raise LOST

    world.backend.will("start", times_out)
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(1.9)
    assert engine.jobs[job.id].state is JobState.UNCONFIRMED
    world.backend.found = THERE
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.RUNNING


@pytest.mark.parametrize(
    "trouble", [UnreachableError("no route"), BadAnswerError("html"), BusyError("429", retry_after=2.0)]
)
async def test_while_nobody_can_be_asked_nothing_is_decided(world: World, trouble: DscloneError) -> None:
    world.backend.found = trouble
    engine, job = await lost_start(world)
    await world.passes(0.5)
    assert engine.jobs[job.id].link is LinkState.RETRYING
    await world.passes(3600)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].link) == (JobState.UNCONFIRMED, LinkState.OFFLINE)
    assert world.backend.count("find") < 1000
    world.backend.found = THERE
    await world.passes(16)
    assert engine.jobs[job.id].state is JobState.RUNNING
    assert world.backend.count("start") == 1


async def test_absence_counts_only_when_it_was_seen(world: World) -> None:
    world.backend.found = UnreachableError("no route")
    engine, job = await lost_start(world)
    await world.passes(60)
    world.backend.found = None
    await world.passes(16)
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


async def test_a_token_that_is_gone_keeps_it_open(world: World) -> None:
    world.backend.found = NotPermittedError("revoked", code="not_authenticated")
    engine, job = await lost_start(world)
    ear = world.ear(engine)
    await world.passes(20)
    assert engine.jobs[job.id].state is JobState.UNCONFIRMED
    assert ear.troubles[job.id] == ErrorInfo("not_authenticated", "revoked")
    assert world.backend.count("find") == 1
    world.backend.found = THERE
    await world.passes(20)
    assert engine.jobs[job.id].state is JobState.RUNNING
    assert ear.troubles[job.id] is None


async def test_an_intent_that_was_never_sent(world: World) -> None:
    job = await world.job()
    engine = await world.engine(follow_all=True)
    await world.passes(0.1)
    assert engine.jobs[job.id].state is JobState.NOT_STARTED
    assert world.backend.calls == [], "there is nothing to ask"


async def test_a_young_intent_is_not_ended_before_two_seconds(world: World) -> None:
    job = await world.job(ago=0.5)
    engine = await world.engine(follow_all=True)
    await world.passes(1.4)
    assert engine.jobs[job.id].state is JobState.INTENT
    await world.passes(0.2)
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


@pytest.mark.parametrize("state", [JobState.INTENT, JobState.UNCONFIRMED])
@pytest.mark.parametrize("ago", [0.0, 1.0, 3.0, 86400.0])
@pytest.mark.parametrize(("found", "outcome"), [(THERE, JobState.RUNNING), (None, JobState.NOT_STARTED)])
async def test_after_a_kill_the_truth_is_there_within_five_seconds(
    world: World, state: JobState, ago: float, found: FoundJob | None, outcome: JobState
) -> None:
    sent_at = world.clock.now() - timedelta(seconds=ago)
    job = await world.job(ago=ago, state=state, sent_at=sent_at)
    world.backend.found = found
    await world.engine(follow_all=True)
    await world.passes(5.0)
    kept = world.kept(job.id)
    assert kept.state is outcome
    if kept.finished_at is not None:
        assert kept.finished_at - sent_at >= timedelta(seconds=2)
    kinds = [event.kind for event in world.events(job.id)]
    assert (EventKind.UNANSWERED in kinds) is (state is JobState.INTENT)


async def test_it_appears_two_seconds_after_the_kill(world: World) -> None:
    job = await world.job(ago=0.2, sent_at=world.clock.now())
    engine = await world.engine(follow_all=True)
    await world.passes(2.0)
    world.backend.found = THERE
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.RUNNING


async def test_jobs_of_other_records_are_not_taken_for_it(world: World) -> None:
    """An earlier copy of the same pair, ended and no longer in memory, must not answer for this one."""
    await world.job(ago=30, state=JobState.COMPLETED, remote_job_id="earlier")
    engine, job = await lost_start(world)
    running = await world.job(ago=1, state=JobState.LOST, remote_job_id="meanwhile")
    await world.passes(1.0)
    assert world.backend.known[0] == {"earlier", "meanwhile"}
    assert running.id != job.id
    assert engine.jobs[job.id].remote_job_id is None


async def test_a_clock_that_is_put_back_does_not_stop_it(world: World) -> None:
    engine, job = await lost_start(world)
    world.clock.shift = timedelta(hours=-1)
    await world.passes(9.0)
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


async def test_settled_tells_as_soon_as_it_is_known(world: World) -> None:
    engine, job = await lost_start(world)
    began = world.clock.monotonic()
    world.backend.will("find", None, None, THERE)
    assert (await engine.settled(job.id)).state is JobState.RUNNING
    assert world.clock.monotonic() - began < 2.0
    began = world.clock.monotonic()
    assert (await engine.settled(job.id)).state is JobState.RUNNING
    assert world.clock.monotonic() == began, "what is settled needs no waiting"


async def test_settled_gives_up_after_nine_seconds(world: World) -> None:
    world.backend.found = UnreachableError("no route")
    engine, job = await lost_start(world)
    began = world.clock.monotonic()
    assert (await engine.settled(job.id)).state is JobState.UNCONFIRMED
    assert world.clock.monotonic() - began == pytest.approx(9.0)


async def test_settled_ends_with_the_engine(world: World) -> None:
    world.backend.found = UnreachableError("no route")
    engine, job = await lost_start(world)
    asking = asyncio.ensure_future(engine.settled(job.id))
    await world.passes(1.0)
    await engine.stop()
    assert (await asking).state is JobState.UNCONFIRMED
