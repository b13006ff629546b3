"""The events of a job's stream, one row of the table in wire/sanity 3 after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing

import httpx
import pytest

from dsclone_tui.domain.errors import DscloneError, NoStreamError, UnreachableError
from dsclone_tui.domain.jobs import JobRecord, Observation
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.states import JobState

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]
TYPE = {"content-type": "text/event-stream"}
WELCOME = 'event: welcome\ndata: {"listener_id":"l1"}\n\n'


def _frame(name: str | None, data: object) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


def _job(state: str, progress: object = None, **more: object) -> str:
    return _frame("job", {"job_id": "j1", "state": state, "progress": progress} | more)


async def _heard(
    backend_of: BackendOf, record: JobRecord, frames: str, status: object = None
) -> tuple[list[Observation], DscloneError | None]:
    """What listening yields, and the error that ended it."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/jobs/j1/listen"):
            return httpx.Response(200, headers=TYPE, text=frames)
        if request.url.path.endswith("/jobs/j1"):
            return httpx.Response(404 if status is None else 200, json=status or {"message": "gone"})
        return httpx.Response(200, json=[])

    seen: list[Observation] = []
    async with aclosing(backend_of("sanity", handle).listen(record)) as news:
        try:
            async for each in news:
                seen.append(each)
        except DscloneError as error:
            return seen, error
    return seen, None


@pytest.fixture
def record(record_of: RecordOf) -> JobRecord:
    return record_of("sanity", remote_job_id="j1")


async def test_a_job_runs_to_its_end_and_listening_stops_there(backend_of: BackendOf, record: JobRecord) -> None:
    frames = WELCOME + _job("pending") + _job("running", 60) + _job("completed", 100) + _job("running", 1)
    seen, error = await _heard(backend_of, record, frames)
    assert error is None
    assert seen[0] == Observation()
    assert [(each.state, each.progress, each.remote_state) for each in seen[1:]] == [
        (JobState.QUEUED, None, "pending"),
        (JobState.RUNNING, 60.0, "running"),
        (JobState.COMPLETED, 100.0, "completed"),
    ]


async def test_the_first_item_comes_before_any_event(backend_of: BackendOf, record: JobRecord) -> None:
    assert await _heard(backend_of, record, "") == ([Observation()], None)


@pytest.mark.parametrize(
    ("progress", "read"),
    [(25, 25.0), ("75", 75.0), (12.5, 12.5), (101, 101.0), (None, None), ("soon", None), ([], None)],
)
async def test_progress_in_every_dress(
    backend_of: BackendOf, record: JobRecord, progress: object, read: object
) -> None:
    seen, _ = await _heard(backend_of, record, _job("running", progress))
    assert seen[1].progress == read
    assert seen[1].state is JobState.RUNNING


async def test_an_unknown_state_is_shown_and_moves_nothing(backend_of: BackendOf, record: JobRecord) -> None:
    seen, error = await _heard(backend_of, record, _job("\x1b[1mpondering", 10) + _job("running", 20))
    assert error is None
    assert (seen[1].state, seen[1].remote_state, seen[1].progress) == (None, "pondering", 10.0)
    assert seen[2].state is JobState.RUNNING


@pytest.mark.parametrize(
    ("more", "message", "remote"),
    [
        ({"message": "disk full"}, "the copy failed: disk full", "disk full"),
        ({"error": "disk full"}, "the copy failed: disk full", "disk full"),
        ({"error": {"description": "disk full"}}, "the copy failed: disk full", "disk full"),
        ({"reason": "disk full"}, "the copy failed: disk full", "disk full"),
        ({}, "the copy failed; Sanity gave no reason", None),
    ],
)
async def test_a_failure_says_why_if_it_can(
    backend_of: BackendOf, record: JobRecord, more: dict[str, object], message: str, remote: str | None
) -> None:
    seen, _ = await _heard(backend_of, record, _job("failed", 40, **more))
    assert seen[-1].state is JobState.FAILED
    assert seen[-1].error is not None
    assert (seen[-1].error.code, seen[-1].error.message, seen[-1].error.remote) == ("failed", message, remote)


@pytest.mark.parametrize(
    ("status", "state"),
    [("completed", JobState.COMPLETED), ("failed", JobState.FAILED), ("running", JobState.RUNNING)],
)
async def test_done_is_not_believed_but_asked_about(
    backend_of: BackendOf, record: JobRecord, status: str, state: JobState
) -> None:
    frames = WELCOME + _frame("done", {"state": "whatever"})
    seen, error = await _heard(backend_of, record, frames, {"id": "j1", "state": status})
    assert error is None
    assert [each.state for each in seen] == [None, state]


async def test_done_about_a_job_that_is_gone_hands_over_to_polling(backend_of: BackendOf, record: JobRecord) -> None:
    seen, error = await _heard(backend_of, record, _frame("done", ""))
    assert seen == [Observation()]
    assert isinstance(error, NoStreamError)


@pytest.mark.parametrize("name", ["channel_error", "channelError"])
@pytest.mark.parametrize("data", ["no such job", {"message": "no such job"}, {"error": {"description": "no such job"}}])
async def test_a_channel_error_is_the_end_of_listening(
    backend_of: BackendOf, record: JobRecord, name: str, data: object
) -> None:
    seen, error = await _heard(backend_of, record, WELCOME + _frame(name, data))
    assert seen == [Observation()]
    assert type(error) is NoStreamError
    assert error.info.remote == "no such job"


async def test_an_error_frame_wants_us_back_and_a_disconnect_does_not(backend_of: BackendOf, record: JobRecord) -> None:
    _, error = await _heard(backend_of, record, _frame("error", {"message": "hiccup"}))
    assert type(error) is UnreachableError
    assert "hiccup" in error.message
    _, error = await _heard(backend_of, record, _frame("disconnect", {"reason": "bye"}))
    assert type(error) is NoStreamError
    assert error.info.remote == "bye"


async def test_what_is_no_news_is_passed_over(backend_of: BackendOf, record: JobRecord) -> None:
    frames = (
        _frame("job", "{broken")
        + _frame("job", "[1]")
        + _frame("job", {"job_id": "another", "state": "completed"})
        + _frame("reconnect", "x")
        + _frame("job", {"job_id": "j1"})
        + "event: error\ndata\n\n"
        + _frame(None, {"state": "running", "progress": 5})
    )
    seen, error = await _heard(backend_of, record, frames)
    assert error is None
    assert [(each.state, each.progress) for each in seen[1:]] == [(JobState.RUNNING, 5.0)]


async def test_listening_goes_without_the_token_where_it_is_refused_with_it(
    backend_of: BackendOf, record: JobRecord
) -> None:
    tried = []

    def handle(request: httpx.Request) -> httpx.Response:
        tried.append("authorization" in request.headers)
        if tried[-1]:
            return httpx.Response(401, json={"message": "no tokens here"})
        return httpx.Response(200, headers=TYPE, text=_job("completed"))

    async with aclosing(backend_of("sanity", handle).listen(record)) as news:
        assert [each.state async for each in news] == [None, JobState.COMPLETED]
    assert tried == [True, False]


async def test_a_401_both_ways_hands_over_to_polling(backend_of: BackendOf, record: JobRecord) -> None:
    tried = []

    def handle(request: httpx.Request) -> httpx.Response:
        tried.append("authorization" in request.headers)
        return httpx.Response(401, json={})

    async with aclosing(backend_of("sanity", handle).listen(record)) as news:
        with pytest.raises(NoStreamError):
            await anext(news)
    assert tried == [True, False]
