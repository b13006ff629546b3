"""What the conformance suite runs against: each vendor as a scripted peer, and each in the sandbox on a real socket.

A third vendor adds a peer class, written from its wire page, and a line in ``PEERS`` and in ``SANDBOX``.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx
import pytest

from dsclone_tui.backends.registry import BackendSpec, create
from dsclone_tui.domain.ports import Backend
from dsclone_tui.sandbox import embedded

GOOD, BAD = "good-token-of-the-peer", "bad-token-of-a-stranger"


@dataclass
class Peer:
    """A vendor's server in a function. Each look at a job moves it on, unless ``slow``."""

    slow: bool = False
    starts: int = 0
    dropping: str | None = None  # "handled" or "unheard"
    refusing: tuple[int, int] | None = None  # status, seconds
    failing: str | None = None
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {GOOD}":
            return self.unauthorized()
        if request.method == "GET":
            return self.read(request.url.path, request)
        self.starts += 1
        if self.refusing:
            return self.refused(*self.refusing)
        if self.dropping == "unheard":
            raise httpx.ReadError("cut", request=request)
        response = self.begin(request.url.path, json.loads(request.content))
        if self.dropping == "handled":
            raise httpx.ReadError("cut", request=request)
        return response

    def look(self, job: dict[str, Any]) -> None:
        """The job's life: two looks to its end."""
        if not self.slow and job["looks"] < 2:
            job["looks"] += 1

    def new_job(self, source: str, target: str) -> dict[str, Any]:
        job = {"id": f"job{len(self.jobs) + 1}", "source": source, "target": target, "looks": 0, "at": _now()}
        self.jobs[str(job["id"])] = job
        return job

    def unauthorized(self) -> httpx.Response:
        raise NotImplementedError

    def refused(self, status: int, seconds: int) -> httpx.Response:
        raise NotImplementedError

    def read(self, path: str, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError

    def begin(self, path: str, body: dict[str, Any]) -> httpx.Response:
        raise NotImplementedError


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class SanityPeer(Peer):
    """wire/sanity 2 and 3."""

    WORDS: ClassVar = ("pending", "running", "completed")

    def unauthorized(self) -> httpx.Response:
        return self.boom(401, "Unauthorized", "Session not found")

    def boom(self, status: int, error: str, message: str) -> httpx.Response:
        return httpx.Response(status, json={"statusCode": status, "error": error, "message": message})

    def refused(self, status: int, seconds: int) -> httpx.Response:
        return httpx.Response(status, json={"message": "later"}, headers={"Retry-After": str(seconds)})

    def state(self, job: dict[str, Any]) -> str:
        return "failed" if self.failing and job["looks"] == 2 else self.WORDS[job["looks"]]

    def read(self, path: str, request: httpx.Request) -> httpx.Response:
        if re.fullmatch(r"/v[\d-]+/projects", path):
            return httpx.Response(200, json=[{"id": "p1", "displayName": "Shop", "isBlocked": False}])
        if re.fullmatch(r"/v[\d-]+/projects/p1/datasets", path):
            names = ["production", *(job["target"] for job in self.jobs.values())]
            return httpx.Response(200, json=[{"name": n, "aclMode": "public", "addonFor": None} for n in names])
        if re.fullmatch(r"/v[\d-]+/projects/p1/datasets/copy", path):
            items = [
                {"id": j["id"], "state": self.state(j), "createdAt": j["at"], "updatedAt": "", "withHistory": True}
                | {"sourceDataset": j["source"], "targetDataset": j["target"]}
                for j in reversed(self.jobs.values())
            ]
            return httpx.Response(200, json=items)
        if (match := re.fullmatch(r"/v[\d-]+/jobs/(\w+)(/listen)?", path)) and (job := self.jobs.get(match[1])):
            if match[2]:
                return self.stream(job)
            self.look(job)
            return httpx.Response(200, json={"id": job["id"], "state": self.state(job), "authors": ["u1"]})
        return self.boom(404, "Not Found", "Not found")

    def stream(self, job: dict[str, Any]) -> httpx.Response:
        frames = 'event: welcome\ndata: {"listener_id":"l1"}\n\n'
        for progress in (0, 50, 100):
            frames += f'event: job\ndata: {{"job_id":"{job["id"]}","state":"running","progress":{progress}}}\n\n'
        job["looks"] = 2
        frames += f'event: job\ndata: {{"job_id":"{job["id"]}","state":"completed","progress":100}}\n\n'
        return httpx.Response(200, text=frames, headers={"content-type": "text/event-stream"})

    def begin(self, path: str, body: dict[str, Any]) -> httpx.Response:
        match = re.fullmatch(r"/v[\d-]+/projects/p1/datasets/(\w+)/copy", path)
        target = body["targetDataset"]
        if not match or match[1] != "production":
            return self.boom(404, "Not Found", "Source dataset does not exist")
        if target == "production" or target in (job["target"] for job in self.jobs.values()):
            return self.boom(409, "Conflict", f'Dataset "{target}" already exists')
        job = self.new_job("production", target)
        return httpx.Response(200, json={"datasetName": "production", "aclMode": "public", "jobId": job["id"]})


class DatoPeer(Peer):
    """wire/datocms 2 to 5."""

    def unauthorized(self) -> httpx.Response:
        return self.error(401, "INVALID_AUTHORIZATION_HEADER")

    def error(self, status: int, code: str, /, **details: str) -> httpx.Response:
        return httpx.Response(status, json={"data": [self.api_error(code, **details)]})

    def api_error(self, code: str, /, **details: str) -> dict[str, Any]:
        return {"id": "a1b2c3", "type": "api_error", "attributes": {"code": code, "details": details}}

    def refused(self, status: int, seconds: int) -> httpx.Response:
        return httpx.Response(status, headers={"X-RateLimit-Reset": str(seconds)})

    def environment(self, name: str, job: dict[str, Any] | None) -> dict[str, Any]:
        meta: dict[str, Any] = {"status": "ready", "primary": job is None, "read_only_mode": False, "forked_from": None}
        if job:
            meta |= {"forked_from": job["source"], "created_at": job["at"]}
            meta |= {} if job["looks"] == 2 else {"status": "creating", "fork_completion_percentage": job["looks"] * 50}
        return {"type": "environment", "id": name, "meta": meta}

    def read(self, path: str, request: httpx.Request) -> httpx.Response:
        present = {j["target"]: j for j in self.jobs.values() if not (self.failing and j["looks"] == 2)}
        if path == "/site":
            return httpx.Response(200, json={"data": {"type": "site", "id": "p1", "attributes": {"name": "Site"}}})
        if path == "/environments":
            items = [self.environment("production", None), *(self.environment(n, j) for n, j in present.items())]
            return httpx.Response(200, json={"data": items})
        if match := re.fullmatch(r"/environments/([\w-]+)", path):
            if match[1] == "production":
                return httpx.Response(200, json={"data": self.environment("production", None)})
            if job := present.get(match[1]):
                self.look(job)
                if self.failing and job["looks"] == 2:
                    return self.error(404, "NOT_FOUND")  # a failed fork disappears (wire/datocms 3)
                return httpx.Response(200, json={"data": self.environment(match[1], job)})
        match = re.fullmatch(r"/job-results/(\w+)", path)
        if match and (job := self.jobs.get(match[1])) and job["looks"] == 2:
            return self.result(job)
        return self.error(404, "NOT_FOUND")

    def result(self, job: dict[str, Any]) -> httpx.Response:
        attributes: dict[str, Any] = {"status": 201, "payload": {"data": self.environment(job["target"], job)}}
        if self.failing:
            error = self.api_error("PLAN_UPGRADE_REQUIRED", limit="sandbox_environments")
            attributes = {"status": 422, "payload": {"data": [error]}}
        return httpx.Response(200, json={"data": {"type": "job_result", "id": "x", "attributes": attributes}})

    def begin(self, path: str, body: dict[str, Any]) -> httpx.Response:
        match = re.fullmatch(r"/environments/([\w-]+)/fork", path)
        target = body["data"]["id"]
        if not match or match[1] != "production":
            return self.error(404, "NOT_FOUND")
        if target == "production" or target in (job["target"] for job in self.jobs.values()):
            return self.error(422, "INVALID_FIELD", field="name", code="VALIDATION_UNIQUENESS")
        job = self.new_job("production", target)
        return httpx.Response(202, json={"data": {"type": "job", "id": job["id"]}})


PEERS: dict[str, type[Peer]] = {"sanity": SanityPeer, "datocms": DatoPeer}
_NUMBERS = itertools.count()
SANDBOX: dict[str, tuple[str, str]] = {"sanity": ("sanity_token", "production"), "datocms": ("datocms_token", "main")}


@dataclass
class Stage:
    """A backend before a server whose behaviour can be ordered: the ``Stage`` protocol of the suite."""

    backend: Backend
    stranger: Backend
    source: str
    count: Callable[[], int]
    drop_start: Callable[[bool], None]
    refuse_start: Callable[[int, int], None]
    fail_job: Callable[[], None]
    stranger_token: str = BAD


@asynccontextmanager
async def _scripted(vendor: str, slow: bool) -> AsyncIterator[Stage]:
    peer = PEERS[vendor](slow=slow)
    origin = f"https://peer{next(_NUMBERS)}.example"  # of its own, for request limits outlive a client
    backend, stranger = (
        create(BackendSpec("acme", vendor, origin, token), transport=httpx.MockTransport(peer.handle))
        for token in (lambda: GOOD, lambda: BAD)
    )
    yield Stage(
        backend,
        stranger,
        "production",
        count=lambda: peer.starts,
        drop_start=lambda handled: setattr(peer, "dropping", "handled" if handled else "unheard"),
        refuse_start=lambda status, seconds: setattr(peer, "refusing", (status, seconds)),
        fail_job=lambda: setattr(peer, "failing", "yes"),
    )
    await backend.aclose()
    await stranger.aclose()


@asynccontextmanager
async def _socketed(vendor: str, slow: bool) -> AsyncIterator[Stage]:
    async with embedded.running(content="small", rate=1000.0 if slow else 0.0) as box:
        attribute, source = SANDBOX[vendor]
        good: str = getattr(box, attribute)
        backend, stranger = (
            create(BackendSpec("acme", vendor, box.origin, token)) for token in (lambda: good, lambda: BAD)
        )
        yield Stage(
            backend,
            stranger,
            source,
            count=lambda: len(box.starts),
            drop_start=lambda handled: box.faults.drop_starts(handled=handled),
            refuse_start=lambda status, seconds: box.faults.refuse_starts(status, retry_after=seconds),
            fail_job=lambda: box.faults.fail_jobs("disk full"),
        )
        await backend.aclose()
        await stranger.aclose()


@pytest.fixture(params=[f"{vendor}-{peer}" for vendor in PEERS for peer in ("scripted", "sandbox")])
def open_stage(request: pytest.FixtureRequest) -> Callable[..., AbstractAsyncContextManager[Stage]]:
    """``open_stage(slow=False)``: a fresh server and backends for it; a slow server's jobs do not end."""
    vendor, _, peer = str(request.param).partition("-")
    opened = _scripted if peer == "scripted" else _socketed
    return lambda *, slow=False: opened(vendor, slow)
