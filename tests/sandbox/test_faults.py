"""The faults a test can order do what they say, once, and in the order they were ordered."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box

Event = tuple[str, dict[str, Any]]
Forked = Callable[..., Awaitable[dict[str, Any]]]
FORK = {"data": {"type": "environment", "id": "qa"}}


async def copy(client: httpx.AsyncClient, target: str = "twin") -> httpx.Response:
    return await client.put("/datasets/production/copy", json={"targetDataset": target})


async def targets(client: httpx.AsyncClient) -> list[str]:
    return [item["targetDataset"] for item in (await client.get("/datasets/copy")).json()]


async def test_a_lost_answer_of_a_start_that_was_carried_out(box: Box, sanity: httpx.AsyncClient) -> None:
    box.faults.drop_starts(handled=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await copy(sanity)
    assert await targets(sanity) == ["twin"]
    assert box.starts == [("sanity", "production", "twin")]
    assert (await copy(sanity, "next")).status_code == 200


async def test_a_lost_answer_of_a_start_that_never_was(box: Box, sanity: httpx.AsyncClient) -> None:
    box.faults.drop_starts(handled=False)
    with pytest.raises(httpx.RemoteProtocolError):
        await copy(sanity)
    assert await targets(sanity) == []
    assert box.starts == [("sanity", "production", "twin")]


async def test_a_lost_answer_of_a_start_that_is_carried_out_late(box: Box, sanity: httpx.AsyncClient) -> None:
    box.faults.drop_starts(handled=True, late=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        await copy(sanity)
    while await targets(sanity) != ["twin"]:
        pass


async def test_a_refused_start_whose_answer_is_lost_is_dropped_too(box: Box, sanity: httpx.AsyncClient) -> None:
    box.faults.drop_starts(handled=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await copy(sanity, "staging")
    assert await targets(sanity) == []


async def test_a_lost_answer_of_a_fork(box: Box, datocms: httpx.AsyncClient) -> None:
    box.faults.drop_starts(handled=True, vendor="datocms")
    with pytest.raises(httpx.RemoteProtocolError):
        await datocms.post("/environments/main/fork", json=FORK)
    assert (await datocms.get("/environments/qa")).status_code == 200
    assert box.starts == [("datocms", "main", "qa")]


async def test_an_order_for_one_vendor_does_not_touch_the_other(
    box: Box, sanity: httpx.AsyncClient, datocms: httpx.AsyncClient
) -> None:
    box.faults.refuse_starts(503, vendor="datocms")
    assert (await copy(sanity)).status_code == 200
    assert (await datocms.post("/environments/main/fork", json=FORK)).status_code == 503


async def test_refused_starts_speak_the_vendors_language(
    box: Box, sanity: httpx.AsyncClient, datocms: httpx.AsyncClient
) -> None:
    box.faults.refuse_starts(429, 2, retry_after=3)
    sanitys, datocmss = await copy(sanity), await datocms.post("/environments/main/fork", json=FORK)
    assert (sanitys.status_code, sanitys.headers["retry-after"]) == (429, "3")
    assert sanitys.json()["statusCode"] == 429
    assert (datocmss.status_code, datocmss.headers["x-ratelimit-reset"]) == (429, "3")
    assert datocmss.json()["data"][0]["attributes"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert (await copy(sanity)).status_code == 200


async def test_orders_are_used_in_order_and_can_be_taken_back(box: Box, sanity: httpx.AsyncClient) -> None:
    box.faults.refuse_starts(503)
    box.faults.refuse_starts(429)
    assert [(await copy(sanity)).status_code for _ in range(2)] == [503, 429]
    box.faults.refuse_starts(500, 5)
    box.faults.clear()
    assert (await copy(sanity)).status_code == 200


async def heard(client: httpx.AsyncClient, job: str) -> tuple[list[str], bool]:
    """The names of the events that came, and whether the body came to a proper end."""
    names = []
    try:
        async with client.stream("GET", f"/jobs/{job}/listen") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    names.append(line.removeprefix("event: "))
    except httpx.RemoteProtocolError:
        return names, False
    return names, True


@pytest.mark.parametrize("clean", [True, False])
async def test_a_stream_is_cut_after_so_many_events(box: Box, sanity: httpx.AsyncClient, clean: bool) -> None:
    job = (await copy(sanity)).json()["jobId"]
    box.faults.cut_streams(2, clean=clean)
    names, complete = await heard(sanity, job)
    assert names == ["welcome", "job"]
    assert complete is clean
    names, complete = await heard(sanity, job)
    assert (names[-1], complete) == ("done", True)


@pytest.mark.parametrize("status", [204, 401, 404, 503])
async def test_a_listen_request_is_answered_with_a_status(box: Box, sanity: httpx.AsyncClient, status: int) -> None:
    job = (await copy(sanity)).json()["jobId"]
    box.faults.answer_streams(status)
    assert (await sanity.get(f"/jobs/{job}/listen")).status_code == status
    assert (await sanity.get(f"/jobs/{job}/listen")).status_code == 200


async def test_a_failed_copy_says_so_and_leaves_nothing(
    box: Box, sanity: httpx.AsyncClient, parse_events: Callable[[str], list[Event]]
) -> None:
    box.faults.fail_jobs("Out of room", at=40)
    job = (await copy(sanity)).json()["jobId"]
    events = parse_events((await sanity.get(f"/jobs/{job}/listen")).text)
    last = events[-2][1]
    assert (last["state"], last["message"]) == ("failed", "Out of room")
    assert 40 <= last["progress"] < 60
    assert events[-1][0] == "done"
    assert (await sanity.get(f"/jobs/{job}")).json()["state"] == "failed"
    assert (await sanity.get("/datasets/twin")).status_code == 404
    assert (await copy(sanity)).status_code == 200


async def test_a_failed_fork_shows_its_reason_and_its_environment_is_gone(
    box: Box, datocms: httpx.AsyncClient, forked: Forked
) -> None:
    box.faults.fail_jobs("sandbox_environments", code="PLAN_UPGRADE_REQUIRED", status=422)
    result = await forked(datocms, "main", "qa")
    assert (result["status"], result["payload"]["data"][0]["attributes"]["code"]) == (422, "PLAN_UPGRADE_REQUIRED")
    assert (await datocms.get("/environments/qa")).status_code == 404
