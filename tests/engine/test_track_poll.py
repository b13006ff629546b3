"""Following a job by asking."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import (
    BadAnswerError,
    BusyError,
    DscloneError,
    ExitCode,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    UnreachableError,
)
from dsclone_tui.domain.jobs import Observation, exit_code_for
from dsclone_tui.domain.ports import FoundJob
from dsclone_tui.domain.states import JobState, LinkState

if TYPE_CHECKING:
    from dsclone_tui.domain.jobs import JobRecord
    from dsclone_tui.engine.engine import Engine

    from .conftest import World

GONE = UnreachableError("no route")
UNKNOWN = NotFoundError("404", remote="Not Found")
DONE = Observation(JobState.COMPLETED)


def found(observation: Observation) -> FoundJob:
    return FoundJob("production", "staging", observation)


async def polled(world: World) -> tuple[Engine, JobRecord]:
    world.backend.profile = replace(world.backend.profile, streams=False)
    engine = await world.engine()
    return engine, await engine.launch(world.request)


@pytest.mark.parametrize("after", [0.5, 7.0, 3600.0, 15_000.0])
async def test_the_end_is_noticed_within_three_seconds_however_long_it_took(world: World, after: float) -> None:
    engine, job = await polled(world)
    await world.passes(after)
    world.backend.word = DONE
    await world.passes(3.0)
    assert engine.jobs[job.id].state is JobState.COMPLETED
    assert world.backend.count("listen") == 0


async def test_one_question_every_two_seconds(world: World) -> None:
    await polled(world)
    await world.passes(600)
    assert world.backend.count("poll") in (300, 301), "the last one falls on the very end of the time"


@pytest.mark.parametrize("error", [GONE, BadAnswerError("html")])
async def test_trouble_on_the_line_is_never_an_end(world: World, error: DscloneError) -> None:
    world.backend.word = error
    engine, job = await polled(world)
    links = []
    for _ in range(80):
        await world.passes(0.1)
        links.append(engine.jobs[job.id].link)
    assert list(dict.fromkeys(links)) == [LinkState.RETRYING, LinkState.OFFLINE]
    await world.passes(7200)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].link) == (JobState.QUEUED, LinkState.OFFLINE)
    assert world.backend.count("poll") < 7200 / 8
    world.backend.word = Observation(JobState.RUNNING, 12.0)
    await world.passes(15)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].link) == (JobState.RUNNING, LinkState.POLLING)
    assert engine.jobs[job.id].error is None


async def test_one_failure_is_soon_forgotten(world: World) -> None:
    world.backend.will("poll", *[GONE, Observation(JobState.RUNNING)] * 5)
    engine, job = await polled(world)
    links = []
    for _ in range(200):
        await world.passes(0.1)
        links.append(engine.jobs[job.id].link)
    assert LinkState.RETRYING in links
    assert LinkState.OFFLINE not in links


async def test_the_server_says_when_to_come_back(world: World) -> None:
    world.backend.will("poll", BusyError("429", retry_after=7.0))
    await polled(world)
    await world.passes(20)
    first, second, *_ = world.backend.times("poll")
    assert second - first == pytest.approx(7.0)


async def test_unknown_five_times_then_lost(world: World) -> None:
    world.backend.word = UNKNOWN
    engine, job = await polled(world)
    await world.passes(29.9)
    assert engine.jobs[job.id].open
    await world.passes(0.2)
    lost = engine.jobs[job.id]
    assert lost.state is JobState.LOST
    assert lost.error is not None
    assert (lost.error.code, lost.error.remote) == ("lost", "Not Found")
    assert exit_code_for(lost) is ExitCode.JOB_NOT_COMPLETED
    assert [what for _, what in world.backend.calls] == ["start", *["poll"] * 5, "find"]
    assert world.backend.times("poll") == pytest.approx([0.0, 2.0, 6.0, 14.0, 30.0])


async def test_unknown_for_a_while_is_not_lost(world: World) -> None:
    world.backend.will("poll", *[UNKNOWN] * 4, Observation(JobState.RUNNING), *[UNKNOWN] * 4)
    engine, job = await polled(world)
    await world.passes(200)
    assert engine.jobs[job.id].state is JobState.RUNNING
    assert world.backend.count("find") == 0


async def test_the_lists_know_how_it_ended(world: World) -> None:
    world.backend.word = UNKNOWN
    world.backend.found = found(replace(DONE, remote_job_id="remote-1"))
    engine, job = await polled(world)
    await world.passes(31)
    assert engine.jobs[job.id].state is JobState.COMPLETED


async def test_the_lists_say_it_runs_while_the_job_is_unknown(world: World) -> None:
    world.backend.word = UNKNOWN
    world.backend.found = found(Observation(JobState.RUNNING))
    engine, job = await polled(world)
    await world.passes(600)
    assert engine.jobs[job.id].state is JobState.RUNNING
    assert world.backend.count("poll", "find") < 100
    world.backend.found = None
    await world.passes(60)
    assert engine.jobs[job.id].state is JobState.LOST


async def test_the_lists_name_a_later_job_of_the_same_pair(world: World) -> None:
    """Somebody deleted the target and copied again: that job is not ours."""
    world.backend.word = UNKNOWN
    world.backend.found = found(Observation(JobState.RUNNING, 80.0, remote_job_id="another"))
    engine, job = await polled(world)
    await world.passes(60)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].remote_job_id) == (JobState.LOST, "remote-1")
    assert engine.jobs[job.id].progress is None


async def test_a_job_without_an_id_takes_the_one_that_the_lists_name(world: World) -> None:
    world.backend.will("start", Observation(JobState.RUNNING))
    world.backend.word = UNKNOWN
    world.backend.found = found(replace(DONE, remote_job_id="r9"))
    engine, job = await polled(world)
    await world.passes(31)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].remote_job_id) == (JobState.COMPLETED, "r9")


async def test_not_lost_while_the_lists_cannot_be_asked(world: World) -> None:
    world.backend.word, world.backend.found = UNKNOWN, GONE
    engine, job = await polled(world)
    await world.passes(3600)
    assert engine.jobs[job.id].open
    world.backend.found = None
    await world.passes(12)
    assert engine.jobs[job.id].state is JobState.LOST


async def test_an_outage_between_is_no_further_absence(world: World) -> None:
    world.backend.will("poll", UNKNOWN, *[GONE] * 10, UNKNOWN, *[GONE] * 10, Observation(JobState.RUNNING))
    engine, job = await polled(world)
    await world.passes(600)
    assert engine.jobs[job.id].state is JobState.RUNNING


@pytest.mark.parametrize("error", [NotPermittedError("revoked", code="not_authenticated"), RefusedError("410")])
async def test_a_refusal_to_tell_is_trouble_and_no_end(world: World, error: DscloneError) -> None:
    world.backend.word = error
    engine, job = await polled(world)
    ear = world.ear(engine)
    await world.passes(25)
    assert engine.jobs[job.id].open
    assert ear.troubles == {job.id: error.info}
    assert world.backend.count("poll") == 1
    await world.passes(600)
    gaps = [later - sooner for sooner, later in pairwise(world.backend.times("poll"))]
    assert all(30.0 <= gap <= 36.0 for gap in gaps), "tried again, now and then"
    assert len(gaps) > 15
    world.backend.word = Observation(JobState.RUNNING, 50.0)
    await world.passes(36)
    assert engine.jobs[job.id].progress == 50.0
    assert ear.troubles == {job.id: None}, "told when it works again, not only at the end"
    world.backend.word = DONE
    await world.passes(3)
    assert engine.jobs[job.id].state is JobState.COMPLETED
