"""Following a fork: what the environment says, and when the job's result is asked (wire/datocms 3, 4, 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from dsclone_tui.domain.errors import BadAnswerError, NotFoundError, NotPermittedError, UnreachableError
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.states import JobState

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]
MISSING = {"data": [{"id": "a1b2c3", "type": "api_error", "attributes": {"code": "NOT_FOUND", "details": {}}}]}
LIMIT = {
    "data": [
        {"id": "a1", "type": "api_error", "attributes": {"code": "PLAN_UPGRADE_REQUIRED", "details": {"limit": "n"}}}
    ]
}


def _meta(status: str, percent: object = None, source: str | None = "prod") -> dict[str, Any]:
    meta: dict[str, Any] = {"status": status}
    return meta | ({"forked_from": source} if source else {}) | ({"fork_completion_percentage": percent})


@dataclass
class Site:
    """Environments by name, and job results as status and payload; counts what is asked."""

    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, tuple[object, object]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        name = path.rsplit("/", 1)[1]
        if path == "/environments":
            listed = [self.shown(each) for each in self.environments if each not in self.hidden]
            return httpx.Response(200, json={"data": listed})
        if path.startswith("/environments/") and name in self.environments:
            return httpx.Response(200, json={"data": self.shown(name)})
        if path.startswith("/job-results/") and name in self.results:
            status, payload = self.results[name]
            attributes = {"status": status, "payload": payload}
            return httpx.Response(200, json={"data": {"type": "job_result", "id": "z", "attributes": attributes}})
        return httpx.Response(404, json=MISSING)

    def shown(self, name: str) -> dict[str, Any]:
        return {"type": "environment", "id": name, "meta": self.environments[name]}


@pytest.fixture
def record(record_of: RecordOf) -> JobRecord:
    return record_of("datocms", remote_job_id="j1")


@pytest.mark.parametrize(
    ("meta", "state", "progress", "word"),
    [
        (_meta("creating", 24), JobState.RUNNING, 24.0, "creating"),
        (_meta("creating", "24.5"), JobState.RUNNING, 24.5, "creating"),
        (_meta("creating"), JobState.RUNNING, None, "creating"),
        (_meta("creating", 100), JobState.RUNNING, 100.0, "creating"),
        (_meta("creating", 50, source=None), JobState.RUNNING, 50.0, "creating"),
        (_meta("ready", 100), JobState.COMPLETED, None, "ready"),
        (_meta("destroying"), None, None, "destroying"),
        (_meta("melting"), None, None, "melting"),
    ],
)
async def test_what_the_environment_says(
    backend_of: BackendOf, record: JobRecord, meta: dict[str, Any], state: object, progress: object, word: str
) -> None:
    site = Site({"qa": meta})
    seen = await backend_of("datocms", site).poll(record)
    assert (seen.state, seen.progress, seen.remote_state) == (state, progress, word)
    assert site.asked == ["/environments/qa"], "one request is enough"


@pytest.mark.parametrize(
    ("result", "state", "code"),
    [
        ((201, {"data": {"type": "environment", "id": "qa", "meta": {"status": "ready"}}}), JobState.COMPLETED, None),
        ((200, None), JobState.COMPLETED, None),
        (("201", {"data": {}}), JobState.COMPLETED, None),
        ((200, {"data": {"type": "environment", "id": "qa", "meta": {"status": "destroying"}}}), None, None),
        ((422, LIMIT), JobState.FAILED, "plan_limit"),
        ((422, None), JobState.FAILED, "failed"),
        ((500, {"data": []}), JobState.FAILED, "failed"),
    ],
)
async def test_where_the_environment_is_gone_the_result_decides(
    backend_of: BackendOf, record: JobRecord, result: tuple[object, object], state: object, code: str | None
) -> None:
    site = Site(results={"j1": result})
    seen = await backend_of("datocms", site).poll(record)
    assert seen.state is state
    assert seen.remote_job_id in ("j1", None)
    assert (seen.error.code if seen.error else None) == code
    assert site.asked == ["/environments/qa", "/job-results/j1"]


async def test_without_a_result_or_an_id_nothing_is_known(backend_of: BackendOf, record: JobRecord) -> None:
    with pytest.raises(NotFoundError):
        await backend_of("datocms", Site()).poll(record)
    site = Site()
    with pytest.raises(NotFoundError):
        await backend_of("datocms", site).poll(replace(record, remote_job_id=None))
    assert site.asked == ["/environments/qa"]


async def test_a_result_that_is_only_the_beginning_is_no_outcome(backend_of: BackendOf, record: JobRecord) -> None:
    payload = {"data": {"type": "environment", "id": "qa", "meta": {"status": "creating"}}}
    with pytest.raises(NotFoundError):
        await backend_of("datocms", Site(results={"j1": (202, payload)})).poll(record)


async def test_a_result_that_tells_nothing(backend_of: BackendOf, record: JobRecord) -> None:
    with pytest.raises(BadAnswerError):
        await backend_of("datocms", Site(results={"j1": (None, None)})).poll(record)


async def test_an_environment_of_another_origin_is_not_ours(backend_of: BackendOf, record: JobRecord) -> None:
    site = Site({"qa": _meta("ready", source="elsewhere")})
    backend = backend_of("datocms", site)
    with pytest.raises(NotFoundError, match="a fork of elsewhere, not of prod"):
        await backend.poll(record)
    site.results["j1"] = (422, LIMIT)
    assert (await backend.poll(record)).state is JobState.FAILED


async def test_a_fork_that_stands_still_is_asked_about_now_and_then(backend_of: BackendOf, record: JobRecord) -> None:
    site = Site({"qa": _meta("creating", 40)})
    backend = backend_of("datocms", site)
    for _ in range(11):
        assert (await backend.poll(record)).state is JobState.RUNNING
    assert site.asked.count("/job-results/j1") == 2
    site.results["j1"] = (422, LIMIT)
    ends = [(await backend.poll(record)).state for _ in range(4)]
    assert ends == [JobState.RUNNING] * 3 + [JobState.FAILED]


async def test_a_fork_that_moves_is_never_asked_about(backend_of: BackendOf, record: JobRecord) -> None:
    site = Site({"qa": _meta("creating", 0)})
    backend = backend_of("datocms", site)
    for percent in range(30):
        site.environments["qa"] = _meta("creating", percent)
        await backend.poll(record)
    assert "/job-results/j1" not in site.asked


async def test_a_result_before_the_environment_is_ready_does_not_end_the_fork(
    backend_of: BackendOf, record: JobRecord
) -> None:
    site = Site({"qa": _meta("creating", 100)}, {"j1": (201, None)})
    backend = backend_of("datocms", site)
    assert {(await backend.poll(record)).state for _ in range(10)} == {JobState.RUNNING}


async def test_an_environment_that_was_there_before_does_not_hide_the_jobs_failure(
    backend_of: BackendOf, record: JobRecord
) -> None:
    site = Site({"qa": _meta("ready") | {"created_at": "2020-01-01T00:00:00Z"}}, {"j1": (422, LIMIT)})
    assert (await backend_of("datocms", site).poll(record)).state is JobState.FAILED
    site.results.clear()
    assert (await backend_of("datocms", site).poll(record)).state is JobState.COMPLETED, "the local clock may be wrong"


async def test_many_forks_share_a_list(backend_of: BackendOf, record: JobRecord) -> None:
    names = [f"qa{n}" for n in range(40)]
    site = Site({name: _meta("creating", n) for n, name in enumerate(names)}, hidden={"qa39"})
    backend = backend_of("datocms", site)
    jobs = [replace(record, id=name, request=replace(record.request, target=name)) for name in names]
    seen = await asyncio.gather(*(backend.poll(job) for job in jobs))
    assert [each.progress for each in seen] == [float(n) for n in range(40)]
    assert len(site.asked) <= 6
    assert "/environments/qa39" in site.asked, "what a list omits is asked for by name"


async def test_a_look_that_is_given_up_leaves_the_others_theirs(backend_of: BackendOf, record: JobRecord) -> None:
    reached, gate = asyncio.Event(), asyncio.Event()
    site = Site({"qa": _meta("creating", 7)})

    async def slowly(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/environments":
            reached.set()
        await gate.wait()
        return site(request)

    backend = backend_of("datocms", slowly)
    looks = [asyncio.create_task(backend.poll(record)) for _ in range(8)]
    await reached.wait()
    looks[4].cancel()
    gate.set()
    seen = await asyncio.gather(*looks, return_exceptions=True)
    assert isinstance(seen.pop(4), asyncio.CancelledError)
    assert {getattr(each, "progress", each) for each in seen} == {7.0}


async def test_closing_ends_a_list_that_is_under_way(backend_of: BackendOf, record: JobRecord) -> None:
    reached = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/environments":
            reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    backend = backend_of("datocms", never)
    looks = [asyncio.create_task(backend.poll(record)) for _ in range(5)]
    await reached.wait()
    for look in looks:
        look.cancel()
    await asyncio.gather(*looks, return_exceptions=True)
    await backend.aclose()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(401, json=MISSING | {"data": []}), NotPermittedError),
        (httpx.Response(502, html="<html>cdn"), BadAnswerError),
        (httpx.Response(200, json={"data": []}), BadAnswerError),
        (httpx.Response(404, html="<html>nginx"), BadAnswerError),
        (httpx.Response(500, json={}), UnreachableError),
    ],
)
async def test_trouble_is_told_and_is_no_state(
    backend_of: BackendOf, record: JobRecord, response: httpx.Response, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await backend_of("datocms", lambda _request: response).poll(record)
