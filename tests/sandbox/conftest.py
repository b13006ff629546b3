"""Boxes on real sockets, clients for both vendors, and the few loops that every test would else write again."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box, running

# At this rate a job stays where it is for as long as any test lasts.
STANDSTILL = 100_000.0
# `verify=False` below: nothing here speaks TLS, and reading the certificates takes longer than most tests.

Event = tuple[str, dict[str, Any]]


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """Small content, jobs as fast as the machine copies."""
    async with running() as made:
        yield made


@pytest.fixture
async def still_box() -> AsyncIterator[Box]:
    """Small content, jobs that never get anywhere: what holds while a job runs can be looked at in peace."""
    async with running(rate=STANDSTILL) as made:
        yield made


@pytest.fixture
async def sanity_of() -> AsyncIterator[Callable[[Box], Awaitable[httpx.AsyncClient]]]:
    """Makes a client that is signed in to the Sanity half and names the first project by header."""
    async with AsyncExitStack() as stack:

        async def make(box: Box) -> httpx.AsyncClient:
            headers = {"authorization": f"Bearer {box.sanity_token}", "x-sanity-project-id": box.project}
            client = httpx.AsyncClient(base_url=f"{box.origin}/v2025-02-19", headers=headers, verify=False)
            return await stack.enter_async_context(client)

        yield make


@pytest.fixture
async def datocms_of() -> AsyncIterator[Callable[[Box], Awaitable[httpx.AsyncClient]]]:
    """Makes a client that is signed in to the DatoCMS half."""
    async with AsyncExitStack() as stack:

        async def make(box: Box) -> httpx.AsyncClient:
            headers = {"authorization": f"Bearer {box.datocms_token}", "x-api-version": "3"}
            return await stack.enter_async_context(
                httpx.AsyncClient(base_url=box.origin, headers=headers, verify=False)
            )

        yield make


@pytest.fixture
async def sanity(box: Box, sanity_of: Callable[[Box], Awaitable[httpx.AsyncClient]]) -> httpx.AsyncClient:
    return await sanity_of(box)


@pytest.fixture
async def datocms(box: Box, datocms_of: Callable[[Box], Awaitable[httpx.AsyncClient]]) -> httpx.AsyncClient:
    return await datocms_of(box)


@pytest.fixture
def copied() -> Callable[..., Awaitable[list[Event]]]:
    """Starts a copy, listens to its end and gives back what the stream said."""

    async def copy(client: httpx.AsyncClient, source: str, target: str, **options: bool) -> list[Event]:
        started = await client.put(f"/datasets/{source}/copy", json={"targetDataset": target, **options})
        assert started.status_code == 200, started.text
        return events((await client.get(f"/jobs/{started.json()['jobId']}/listen")).text)

    return copy


@pytest.fixture
def parse_events() -> Callable[[str], list[Event]]:
    return events


@pytest.fixture
def forked() -> Callable[..., Awaitable[dict[str, Any]]]:
    """Starts a fork, polls its job to the end and gives back the job result's attributes."""

    async def fork(client: httpx.AsyncClient, source: str, target: str, **flags: str) -> dict[str, Any]:
        body = {"data": {"type": "environment", "id": target}}
        started = await client.post(f"/environments/{source}/fork", params=flags, json=body)
        assert started.status_code == 202, started.text
        while (answer := await client.get(f"/job-results/{started.json()['data']['id']}")).status_code == 404:
            pass
        attributes: dict[str, Any] = answer.json()["data"]["attributes"]
        return attributes

    return fork


def events(text: str) -> list[Event]:
    """The named events of a stream; comments are left out."""
    found = []
    for frame in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found
