"""Forks: acceptance, progress, results, refusals, and what fast means for the source."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box

Forked = Callable[..., Awaitable[dict[str, Any]]]
Make = Callable[[Box], Awaitable[httpx.AsyncClient]]


def body(name: object) -> dict[str, Any]:
    return {"data": {"type": "environment", "id": name}}


def error_of(answer: httpx.Response) -> tuple[int, str, dict[str, Any]]:
    (error,) = answer.json()["data"]
    return answer.status_code, error["attributes"]["code"], error["attributes"]["details"]


async def records(client: httpx.AsyncClient, environment: str) -> list[dict[str, Any]]:
    answer = await client.get("/items?page[limit]=500", headers={"x-environment": environment})
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_a_fork_is_accepted_as_a_job(datocms: httpx.AsyncClient) -> None:
    answer = await datocms.post("/environments/main/fork?", json=body("qa"))
    assert answer.status_code == 202
    assert answer.json()["data"].keys() == {"type", "id"}
    assert re.fullmatch("[0-9a-f]{24}", answer.json()["data"]["id"])


async def test_the_result_is_the_ready_environment_with_a_virtual_201(
    datocms: httpx.AsyncClient, forked: Forked
) -> None:
    result = await forked(datocms, "main", "qa")
    assert (result["status"], result["statusText"]) == (201, "Created")
    environment = result["payload"]["data"]
    assert (environment["id"], environment["meta"]["status"]) == ("qa", "ready")
    assert environment["meta"]["forked_from"] == "main"
    assert "fork_completion_percentage" not in environment["meta"]
    assert (await datocms.get("/environments/qa")).json() == result["payload"]


@pytest.mark.parametrize("flags", [{}, {"fast": "true"}, {"fast": "true", "force": "true"}, {"fast": "false"}])
async def test_a_fork_holds_the_same_content(
    box: Box, datocms: httpx.AsyncClient, forked: Forked, flags: dict[str, str]
) -> None:
    await forked(datocms, "main", "qa", **flags)
    assert await records(datocms, "qa") == await records(datocms, "main")
    assert await box.census("datocms", "qa") == await box.census("datocms", "main")


async def test_a_pending_result_and_an_unknown_one_look_the_same(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    job = (await client.post("/environments/main/fork", json=body("qa"))).json()["data"]["id"]
    pending, unknown = await client.get(f"/job-results/{job}"), await client.get("/job-results/" + "0" * 24)
    assert error_of(pending) == error_of(unknown) == (404, "NOT_FOUND", {})


async def test_immediate_return_answers_with_the_creating_environment(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    answer = await client.post("/environments/main/fork?immediate_return=true&fast=false", json=body("qa"))
    assert answer.status_code == 200
    environment = answer.json()["data"]
    assert (environment["type"], environment["id"]) == ("environment", "qa")
    assert environment["meta"]["status"] == "creating"
    assert environment["meta"]["fork_completion_percentage"] == 0
    assert (await client.get("/environments")).json()["data"][-1] == environment


async def test_a_creating_environment_cannot_be_used(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    await client.post("/environments/main/fork", json=body("qa"))
    chained = await client.post("/environments/qa/fork", json=body("qa-2"))
    read = await client.get("/items", headers={"x-environment": "qa"})
    assert error_of(chained)[:2] == error_of(read)[:2] == (422, "ENVIRONMENT_NOT_READY")


async def test_taken_names_are_not_unique(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    await client.post("/environments/main/fork", json=body("qa"))
    for name in ("staging", "main", "qa"):
        answer = await client.post("/environments/main/fork", json=body(name))
        assert error_of(answer) == (422, "INVALID_FIELD", {"field": "name", "code": "VALIDATION_UNIQUENESS"})


@pytest.mark.parametrize("name", ["QA", "qa_1", "q a", "", "a" * 64, 7, "qa/x", "qa\n"])
async def test_bad_names_have_a_bad_format(datocms: httpx.AsyncClient, name: object) -> None:
    answer = await datocms.post("/environments/main/fork", json=body(name))
    assert error_of(answer) == (422, "INVALID_FIELD", {"field": "name", "code": "VALIDATION_FORMAT"})


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "INVALID_JSON_BODY"),
        (b"nope", 400, "INVALID_JSON_BODY"),
        (b'{"data": []}', 422, "INVALID_FORMAT"),
        (b'{"data": {"type": "environment"}}', 422, "INVALID_FIELD"),
        (b'{"data": {"type": "item", "id": "qa"}}', 422, "INVALID_TYPE"),
    ],
)
async def test_bad_bodies_are_refused(datocms: httpx.AsyncClient, content: bytes, status: int, code: str) -> None:
    answer = await datocms.post("/environments/main/fork", content=content)
    assert error_of(answer)[:2] == (status, code)


async def test_a_missing_source_is_not_found(datocms: httpx.AsyncClient) -> None:
    assert error_of(await datocms.post("/environments/nowhere/fork", json=body("qa"))) == (404, "NOT_FOUND", {})


async def retitle(client: httpx.AsyncClient, environment: str) -> httpx.Response:
    item = (await client.get("/items?filter[type]=article&page[limit]=1")).json()["data"][0]["id"]
    change = {"data": {"attributes": {"title": "Changed"}}}
    return await client.put(f"/items/{item}", json=change, headers={"x-environment": environment})


async def test_a_fast_fork_holds_its_source_read_only(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    await client.post("/environments/main/fork?fast=true", json=body("qa"))
    listed = {item["id"]: item["meta"]["read_only_mode"] for item in (await client.get("/environments")).json()["data"]}
    assert listed == {"main": True, "staging": False, "qa": False}
    assert error_of(await retitle(client, "main"))[:2] == (422, "ENVIRONMENT_IN_READ_ONLY_MODE")
    assert (await retitle(client, "staging")).status_code == 200
    second = await client.post("/environments/main/fork?fast=true", json=body("qa-2"))
    assert error_of(second)[:2] == (422, "ENVIRONMENT_IN_READ_ONLY_MODE")
    assert (await client.post("/environments/main/fork", json=body("qa-3"))).status_code == 202


async def test_a_normal_fork_leaves_its_source_writable(still_box: Box, datocms_of: Make) -> None:
    client = await datocms_of(still_box)
    await client.post("/environments/main/fork?force=true", json=body("qa"))
    assert (await client.get("/environments/main")).json()["data"]["meta"]["read_only_mode"] is False
    assert (await retitle(client, "main")).status_code == 200


async def test_a_source_is_writable_again_when_the_fast_fork_is_done(
    datocms: httpx.AsyncClient, forked: Forked
) -> None:
    await forked(datocms, "main", "qa", fast="true")
    assert (await datocms.get("/environments/main")).json()["data"]["meta"]["read_only_mode"] is False
    assert (await retitle(datocms, "main")).status_code == 200
    copied = (await datocms.get("/items?filter[type]=article&page[limit]=1", headers={"x-environment": "qa"})).json()
    assert copied["data"][0]["attributes"]["title"] != "Changed"
