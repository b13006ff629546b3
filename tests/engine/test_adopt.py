"""Naming a job, and following one that was started elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import NotFoundError, UnreachableError, UsageError
from dsclone_tui.domain.jobs import EventKind, Observation
from dsclone_tui.domain.ports import FoundJob
from dsclone_tui.domain.states import JobState

if TYPE_CHECKING:
    from .conftest import World

THERE = FoundJob(
    "production", "elsewhere", Observation(JobState.RUNNING, 30.0, "running", "jeyu"), options={"fast": True}
)


async def test_by_local_id_and_by_prefix(world: World) -> None:
    world.backend.stream = [Observation(), 3600.0]
    job = await world.job(state=JobState.RUNNING, remote_job_id="r1")
    engine = await world.engine()
    for text in (job.id, job.id.upper(), job.id[:10]):
        assert (await engine.attach(text)).id == job.id
    await world.passes(0.1)
    assert world.backend.count("poll") == 1, "followed once, not three times"


async def test_a_prefix_that_fits_several(world: World) -> None:
    jobs = []
    for number in range(2):
        world.request = replace(world.request, target=f"copy-{number}")
        jobs.append(await world.job(state=JobState.RUNNING))
    engine = await world.engine()
    with pytest.raises(UsageError, match="fits several jobs") as caught:
        await engine.attach(jobs[0].id[:8])
    assert caught.value.info.code == "ambiguous_job"
    assert all(job.id in (caught.value.info.hint or "") for job in jobs)


@pytest.mark.parametrize("text", ["nothing", "", "01%", "_"])
async def test_a_local_id_that_nobody_knows(world: World, text: str) -> None:
    await world.job(state=JobState.RUNNING)
    engine = await world.engine()
    with pytest.raises(NotFoundError) as caught:
        await engine.attach(text)
    assert caught.value.info.code == "job_not_found"
    assert world.backend.calls == []


@pytest.mark.parametrize("text", ["acme:r1", "acme:zp/r1", "acme:staging", "acme:zp/staging"])
async def test_by_the_vendor_s_id_or_by_what_it_makes(world: World, text: str) -> None:
    job = await world.job(state=JobState.RUNNING, remote_job_id="r1")
    engine = await world.engine()
    assert (await engine.attach(text)).id == job.id
    assert world.backend.count("look_up") == 0, "the journal is asked first"


async def test_of_several_to_one_name_the_newest_counts(world: World) -> None:
    await world.job(ago=500, state=JobState.FAILED)
    newest = await world.job(ago=100, state=JobState.RUNNING)
    engine = await world.engine()
    assert (await engine.attach("acme:staging")).id == newest.id


async def test_another_project_s_job_of_that_name_is_another_job(world: World) -> None:
    await world.job(state=JobState.RUNNING, remote_job_id="jeyu")
    world.backend.will("look_up", THERE)
    engine = await world.engine()
    assert (await engine.attach("acme:other/jeyu")).request.project == "other"


async def test_a_job_that_has_ended_is_only_shown(world: World) -> None:
    job = await world.job(state=JobState.COMPLETED, remote_job_id="r1")
    engine = await world.engine()
    assert (await engine.attach("acme:r1")) == job
    await world.passes(10.0)
    assert world.backend.calls == []


async def test_a_job_started_elsewhere_is_taken_in_and_followed(world: World) -> None:
    world.backend.will("look_up", THERE)
    engine = await world.engine()
    job = await engine.attach("acme:jeyu")
    assert (job.state, job.progress, job.remote_job_id, job.adopted) == (JobState.RUNNING, 30.0, "jeyu", True)
    assert (job.request.project, job.request.source, job.request.target) == ("zp", "production", "elsewhere")
    assert dict(job.request.options) == {"fast": True}
    (event,) = world.events(job.id)
    assert (event.kind, event.message) == (EventKind.ADOPTED, "started elsewhere")
    world.backend.word = Observation(JobState.COMPLETED)
    await world.passes(3.0)
    assert engine.jobs[job.id].state is JobState.COMPLETED
    assert (await engine.attach("acme:jeyu")).id == job.id, "the second time the journal knows it"
    assert world.backend.count("look_up") == 1


async def test_a_job_that_ended_elsewhere(world: World) -> None:
    world.backend.will("look_up", replace(THERE, observation=Observation(JobState.COMPLETED, remote_job_id="jeyu")))
    engine = await world.engine()
    job = await engine.attach("acme:zp/jeyu")
    assert (job.state, job.progress) == (JobState.COMPLETED, 100.0)
    assert world.backend.count("poll") == 0


async def test_a_state_that_nobody_knows_is_taken_for_running(world: World) -> None:
    odd = Observation(None, remote_state="hibernating", remote_job_id="jeyu")
    world.backend.will("look_up", replace(THERE, observation=odd))
    engine = await world.engine()
    job = await engine.attach("acme:jeyu")
    assert (job.state, job.remote_state) == (JobState.RUNNING, "hibernating")


async def test_unknown_to_a_vendor_that_would_know(world: World) -> None:
    engine = await world.engine()
    began = world.clock.monotonic()
    with pytest.raises(NotFoundError) as caught:
        await engine.attach("acme:zp/typo")
    assert caught.value.info.code == "job_not_found"
    assert world.clock.monotonic() == began
    assert world.backend.count("look_up") == 1
    assert world.shelf.records == {}


async def test_unknown_to_a_vendor_that_hides_pending_jobs(world: World) -> None:
    world.backend.profile = replace(world.backend.profile, hides_pending_jobs=True)
    engine = await world.engine()
    began = world.clock.monotonic()
    with pytest.raises(NotFoundError):
        await engine.attach("acme:zp/typo")
    assert world.clock.monotonic() - began == pytest.approx(30.0)
    assert world.backend.count("look_up") == 16


async def test_hidden_while_something_is_being_made(world: World) -> None:
    world.backend.profile = replace(world.backend.profile, hides_pending_jobs=True)
    world.backend.will("remote_jobs", *[[THERE]] * 100)
    world.backend.will("look_up", *[None] * 60, THERE)
    engine = await world.engine()
    job = await engine.attach("acme:zp/jeyu")
    assert (job.state, job.remote_job_id) == (JobState.RUNNING, "jeyu")


async def test_what_is_made_is_followed_already_under_another_name(world: World) -> None:
    world.request = replace(world.request, target="elsewhere")
    job = await world.job(state=JobState.RUNNING)
    world.backend.will("look_up", THERE)
    engine = await world.engine()
    assert (await engine.attach("acme:jeyu")).id == job.id
    assert len(world.shelf.records) == 1


async def test_a_server_that_cannot_be_reached(world: World) -> None:
    world.backend.will("look_up", UnreachableError("no route"))
    engine = await world.engine()
    with pytest.raises(UnreachableError):
        await engine.attach("acme:zp/jeyu")
    assert world.shelf.records == {}


@pytest.mark.parametrize(
    ("text", "error"), [("acmee:x", NotFoundError), ("acme:", UsageError), ("a:b/c/d", UsageError)]
)
async def test_no_reference_of_a_job(world: World, text: str, error: type[Exception]) -> None:
    engine = await world.engine()
    with pytest.raises(error):
        await engine.attach(text)


async def test_recent_jobs_and_their_events(world: World) -> None:
    old = await world.job(ago=500, state=JobState.COMPLETED)
    new = await world.job(ago=100, state=JobState.FAILED)
    engine = await world.engine()
    assert dict(engine.jobs) == {}, "only open jobs are loaded at the start"
    assert await engine.recent(10) == [new, old]
    assert await engine.recent(1) == [new]
    assert set(engine.jobs) == {old.id, new.id}
    assert [event.kind for event in await engine.events(new.id)] == [EventKind.INTENT]
    assert await engine.events(new.id, limit=0) == []
