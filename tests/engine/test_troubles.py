"""What keeps a process from watching: told, survived, and tried again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import ErrorInfo, JournalError, NotPermittedError
from dsclone_tui.domain.jobs import EventKind, Observation
from dsclone_tui.domain.states import JobState

if TYPE_CHECKING:
    from .conftest import World

FULL = JournalError("the disk is full", code="journal_full")
WHY = ErrorInfo("failed", "the copy failed: quota", remote="quota")
DONE = Observation(JobState.COMPLETED)


def running(progress: float) -> Observation:
    return Observation(JobState.RUNNING, progress)


async def test_a_backend_that_is_no_longer_configured(world: World) -> None:
    job = await world.job(state=JobState.RUNNING, remote_job_id="r")
    engine = await world.engine(backends={}, follow_all=True)
    ear = world.ear(engine)
    await world.passes(1.0)
    trouble = ear.troubles[job.id]
    assert trouble is not None
    assert (trouble.code, trouble.message) == ("backend_missing", "no backend acme is configured")
    assert trouble.hint is not None
    assert "[backends.acme]" in trouble.hint
    await world.passes(100.0)
    assert engine.jobs[job.id].state is JobState.RUNNING
    assert job.id not in world.shelf.leases, "a process that has the backend may follow"
    assert len(ear.news) == 1, "told once, not every time it is tried"


async def test_what_was_seen_last_is_written_when_the_watching_fails(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 0.5, running(20.0), NotPermittedError("revoked")]
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(1.0)
    assert world.kept(job.id).progress == engine.jobs[job.id].progress == 20.0


async def test_troubles_are_the_first_news_of_who_comes_later(world: World) -> None:
    jobs = [await world.job(state=JobState.RUNNING)]
    world.request = replace(world.request, target="other")
    jobs.append(await world.job(state=JobState.RUNNING))
    world.journal.delay = 0.01
    engine = await world.engine(backends={}, follow_all=True)
    await world.passes(5.0)
    ear = world.ear(engine)
    await world.passes(0.1)
    assert set(ear.troubles) == {job.id for job in jobs}


async def test_a_bug_in_watching_does_not_vanish(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.backend.will("poll", running(10.0), ZeroDivisionError("oops"))
    engine = await world.engine()
    job = await engine.launch(world.request)
    other = await engine.launch(replace(world.request, target="other"))
    ear = world.ear(engine)
    await world.passes(10.0)
    trouble = ear.troubles.get(job.id) or ear.troubles.get(other.id)
    assert trouble is not None
    assert trouble.code == "internal_error"
    assert "ZeroDivisionError" in trouble.message
    assert [(line.name, line.levelname) for line in caplog.records] == [("dsclone", "ERROR")]
    assert caplog.records[0].exc_info is not None
    assert "oops" in caplog.text
    assert engine.jobs[job.id].open
    assert engine.jobs[other.id].open
    world.backend.word = DONE
    await world.passes(36.0)
    assert engine.jobs[job.id].state is engine.jobs[other.id].state is JobState.COMPLETED, "tried again"
    assert list(ear.troubles.values()) == [None]


async def test_a_bug_in_the_stream_does_not_vanish(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.backend.stream = [Observation(), running(10.0), RuntimeError("oops")]
    engine = await world.engine(follow_all=True)
    job = await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(29.0)
    trouble = ear.troubles[job.id]
    assert trouble is not None
    assert trouble.code == "internal_error"
    assert len(caplog.records) == 1, "not in a loop"
    assert world.backend.listeners == 0


@pytest.mark.parametrize("error", [FULL, ZeroDivisionError("oops")])
async def test_the_heartbeat_survives_what_it_meets(
    world: World, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    engine = await world.engine()
    job = await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(0.5)
    world.journal.full = error
    await world.passes(6.0)
    trouble = ear.troubles[""]
    assert trouble is not None
    assert trouble.code == ("journal_full" if error is FULL else "internal_error")
    assert ("oops" in caplog.text) is (error is not FULL)
    world.journal.full = None
    await world.passes(20.0)
    assert ear.troubles[""] is None
    assert world.shelf.leases[job.id].until > world.clock.now(), "and goes on beating"


@pytest.mark.parametrize("error", [FULL, ZeroDivisionError("oops")])
async def test_the_ear_on_the_journal_survives_what_it_hears(
    world: World, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    journal = world.open_journal()
    second = await world.engine(journal=journal)
    ear = world.ear(second)
    journal.broken = error
    first = await world.engine()
    job = await first.launch(world.request)
    await world.passes(3.0)
    assert job.id not in second.jobs
    assert len(caplog.records) == (0 if error is FULL else 1), "logged once, not at every try"
    trouble = ear.troubles[""]
    assert trouble is not None
    assert trouble.code == ("journal_full" if error is FULL else "internal_error")
    journal.broken = None
    await world.passes(1.0)
    assert ear.troubles[""] is None
    assert second.jobs[job.id].state is JobState.RUNNING


@pytest.mark.parametrize("follow_all", [True, False])
async def test_an_end_that_the_journal_did_not_take(world: World, follow_all: bool) -> None:
    """The stream told why the job failed, and only once: polls know no reasons (wire/sanity 2.6)."""
    world.backend.word = Observation(JobState.FAILED)
    world.backend.stream = [Observation(), running(10.0), 5.0, Observation(JobState.FAILED, error=WHY)]
    engine = await world.engine(follow_all=follow_all)
    job = await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(1.0)
    world.journal.full = FULL
    await world.passes(60.0)
    assert engine.jobs[job.id].state is JobState.RUNNING, "nobody hears of what is not written"
    assert world.kept(job.id).state is JobState.RUNNING
    assert ear.troubles[job.id] == FULL.info
    world.journal.full = None
    await world.passes(6.0)
    ended = engine.jobs[job.id]
    assert (ended.state, ended.error) == (JobState.FAILED, WHY)
    assert world.kept(job.id) == ended
    assert WHY in [event.error for event in world.events(job.id)]
    assert ear.troubles == {job.id: None, "": None}
    assert WHY in [event.error for event in ear.heard.events[job.id]]


async def test_progress_goes_on_while_the_journal_is_full(world: World) -> None:
    world.backend.stream = [Observation(), *(step for n in range(10, 60) for step in (running(n), 1.0))]
    engine = await world.engine()
    job = await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(5.5)
    world.journal.full = FULL
    await world.passes(20.0)
    assert engine.jobs[job.id].progress == 35.0
    kept = world.kept(job.id).progress
    assert kept is not None
    assert kept <= 15.0
    assert ear.troubles[""] == FULL.info
    assert world.backend.count("listen") == 1, "the stream was not given up for it"
    world.journal.full = None
    await world.passes(3.0)
    assert world.kept(job.id).progress == pytest.approx(37.0, abs=2.0)
    assert ear.troubles[""] is None


async def test_a_transition_that_failed_is_written_with_the_next_word(world: World) -> None:
    """The journal is locked for a moment, just when the job begins to run."""
    refusals = [FULL]
    world.journal.refuse = lambda change: (
        refusals.pop() if change.record.state is JobState.RUNNING and refusals else None
    )
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(6.0)
    assert engine.jobs[job.id].state is JobState.RUNNING
    states = [event.state for event in world.events(job.id) if event.kind is EventKind.OBSERVED]
    assert JobState.RUNNING in states
    world.backend.word = DONE
    await world.passes(3.0)
    assert world.kept(job.id).state is JobState.COMPLETED


async def test_an_end_is_written_when_the_session_ends(world: World) -> None:
    refusals = [FULL]
    world.journal.refuse = lambda change: refusals.pop() if not change.record.open and refusals else None
    world.backend.word = DONE
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(0.1)
    assert await engine.stop() is None
    assert world.kept(job.id).state is JobState.COMPLETED


async def test_what_cannot_be_written_at_the_end_is_told(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 1.0, running(20.0), 3600.0]
    engine = await world.engine()
    await engine.launch(world.request)
    await world.passes(1.5)
    world.journal.full = FULL
    assert await engine.stop() == FULL.info


async def test_listeners_are_let_go_whatever_happens(world: World) -> None:
    world.backend.stream = [Observation(), running(10.0), 1.0, running(20.0), 3600.0]
    engine = await world.engine()
    await engine.launch(world.request)
    ear = world.ear(engine)
    await world.passes(1.5)
    world.journal.full = ZeroDivisionError("oops")
    with pytest.raises(ZeroDivisionError):
        await engine.stop()
    await ear.task
    world.journal.full = None


async def test_an_engine_that_cannot_start_leaves_nothing_behind(world: World) -> None:
    await world.job(state=JobState.RUNNING)
    world.journal.full = FULL
    with pytest.raises(JournalError):
        await world.engine(follow_all=True)
    await world.passes(0.1)
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not names & {"journal-listener", "lease-heartbeat"}


async def test_trouble_ends_when_another_process_brings_the_end(world: World) -> None:
    world.backend.word = NotPermittedError("revoked")
    first = await world.engine()
    job = await first.launch(world.request)
    ear = world.ear(first)
    await world.passes(5.0)
    assert ear.troubles[job.id] == ErrorInfo("not_permitted", "revoked")
    world.backend.word = DONE
    await world.engine(journal=world.open_journal(), follow_all=True)
    await world.passes(1.0)
    assert first.jobs[job.id].state is JobState.COMPLETED
    assert ear.troubles[job.id] is None
