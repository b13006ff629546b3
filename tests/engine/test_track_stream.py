"""Following a job on its stream, and what happens when the stream does not hold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import (
    BadAnswerError,
    BusyError,
    DscloneError,
    ErrorInfo,
    NoStreamError,
    NotFoundError,
    NotPermittedError,
    UnreachableError,
)
from dsclone_tui.domain.jobs import EventKind, Observation
from dsclone_tui.domain.states import JobState, LinkState

if TYPE_CHECKING:
    from dsclone_tui.domain.jobs import JobRecord
    from dsclone_tui.engine.engine import Engine

    from .conftest import World

HOURS = 3600.0
STANDS = Observation()
DONE = Observation(JobState.COMPLETED)
CUT = UnreachableError("connection reset")


def running(progress: float) -> Observation:
    return Observation(JobState.RUNNING, progress)


async def launched(world: World) -> tuple[Engine, JobRecord]:
    engine = await world.engine()
    return engine, await engine.launch(world.request)


def states_seen(world: World, job: JobRecord) -> list[JobState]:
    """The states that the journal was told, repetitions left out."""
    states = [change.record.state for change in world.journal.saves if change.record.id == job.id]
    return [state for state, before in zip(states, [None, *states], strict=False) if state is not before]


async def test_a_stream_to_the_end(world: World) -> None:
    world.backend.stream = [STANDS, running(10.0), 1.0, running(50.0), 1.0, running(90.0), 1.0, DONE, HOURS]
    engine, job = await launched(world)
    await world.passes(0.5)
    assert (engine.jobs[job.id].link, engine.jobs[job.id].progress) == (LinkState.STREAMING, 10.0)
    await world.passes(2.6)
    ended = engine.jobs[job.id]
    assert (ended.state, ended.progress, ended.link) == (JobState.COMPLETED, 100.0, LinkState.IDLE)
    assert world.backend.listeners == 0, "the server may leave its stream open; we do not"
    assert world.backend.count("poll") == 0
    assert states_seen(world, job) == [JobState.INTENT, JobState.QUEUED, JobState.RUNNING, JobState.COMPLETED]


async def test_a_stream_that_stands_without_news_is_a_stream(world: World) -> None:
    world.backend.stream = [STANDS, HOURS]
    engine, job = await launched(world)
    await world.passes(1.0)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].link) == (JobState.QUEUED, LinkState.STREAMING)


async def test_a_job_from_before_is_asked_for_before_it_is_listened_to(world: World) -> None:
    world.backend.word = DONE
    world.backend.stream = [STANDS, HOURS]
    job = await world.job(state=JobState.RUNNING, remote_job_id="r")
    engine = await world.engine(follow_all=True)
    await world.passes(0.1)
    assert engine.jobs[job.id].state is JobState.COMPLETED
    assert world.backend.count("listen") == 0


@pytest.mark.parametrize("cut", [None, CUT, BadAnswerError("html"), BusyError("429")])
async def test_a_stream_that_ends_says_nothing_about_the_job(world: World, cut: Exception | None) -> None:
    world.backend.word = running(40.0)
    first = [STANDS, running(40.0), 5.0, *([cut] if cut else [])]
    world.backend.will("listen", first, [STANDS, running(60.0), HOURS])
    engine, job = await launched(world)
    await world.passes(4.9)
    assert engine.jobs[job.id].link is LinkState.STREAMING
    await world.passes(0.2)
    assert engine.jobs[job.id].link is LinkState.POLLING
    assert world.backend.count("poll") == 1, "asked at once: the end may have been missed"
    await world.passes(4.0)
    followed = engine.jobs[job.id]
    assert (followed.link, followed.progress, followed.error) == (LinkState.STREAMING, 60.0, None)
    assert states_seen(world, job) == [JobState.INTENT, JobState.QUEUED, JobState.RUNNING]


async def test_a_silent_end_of_the_stream_at_the_end_of_the_job(world: World) -> None:
    world.backend.stream = [STANDS, running(99.0), 2.0]
    engine, job = await launched(world)
    await world.passes(1.0)
    world.backend.word = DONE
    await world.passes(1.1)
    assert engine.jobs[job.id].state is JobState.COMPLETED


async def test_a_silent_end_of_the_stream_in_the_middle_is_no_end(world: World) -> None:
    world.backend.word = running(99.0)
    world.backend.stream = [STANDS, running(100.0)]
    engine, job = await launched(world)
    await world.passes(600)
    assert engine.jobs[job.id].state is JobState.RUNNING


@pytest.mark.parametrize("at", [10.0, 61.3, 1234.5])
async def test_the_end_is_noticed_within_five_seconds_without_a_stream(world: World, at: float) -> None:
    world.backend.stream = [CUT]
    engine, job = await launched(world)
    await world.passes(at)
    world.backend.word = DONE
    await world.passes(5.0)
    assert engine.jobs[job.id].state is JobState.COMPLETED


@pytest.mark.parametrize(
    ("stream", "word"),
    [
        ([CUT], running(10.0)),
        ([STANDS, running(10.0)], running(10.0)),
        ([STANDS, running(10.0), 0.1, CUT], running(10.0)),
        ([CUT], CUT),
        ([BusyError("429")], BusyError("429")),
        ([BadAnswerError("html")], BadAnswerError("html")),
        ([STANDS, running(10.0), CUT], CUT),
    ],
    ids=["no stream", "ends at once", "breaks at once", "nothing", "429", "nonsense", "stream without polls"],
)
async def test_a_long_outage_is_borne_with_few_requests(
    world: World, stream: list[Observation | Exception | float], word: Observation | Exception
) -> None:
    world.backend.stream, world.backend.word = stream, word
    engine, job = await launched(world)
    await world.passes(HOURS)
    assert world.backend.count("poll", "listen") <= 1.02 * HOURS
    assert engine.jobs[job.id].open
    world.backend.word, world.backend.stream = DONE, [CUT]
    await world.passes(31)
    assert engine.jobs[job.id].state is JobState.COMPLETED


async def test_a_job_that_the_server_does_not_know_is_not_listened_to(world: World) -> None:
    world.backend.stream, world.backend.word = [CUT], NotFoundError("404")
    engine, job = await launched(world)
    await world.passes(29.5)
    assert engine.jobs[job.id].open
    await world.passes(1.0)
    assert engine.jobs[job.id].state is JobState.LOST
    assert world.backend.count("listen") == 1


async def test_reconnecting_waits_longer_each_time(world: World) -> None:
    world.backend.stream = [CUT]
    await launched(world)
    await world.passes(600)
    gaps = [later - sooner for sooner, later in pairwise(world.backend.times("listen"))]
    assert gaps[0] < 4.0
    assert all(20.0 <= gap <= 32.0 for gap in gaps[6:]), "no longer than half a minute, ever"


async def test_reconnecting_is_quick_again_after_news(world: World) -> None:
    cuts: list[list[Observation | Exception | float]] = [[CUT]] * 8
    world.backend.will("listen", *cuts, [STANDS, running(20.0), 60.0], [CUT])
    world.backend.stream = [STANDS, HOURS]
    await launched(world)
    await world.passes(400)
    times = world.backend.times("listen")
    assert times[7] - times[6] > 20.0
    assert times[9] - (times[8] + 60.0) < 4.0


async def test_a_server_without_streams_is_polled_for_good(world: World) -> None:
    world.backend.stream = [NoStreamError("204")]
    engine, job = await launched(world)
    await world.passes(600)
    assert world.backend.count("listen") == 1
    assert engine.jobs[job.id].link is LinkState.POLLING
    notes = [event for event in world.events(job.id) if event.kind is EventKind.NOTE]
    assert [note.message for note in notes] == ["204; polling instead"]
    world.backend.word = DONE
    await world.passes(3.0)
    assert engine.jobs[job.id].state is JobState.COMPLETED


async def test_progress_that_goes_back_is_not_shown(world: World) -> None:
    world.backend.word = running(10.0)
    world.backend.stream = [STANDS, running(50.0), 1.0, running(20.0), 1.0]
    engine, job = await launched(world)
    ear = world.ear(engine)
    seen = []
    for _ in range(100):
        await world.passes(0.1)
        seen.append(engine.jobs[job.id].progress or 0.0)
    assert seen == sorted(seen)
    assert seen[-1] == 50.0
    assert ear.heard.events


async def test_words_that_nobody_knows_are_shown_and_change_nothing(world: World) -> None:
    world.backend.stream = [STANDS, running(5.0), Observation(None, 7.0, "hibernating"), HOURS]
    engine, job = await launched(world)
    await world.passes(1.0)
    followed = engine.jobs[job.id]
    assert (followed.state, followed.remote_state, followed.progress) == (JobState.RUNNING, "hibernating", 7.0)


async def test_the_reason_of_a_failure_is_kept(world: World) -> None:
    why = ErrorInfo("failed", "the copy failed: quota", remote="quota")
    world.backend.stream = [STANDS, running(5.0), Observation(JobState.FAILED, error=why)]
    engine, job = await launched(world)
    await world.passes(1.0)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].error) == (JobState.FAILED, why)
    assert world.kept(job.id).error == why


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
async def test_every_end_ends_the_watching(world: World, state: JobState) -> None:
    world.backend.stream = [STANDS, Observation(state), Observation(JobState.RUNNING, 50.0), HOURS]
    engine, job = await launched(world)
    await world.passes(100)
    assert engine.jobs[job.id].state is state
    assert world.backend.count("listen", "poll") == 1


@pytest.mark.parametrize("refusal", [NotPermittedError("revoked"), DscloneError("odd")])
async def test_a_stream_that_is_refused_is_trouble_and_no_end(world: World, refusal: DscloneError) -> None:
    world.backend.stream = [refusal]
    engine, job = await launched(world)
    ear = world.ear(engine)
    await world.passes(1.0)
    assert engine.jobs[job.id].open
    assert ear.troubles == {job.id: refusal.info}
    assert job.id not in world.shelf.leases, "somebody else may have better luck"
