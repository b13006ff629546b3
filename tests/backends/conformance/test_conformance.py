"""What the engine relies on, asked of every backend: the promises of ``domain.ports.Backend``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from dsclone_tui.domain.errors import (
    AnswerLostError,
    BusyError,
    ConflictError,
    NoStreamError,
    NotFoundError,
    NotPermittedError,
)
from dsclone_tui.domain.jobs import CloneRequest, JobRecord, Observation
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.states import JobState


class Stage(Protocol):
    """What a vendor's case must offer: see ``conftest.py`` beside this file."""

    backend: Backend
    stranger: Backend
    stranger_token: str
    source: str
    count: Callable[[], int]
    drop_start: Callable[[bool], None]
    refuse_start: Callable[[int, int], None]
    fail_job: Callable[[], None]


OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]
TARGET = "qa-copy"


async def _request(stage: Stage, target: str = TARGET, source: str | None = None) -> CloneRequest:
    project = (await stage.backend.projects())[0].id
    return CloneRequest("acme", stage.backend.profile.kind, project, source or stage.source, target)


def _record(request: CloneRequest, remote_job_id: str | None = None) -> JobRecord:
    now = datetime.now(UTC)
    return JobRecord("01job", request, now, now, remote_job_id=remote_job_id, sent_at=now)


async def _polled(backend: Backend, job: JobRecord) -> AsyncIterator[Observation]:
    """Polls up to and including the terminal observation; the backend's own request limit sets the pace."""
    for _ in range(200):
        seen = await backend.poll(job)
        yield seen
        if seen.state is not None and seen.state.terminal:
            return
    pytest.fail("the job does not end")


async def test_projects_have_an_id_and_a_title(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        projects = await stage.backend.projects()
    assert projects
    assert all(project.id and project.title for project in projects)


async def test_resources_hold_the_source(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        project = (await stage.backend.projects())[0]
        resources = {resource.name: resource for resource in await stage.backend.resources(project.id)}
    assert resources[stage.source].kind == stage.backend.profile.noun
    assert resources[stage.source].status == "ready"


async def test_a_start_is_polled_to_its_end_and_the_target_is_there(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        started = await stage.backend.start(request)
        assert started.remote_job_id
        assert started.state in (JobState.QUEUED, JobState.RUNNING)
        seen = [each async for each in _polled(stage.backend, _record(request, started.remote_job_id))]
        names = [resource.name for resource in await stage.backend.resources(request.project)]
        assert stage.count() == 1
    assert seen[-1].state is JobState.COMPLETED
    assert seen[-1].error is None
    assert TARGET in names


async def test_a_job_is_listened_to_or_there_is_no_stream(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        started = await stage.backend.start(request)
        async with aclosing(stage.backend.listen(_record(request, started.remote_job_id))) as news:
            if not stage.backend.profile.streams:
                with pytest.raises(NoStreamError):
                    await anext(news)
                return
            seen = [each async for each in news]
    assert seen[0] == Observation(), "the first item says that the stream stands"
    assert seen[-1].state is JobState.COMPLETED
    assert [each.state for each in seen].count(JobState.COMPLETED) == 1


async def test_an_existing_target_is_a_conflict(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage, target=stage.source)
        with pytest.raises(ConflictError) as caught:
            await stage.backend.start(request)
        assert stage.count() == 1
    assert caught.value.info.code == "target_exists"
    assert caught.value.info.remote


async def test_a_missing_source_is_not_found(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage, source="nothere")
        with pytest.raises(NotFoundError) as caught:
            await stage.backend.start(request)
        assert stage.count() == 1
    assert caught.value.info.code == "source_not_found"
    assert "nothere" in caught.value.message


async def test_a_bad_token_is_not_authenticated_and_never_shown(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        for call in (stage.stranger.projects(), stage.stranger.resources(request.project)):
            with pytest.raises(NotPermittedError) as caught:
                await call
            assert caught.value.info.code == "not_authenticated"
            assert stage.stranger_token not in repr(caught.value.info)
        with pytest.raises(NotPermittedError) as refused:
            await stage.stranger.start(request)
        assert refused.value.info.code == "not_authenticated"


async def test_a_start_whose_answer_is_lost_is_sent_once_and_found(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        stage.drop_start(True)
        job = _record(request)
        with pytest.raises(AnswerLostError):
            await stage.backend.start(request)
        found = await stage.backend.find(job, ())
        assert found is not None
        assert (found.source, found.target) == (stage.source, TARGET)
        followed = replace(job, remote_job_id=found.observation.remote_job_id)
        seen = [each async for each in _polled(stage.backend, followed)]
        assert seen[-1].state is JobState.COMPLETED
        assert stage.count() == 1


async def test_a_start_that_never_arrived_is_not_found(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        stage.drop_start(False)
        with pytest.raises(AnswerLostError):
            await stage.backend.start(request)
        assert await stage.backend.find(_record(request), ()) is None


async def test_a_finding_is_neither_older_than_the_start_nor_somebody_elses(open_stage: OpenStage) -> None:
    async with open_stage(slow=True) as stage:
        request = await _request(stage)
        started = await stage.backend.start(request)
        now = datetime.now(UTC)
        much_later = replace(_record(request), sent_at=now + timedelta(minutes=10))
        assert await stage.backend.find(much_later, ()) is None
        other = replace(_record(request), request=replace(request, source="another"))
        assert await stage.backend.find(other, ()) is None
        found = await stage.backend.find(_record(request), ())
        assert found is not None
        if found.observation.remote_job_id is not None:
            assert found.observation.remote_job_id == started.remote_job_id
            assert await stage.backend.find(_record(request), {found.observation.remote_job_id}) is None


async def test_the_server_can_be_busy_and_nothing_is_repeated(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        stage.refuse_start(429, 7)
        with pytest.raises(BusyError) as caught:
            await stage.backend.start(request)
        assert stage.count() == 1
    assert caught.value.retry_after == 7


async def test_a_running_job_is_on_the_vendors_list(open_stage: OpenStage) -> None:
    async with open_stage(slow=True) as stage:
        request = await _request(stage)
        await stage.backend.start(request)
        listed = {job.target: job for job in await stage.backend.remote_jobs(request.project)}
    assert listed[TARGET].source == stage.source
    assert listed[TARGET].observation.state in (JobState.QUEUED, JobState.RUNNING)
    assert listed[TARGET].created_at is not None


async def test_a_job_is_looked_up_by_the_vendors_id(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        started = await stage.backend.start(request)
        async for _ in _polled(stage.backend, _record(request, started.remote_job_id)):
            pass
        found = await stage.backend.look_up(request.project, started.remote_job_id or "")
    assert found is not None
    assert (found.source, found.target) == (stage.source, TARGET)
    assert found.observation.state is JobState.COMPLETED
    assert found.observation.remote_job_id == started.remote_job_id


async def test_an_unknown_job_is_not_found(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        assert await stage.backend.look_up(request.project, "nosuchjob") is None
        with pytest.raises(NotFoundError):
            await stage.backend.poll(_record(request, "nosuchjob"))
        with pytest.raises(NotFoundError):
            await stage.backend.poll(_record(request))


async def test_a_job_that_fails_says_why(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        request = await _request(stage)
        stage.fail_job()
        started = await stage.backend.start(request)
        seen = [each async for each in _polled(stage.backend, _record(request, started.remote_job_id))]
    assert seen[-1].state is JobState.FAILED
    assert seen[-1].error is not None
    assert seen[-1].error.message
