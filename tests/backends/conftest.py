"""Shared by the backends' tests: clients on a scripted network, waiting that takes no time, job records."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime

import httpx
import pytest

from dsclone_tui.backends.http import JsonClient
from dsclone_tui.backends.limits import Rate
from dsclone_tui.backends.registry import PROFILES, BackendSpec, create
from dsclone_tui.domain.jobs import CloneRequest, JobRecord
from dsclone_tui.domain.ports import Backend

Handler = Callable[[httpx.Request], httpx.Response]
Sleep = Callable[[float], Awaitable[None]]


@pytest.fixture
def token() -> str:
    """The token that every client of these fixtures sends; new for each test, for request limits outlive a client."""
    return f"sk-{secrets.token_hex(16)}-never-to-be-seen"


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited for, in order, without waiting."""
    return []


@pytest.fixture
def sleep(waits: list[float]) -> Sleep:
    async def note(seconds: float) -> None:
        waits.append(seconds)

    return note


@pytest.fixture
async def client_of(sleep: Sleep, token: str) -> AsyncIterator[Callable[..., JsonClient]]:
    """``client_of(handler)``: a client whose network is a function; ``base_url`` and ``token`` may be given."""
    made: list[JsonClient] = []
    known = token

    def make(
        handler: Handler, *, base_url: str = "https://api.example", token: Callable[[], str] = lambda: known
    ) -> JsonClient:
        transport = httpx.MockTransport(handler)
        rate = Rate(1_000_000, 1.0)
        made.append(JsonClient(base_url, token, vendor="Vendor", rate=rate, transport=transport, sleep=sleep))
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
async def backend_of(sleep: Sleep, token: str) -> AsyncIterator[Callable[..., Backend]]:
    """``backend_of(type, handler)``: a backend whose network is a function; ``projects`` may be given."""
    made: list[Backend] = []

    def make(vendor: str, handler: Handler, *, projects: tuple[str, ...] = ()) -> Backend:
        spec = BackendSpec("acme", vendor, "https://api.example", lambda: token, projects)
        made.append(create(spec, transport=httpx.MockTransport(handler), sleep=sleep))
        return made[-1]

    yield make
    for backend in made:
        await backend.aclose()


@pytest.fixture
def record_of() -> Callable[..., JobRecord]:
    """``record_of(vendor)``: the record of a start that was just sent, from ``prod`` to ``qa`` in project ``p1``."""

    def make(
        vendor: str,
        *,
        remote_job_id: str | None = None,
        sent_at: datetime | None = None,
        options: Mapping[str, bool] | None = None,
    ) -> JobRecord:
        at = sent_at or datetime(2026, 8, 1, 12, tzinfo=UTC)
        request = CloneRequest("acme", PROFILES[vendor].kind, "p1", "prod", "qa", options or {})
        return JobRecord("01job", request, at, at, remote_job_id=remote_job_id, sent_at=at)

    return make
