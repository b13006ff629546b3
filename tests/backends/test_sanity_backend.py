"""Sanity's requests and lists: what is asked for, and what odd answers become."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dsclone_tui.domain.errors import AnswerLostError, BadAnswerError, NotFoundError, NotPermittedError
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.resources import Project
from dsclone_tui.domain.states import JobState

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]


def _fixed(status: int, document: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, json=document)


def _copy(job_id: str, created: str, *, source: str = "prod", target: str = "qa", **more: object) -> dict[str, Any]:
    base = {"id": job_id, "state": "running", "createdAt": created, "updatedAt": ""}
    return base | {"sourceDataset": source, "targetDataset": target} | more


async def test_the_start_is_exactly_what_the_plan_shows(backend_of: BackendOf, record_of: RecordOf) -> None:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"jobId": "j1", "message": "Starting\x1b[0m copying"})

    backend = backend_of("sanity", handle)
    request = replace(record_of("sanity").request, source="pr/od")
    planned = backend.start_request(request)
    assert planned.url == "https://api.example/v2025-02-19/projects/p1/datasets/pr%2Fod/copy"
    assert planned.body == {"targetDataset": "qa"}
    started = await backend.start(request)
    assert (started.state, started.remote_job_id, started.message) == (JobState.QUEUED, "j1", "Starting copying")
    assert (sent[0].method, str(sent[0].url), json.loads(sent[0].content)) == ("PUT", planned.url, planned.body)


async def test_only_options_that_are_on_are_sent(backend_of: BackendOf, record_of: RecordOf) -> None:
    backend = backend_of("sanity", _fixed(200, {}))
    options = {"skip_history": True, "skip_content_releases": False}
    request = record_of("sanity", options=options).request
    assert backend.start_request(request).body == {"targetDataset": "qa", "skipHistory": True}
    request = replace(request, options={"skip_content_releases": True})
    assert backend.start_request(request).body == {"targetDataset": "qa", "skipContentReleases": True}


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_every_yes_is_a_yes(backend_of: BackendOf, record_of: RecordOf, status: int) -> None:
    backend = backend_of("sanity", _fixed(status, {"jobId": "j1", "more": [1]}))
    assert (await backend.start(record_of("sanity").request)).remote_job_id == "j1"


@pytest.mark.parametrize(
    "body", [b"{}", b'{"jobId":null}', b'{"jobId":""}', b"OK", b"", b"[1]", b'{"jobId":"\\u001b"}']
)
async def test_a_yes_without_a_job_id_is_a_lost_answer(backend_of: BackendOf, record_of: RecordOf, body: bytes) -> None:
    backend = backend_of("sanity", lambda _request: httpx.Response(200, content=body))
    with pytest.raises(AnswerLostError):
        await backend.start(record_of("sanity").request)


async def test_projects_are_read_with_little(backend_of: BackendOf) -> None:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        items = [
            {"id": "p1", "displayName": " Shop\x1b[0m "},
            {"id": "p2", "displayName": None, "isBlocked": True},
            {"id": "p3", "isDisabledByUser": True},
            {"displayName": "no id"},
            "nonsense",
        ]
        return httpx.Response(200, json=items)

    projects = await backend_of("sanity", handle).projects()
    assert projects == [Project("p1", "Shop"), Project("p2", "p2", "blocked"), Project("p3", "p3", "disabled")]
    assert str(sent[0].url) == ("https://api.example/v2021-06-07/projects?includeMembers=false&includeFeatures=false")


async def test_configured_projects_restrict_the_list_and_need_not_be_on_it(backend_of: BackendOf) -> None:
    listing = _fixed(200, [{"id": "p1", "displayName": "One"}, {"id": "p2", "displayName": "Two"}])
    projects = await backend_of("sanity", listing, projects=("p9", "p2")).projects()
    assert projects == [Project("p2", "Two"), Project("p9", "p9", "not among the token's projects")]


async def test_configured_projects_stand_in_where_listing_is_not_allowed(backend_of: BackendOf) -> None:
    denied = _fixed(403, {"message": "Robots are not allowed"})
    projects = await backend_of("sanity", denied, projects=("p1",)).projects()
    assert [(project.id, project.title) for project in projects] == [("p1", "p1")]
    with pytest.raises(NotPermittedError):
        await backend_of("sanity", denied).projects()
    with pytest.raises(NotPermittedError) as caught:
        await backend_of("sanity", _fixed(401, {"message": "Session not found"}), projects=("p1",)).projects()
    assert caught.value.info.code == "not_authenticated", "a bad token is never covered up"


async def test_datasets_with_all_their_oddities(backend_of: BackendOf) -> None:
    items = [
        {"name": "production", "aclMode": "custom", "datasetProfile": "content", "createdAt": "2024-01-02T03:04:05Z"},
        {"name": "production-comments", "aclMode": "private", "addonFor": "production", "new": {"field": 1}},
        {"name": "X_", "aclMode": 7, "createdAt": ""},
        {"name": "bad\u202ename"},
        {"aclMode": "public"},
    ]
    first, addon, legacy = await backend_of("sanity", _fixed(200, items)).resources("p1")
    assert first.facts == {"visibility": "custom", "profile": "content", "created": "2024-01-02 03:04 UTC"}
    assert list(first.facts) == ["visibility", "profile", "created"]
    assert first.created_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (addon.addon_for, addon.facts["add-on for"]) == ("production", "production")
    assert (legacy.name, legacy.created_at, dict(legacy.facts)) == ("X_", None, {})


async def test_datasets_of_an_unknown_project(backend_of: BackendOf) -> None:
    with pytest.raises(NotFoundError, match="p1") as caught:
        await backend_of("sanity", _fixed(404, {"message": "nope"})).resources("p1")
    assert caught.value.info.code == "project_not_found"


async def test_projects_that_are_not_found_point_at_the_request(backend_of: BackendOf) -> None:
    with pytest.raises(NotFoundError, match="asked to list the projects"):
        await backend_of("sanity", _fixed(404, {"message": "no such route"})).projects()


@pytest.mark.parametrize("document", [{"data": []}, True, "x", 3])
async def test_a_list_that_is_none(backend_of: BackendOf, document: object) -> None:
    with pytest.raises(BadAnswerError, match="no list"):
        await backend_of("sanity", _fixed(200, document)).resources("p1")


async def test_a_poll_reads_the_status(backend_of: BackendOf, record_of: RecordOf) -> None:
    paths: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(200, json={"id": "j1", "state": "running", "created_at": "2024-01-02T03:04:05.123456Z"})

    seen = await backend_of("sanity", handle).poll(record_of("sanity", remote_job_id="j1"))
    assert (seen.state, seen.progress, seen.remote_job_id) == (JobState.RUNNING, None, "j1")
    assert paths == ["/v2021-06-07/jobs/j1"]


@pytest.mark.parametrize("document", [{}, {"id": "j1"}, {"id": "other", "state": "running"}, [], "x"])
async def test_a_poll_that_tells_nothing(backend_of: BackendOf, record_of: RecordOf, document: object) -> None:
    with pytest.raises(BadAnswerError):
        await backend_of("sanity", _fixed(200, document)).poll(record_of("sanity", remote_job_id="j1"))


def _listing(*copies: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    """A server that has forgotten all jobs but keeps the list."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/datasets/copy"):
            return httpx.Response(200, json=list(copies))
        return httpx.Response(404, json={"message": "Job not found"})

    return handle


async def test_a_forgotten_job_may_still_be_on_the_list(backend_of: BackendOf, record_of: RecordOf) -> None:
    record = record_of("sanity", remote_job_id="j1")
    backend = backend_of("sanity", _listing(_copy("j0", ""), _copy("j1", "", state="failed")))
    seen = await backend.poll(record)
    assert seen.state is JobState.FAILED
    assert seen.error is not None
    with pytest.raises(NotFoundError):
        await backend.poll(replace(record, remote_job_id="j9"))


async def test_a_gateways_404_does_not_make_a_job_unknown(backend_of: BackendOf, record_of: RecordOf) -> None:
    backend = backend_of("sanity", lambda _request: httpx.Response(404, html="<html>not here"))
    with pytest.raises(BadAnswerError):
        await backend.poll(record_of("sanity", remote_job_id="j1"))


@pytest.mark.parametrize(
    ("copies", "found"),
    [
        ([], None),
        ([_copy("j1", "2026-08-01T12:00:01Z")], "j1"),
        ([_copy("j1", "2026-08-01T11:59:01Z")], "j1"),
        ([_copy("j1", "2026-08-01T11:59:00Z")], "j1"),
        ([_copy("j1", "2026-08-01T11:58:59Z")], None),
        ([_copy("j1", "")], "j1"),
        ([_copy("j2", ""), _copy("j1", "2026-08-01T12:00:01Z")], "j1"),
        ([_copy("j2", "2026-08-01T12:00:02Z"), _copy("j1", "2026-08-01T12:00:01Z")], "j2"),
        ([_copy("mine", "2026-08-01T12:00:02Z"), _copy("j1", "2026-08-01T12:00:01Z")], "j1"),
        ([_copy("j1", "2026-08-01T12:00:01Z", source="other")], None),
        ([_copy("j1", "2026-08-01T12:00:01Z", target="other")], None),
        ([_copy("j1", "nonsense", sourceDataset=None)], None),
    ],
)
async def test_finding_a_start(
    backend_of: BackendOf, record_of: RecordOf, copies: list[dict[str, Any]], found: str | None
) -> None:
    job = record_of("sanity", sent_at=datetime(2026, 8, 1, 12, 0, 0, tzinfo=UTC))
    result = await backend_of("sanity", _listing(*copies)).find(job, {"mine"})
    assert (result.observation.remote_job_id if result else None) == found


async def test_the_vendors_list(backend_of: BackendOf) -> None:
    copies = [
        _copy("j2", "2026-08-01T12:00:00Z", withHistory=False),
        _copy("j1", "", withHistory=True, state="completed"),
        _copy("j0", "", sourceDataset=""),
    ]
    newest, older = await backend_of("sanity", _listing(*copies)).remote_jobs("p1")
    assert (newest.source, newest.target, newest.options) == ("prod", "qa", {"skip_history": True})
    assert (older.observation.state, older.created_at, older.options) == (JobState.COMPLETED, None, {})


async def test_looking_up_needs_the_names_of_the_list(backend_of: BackendOf) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/datasets/copy"):
            assert request.url.params["limit"] == "1000"
            return httpx.Response(200, json=[_copy("j1", "", state="running")])
        return httpx.Response(200, json={"id": request.url.path.rsplit("/", 1)[1], "state": "completed"})

    backend = backend_of("sanity", handle)
    found = await backend.look_up("p1", "j1")
    assert found is not None
    assert found.observation.state is JobState.COMPLETED, "the status call is the fresher of the two"
    assert await backend.look_up("p1", "j2") is None
    kept = await backend_of("sanity", _listing(_copy("j1", ""))).look_up("p1", "j1")
    assert kept is not None
    assert kept.observation.state is JobState.RUNNING
