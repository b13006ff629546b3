"""The event stream of a job: order, snapshots, ends, keep-alive, and who may listen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box, running
from dsclone_tui.sandbox.sanity import job_stream

Event = tuple[str, dict[str, Any]]
Copied = Callable[..., Awaitable[list[Event]]]
Make = Callable[[Box], Awaitable[httpx.AsyncClient]]


async def started(client: httpx.AsyncClient, target: str = "twin") -> str:
    answer = await client.put("/datasets/production/copy", json={"targetDataset": target})
    return str(answer.json()["jobId"])


async def test_a_stream_goes_from_welcome_to_done(sanity: httpx.AsyncClient, copied: Copied) -> None:
    events = await copied(sanity, "production", "twin")
    names = [name for name, _ in events]
    assert names[0] == "welcome"
    assert names[-1] == "done"
    assert set(names[1:-1]) == {"job"}
    assert set(events[0][1]) == {"listener_id"}
    last = events[-2][1]
    assert (last["state"], last["progress"]) == ("completed", 100)


async def test_progress_never_falls_and_states_go_forward(sanity_of: Make, copied: Copied) -> None:
    async with running(rate=0.2) as box:
        events = await copied(await sanity_of(box), "production", "twin")
    jobs = [data for name, data in events if name == "job"]
    order = ["pending", "running", "completed"]
    ranks = [order.index(job["state"]) for job in jobs]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}
    progress = [job["progress"] for job in jobs]
    assert progress == sorted(progress)
    assert len({*progress}) > 2
    assert len({job["job_id"] for job in jobs}) == 1


async def test_a_finished_job_tells_its_end_at_once(
    sanity: httpx.AsyncClient, parse_events: Callable[[str], list[Event]]
) -> None:
    job = await started(sanity)
    await sanity.get(f"/jobs/{job}/listen")
    again = parse_events((await sanity.get(f"/jobs/{job}/listen")).text)
    assert [name for name, _ in again] == ["welcome", "job", "done"]
    assert again[1][1] == {"job_id": job, "state": "completed", "progress": 100}


async def test_anybody_may_listen_but_not_with_a_wrong_token(box: Box, sanity: httpx.AsyncClient) -> None:
    job = await started(sanity)
    async with httpx.AsyncClient() as anonymous:
        heard = await anonymous.get(f"{box.origin}/v1/jobs/{job}/listen")
        refused = await anonymous.get(f"{box.origin}/v1/jobs/{job}/listen", headers={"authorization": "Bearer no"})
    assert heard.status_code == 200
    assert heard.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in heard.headers
    assert refused.status_code == 401


async def test_an_unknown_job_is_a_boom_404(sanity: httpx.AsyncClient) -> None:
    answer = await sanity.get("/jobs/jnowhere/listen")
    assert (answer.status_code, answer.json()["error"]) == (404, "Not Found")


async def lines_until(stream: AsyncIterator[str], wanted: str) -> list[str]:
    lines = []
    async for line in stream:
        lines.append(line)
        if line.startswith(wanted):
            break
    return lines


async def test_a_quiet_stream_is_kept_alive_by_comments(
    still_box: Box, sanity_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_stream, "KEEP_ALIVE_SECONDS", 0.01)
    client = await sanity_of(still_box)
    job = await started(client)
    async with client.stream("GET", f"/jobs/{job}/listen") as stream:
        lines = await lines_until(stream.aiter_lines(), ":")
    assert lines[0] == "event: welcome"
    assert f'data: {{"job_id":"{job}","state":"pending","progress":0}}' in lines


def test_the_keep_alive_is_within_what_clients_wait() -> None:
    assert job_stream.KEEP_ALIVE_SECONDS <= 15


async def test_stopping_the_sandbox_ends_open_streams(sanity_of: Make) -> None:
    async with running(rate=100_000) as box:
        client = await sanity_of(box)
        job = await started(client)
        request = client.build_request("GET", f"/jobs/{job}/listen")
        stream = await client.send(request, stream=True)
        lines = stream.aiter_lines()
        await lines_until(lines, "event: job")
        rest = asyncio.ensure_future(anext_all(lines))
    assert not any(line.startswith("event: done") for line in await rest)
    await stream.aclose()


async def anext_all(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]
