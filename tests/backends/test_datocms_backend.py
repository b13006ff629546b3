"""DatoCMS's requests and lists: what is asked for, and what odd answers become (wire/datocms 2, 3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dsclone_tui.domain.errors import AnswerLostError, BadAnswerError, NoStreamError, NotFoundError, UnreachableError
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.resources import Project
from dsclone_tui.domain.states import JobState

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]
MISSING = {"data": [{"id": "a1b2c3", "type": "api_error", "attributes": {"code": "NOT_FOUND", "details": {}}}]}


def _env(name: str = "qa", status: str | None = "ready", **meta: object) -> dict[str, Any]:
    return {"type": "environment", "id": name, "meta": ({"status": status} if status else {}) | meta}


def _fixed(status: int, document: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, json=document)


def _routes(**routes: object) -> Callable[[httpx.Request], httpx.Response]:
    """Answers by path, slashes written as two underscores; a tuple is a status and a document; all else is 404."""

    def handle(request: httpx.Request) -> httpx.Response:
        found = routes.get(request.url.path.strip("/").replace("/", "__").replace("-", "_"), (404, MISSING))
        status, document = found if isinstance(found, tuple) else (200, found)
        return httpx.Response(status, json=document)

    return handle


async def test_the_start_is_exactly_what_the_plan_shows(backend_of: BackendOf, record_of: RecordOf) -> None:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, json={"data": {"type": "job", "id": 4235}})

    backend = backend_of("datocms", handle)
    request = replace(record_of("datocms").request, options={"fast": True, "immediate_return": True})
    planned = backend.start_request(request)
    assert planned.url == "https://api.example/environments/prod/fork?fast=true&immediate_return=true"
    assert planned.body == {"data": {"type": "environment", "id": "qa"}}
    started = await backend.start(request)
    assert (started.state, started.remote_job_id) == (JobState.QUEUED, "4235")
    assert (sent[0].method, str(sent[0].url), json.loads(sent[0].content)) == ("POST", planned.url, planned.body)
    assert sent[0].headers["x-api-version"] == "3"
    assert sent[0].headers["accept"] == "application/json"
    assert "x-environment" not in sent[0].headers


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({}, ""),
        ({"fast": False, "force": False, "immediate_return": False}, ""),
        ({"force": True}, ""),
        ({"fast": True, "force": True}, "?fast=true&force=true"),
    ],
)
async def test_only_options_that_are_on_are_sent_and_force_never_alone(
    backend_of: BackendOf, record_of: RecordOf, options: dict[str, bool], query: str
) -> None:
    backend = backend_of("datocms", _fixed(200, {}))
    url = backend.start_request(record_of("datocms", options=options).request).url
    assert url == f"https://api.example/environments/prod/fork{query}"


@pytest.mark.parametrize(
    ("status", "document", "state", "progress"),
    [
        (200, {"data": {"type": "job", "id": "j1"}}, JobState.QUEUED, None),
        (202, {"data": _env(status="creating", fork_completion_percentage=3)}, JobState.RUNNING, 3.0),
        (201, {"data": _env(status="creating")}, JobState.RUNNING, None),
        (200, {"data": _env()}, JobState.COMPLETED, None),
        (200, {"data": _env(status="\x1b[1mbrewing")}, None, None),
    ],
)
async def test_a_fork_answers_a_job_or_an_environment(
    backend_of: BackendOf,
    record_of: RecordOf,
    status: int,
    document: object,
    state: JobState | None,
    progress: float | None,
) -> None:
    started = await backend_of("datocms", _fixed(status, document)).start(record_of("datocms").request)
    assert (started.state, started.progress) == (state, progress)
    assert "\x1b" not in (started.remote_state or "")


@pytest.mark.parametrize(
    "content",
    [b"", b"OK", b"{}", b'{"data":null}', b'{"data":{"type":"job"}}', json.dumps({"data": _env("other")}).encode()],
)
async def test_a_yes_that_names_nothing_is_a_lost_answer(
    backend_of: BackendOf, record_of: RecordOf, content: bytes
) -> None:
    backend = backend_of("datocms", lambda _request: httpx.Response(202, content=content))
    with pytest.raises(AnswerLostError):
        await backend.start(record_of("datocms").request)


async def test_the_one_project(backend_of: BackendOf) -> None:
    site = {"data": {"type": "site", "id": 128, "attributes": {"name": "My\x1b[0m  Site"}}}
    assert await backend_of("datocms", _routes(site=site)).projects() == [Project("128", "My Site")]
    bare = {"data": {"type": "site", "id": "9"}}
    assert await backend_of("datocms", _routes(site=bare)).projects() == [Project("9", "9")]
    with pytest.raises(BadAnswerError):
        await backend_of("datocms", _routes(site={"data": []})).projects()


async def test_environments_with_all_their_oddities(backend_of: BackendOf) -> None:
    items = [
        _env("main", primary=True, read_only_mode=True, created_at="2024-01-02T03:04:05.678Z"),
        _env("qa", "creating", fork_completion_percentage="12.5", forked_from="main"),
        _env("old", None, fork_completion_percentage=100),
        {"type": "environment", "id": "bare"},
        {"type": "environment", "meta": {}},
        _env("bad\u202ename"),
        7,
    ]
    main, forked, old, bare = await backend_of("datocms", _routes(environments={"data": items})).resources("p1")
    assert (main.primary, main.read_only, main.status, main.forked_from) == (True, True, "ready", None)
    assert main.facts == {"created": "2024-01-02 03:04 UTC"}
    assert (forked.status, forked.progress, forked.forked_from) == ("creating", 12.5, "main")
    assert forked.facts == {"forked from": "main"}
    assert (old.status, old.progress) == ("unknown", None)
    assert (bare.name, bare.primary) == ("bare", False)


async def test_a_read_that_is_not_found_says_what_was_asked(backend_of: BackendOf) -> None:
    with pytest.raises(NotFoundError, match="asked to list the environments") as caught:
        await backend_of("datocms", _routes()).resources("p1")
    assert caught.value.info.remote == "NOT_FOUND"


@pytest.mark.parametrize("document", [{"data": {}}, {}, [], {"errors": []}])
async def test_a_list_that_is_none(backend_of: BackendOf, document: object) -> None:
    with pytest.raises(BadAnswerError):
        await backend_of("datocms", _routes(environments=document)).resources("p1")


async def test_a_read_that_became_a_job_is_followed(backend_of: BackendOf, waits: list[float]) -> None:
    looks = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/environments":
            return httpx.Response(202, json={"data": {"type": "job", "id": "r1"}})
        looks.append(request.url.path)
        if len(looks) < 3:
            return httpx.Response(404, json=MISSING)
        attributes = {"status": 200, "payload": {"data": [_env("main")]}}
        return httpx.Response(200, json={"data": {"type": "job_result", "id": "x", "attributes": attributes}})

    assert [each.name for each in await backend_of("datocms", handle).resources("p1")] == ["main"]
    assert looks == ["/job-results/r1"] * 3
    assert waits == [0.5, 1.0, 1.5]


async def test_a_read_that_stays_a_job_ends(backend_of: BackendOf, waits: list[float]) -> None:
    backend = backend_of("datocms", _routes(site=(202, {"data": {"type": "job", "id": "r1"}})))
    with pytest.raises(UnreachableError, match="has not ended yet"):
        await backend.projects()
    assert len(waits) == 8


async def test_there_is_no_stream(backend_of: BackendOf, record_of: RecordOf) -> None:
    with pytest.raises(NoStreamError):
        await anext(backend_of("datocms", _routes()).listen(record_of("datocms", remote_job_id="j1")))


@pytest.mark.parametrize(
    ("meta", "found"),
    [
        ({"forked_from": "prod", "created_at": "2026-08-01T12:00:01Z"}, True),
        ({"forked_from": "prod", "created_at": "2026-08-01T11:59:01Z"}, True),
        ({"forked_from": "prod", "created_at": "2026-08-01T11:59:00Z"}, True),
        ({"forked_from": "prod", "created_at": "2026-08-01T11:58:59Z"}, False),
        ({"forked_from": "other", "created_at": "2026-08-01T12:00:01Z"}, False),
        ({"forked_from": "prod"}, True),
        ({"created_at": "2026-08-01T12:00:01Z"}, True),
        ({"created_at": "2020-01-01T00:00:00Z"}, False),
        ({}, True),
    ],
)
async def test_finding_a_start(
    backend_of: BackendOf, record_of: RecordOf, meta: dict[str, object], found: bool
) -> None:
    job = record_of("datocms", sent_at=datetime(2026, 8, 1, 12, tzinfo=UTC))
    backend = backend_of(
        "datocms", _routes(environments__qa={"data": _env() | {"meta": {"status": "creating"} | meta}})
    )
    result = await backend.find(job, ())
    assert (result is not None) is found
    if result is not None:
        assert (result.source, result.target, result.observation.state) == ("prod", "qa", JobState.RUNNING)


async def test_a_gateways_404_does_not_settle_a_start(backend_of: BackendOf, record_of: RecordOf) -> None:
    backend = backend_of("datocms", lambda _request: httpx.Response(404, html="<html>nginx"))
    with pytest.raises(BadAnswerError):
        await backend.find(record_of("datocms"), ())


async def test_the_vendors_list_is_what_is_being_made_newest_first(backend_of: BackendOf) -> None:
    items = [
        _env("main", primary=True),
        _env("a", "creating", forked_from="main", created_at="2026-08-01T12:00:00Z"),
        _env("b", "creating", forked_from="main", created_at="2026-08-01T13:00:00Z"),
        _env("c", "creating"),
        _env("d", "destroying"),
    ]
    jobs = await backend_of("datocms", _routes(environments={"data": items})).remote_jobs("p1")
    assert [(job.target, job.source) for job in jobs] == [("b", "main"), ("a", "main"), ("c", "")]


def _result(status: int, payload: object) -> dict[str, Any]:
    return {"data": {"type": "job_result", "id": "other", "attributes": {"status": status, "payload": payload}}}


@pytest.mark.parametrize(
    ("routes", "state"),
    [
        ({"environments__it": {"data": _env("it", "creating", forked_from="main")}}, JobState.RUNNING),
        ({"environments__it": {"data": _env("it", forked_from="main")}}, JobState.COMPLETED),
        ({"environments__it": {"data": _env("it", primary=True)}}, None),
        ({"environments__it": {"data": _env("it", "destroying", forked_from="main")}}, None),
        ({"job_results__it": _result(201, {"data": _env(forked_from="main")})}, JobState.COMPLETED),
        ({"job_results__it": _result(201, {"data": _env("qa", "creating", forked_from="main")})}, JobState.RUNNING),
        ({"job_results__it": _result(200, {"data": _env(status="destroying", forked_from="main")})}, None),
        ({"job_results__it": _result(422, {"data": []})}, None),
        ({"job_results__it": _result(200, None)}, None),
        (
            {
                "job_results__it": _result(201, {"data": _env()}),
                "environments__qa": {"data": _env(forked_from="main")},
            },
            JobState.COMPLETED,
        ),
        ({"job_results__it": _result(201, {"data": _env()})}, None),
        ({}, None),
    ],
)
async def test_looking_up(backend_of: BackendOf, routes: dict[str, object], state: JobState | None) -> None:
    found = await backend_of("datocms", _routes(**routes)).look_up("p1", "it")
    assert (found.observation.state if found else None) is state
    if found:
        assert found.source == "main"
        assert found.target == ("it" if "environments__it" in routes else "qa")
        assert found.observation.remote_job_id == (None if "environments__it" in routes else "it")
