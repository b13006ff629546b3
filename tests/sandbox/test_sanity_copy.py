"""Cloud clone: the start, what it refuses, the job list, and that the copy is the same."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box

Copied = Callable[..., Awaitable[list[tuple[str, dict[str, Any]]]]]
Make = Callable[[Box], Awaitable[httpx.AsyncClient]]


async def test_a_start_names_source_job_and_mode(sanity: httpx.AsyncClient) -> None:
    answer = await sanity.put("/projects/zp7mbokg/datasets/internal/copy", json={"targetDataset": "twin"})
    body = answer.json()
    assert answer.status_code == 200
    assert re.fullmatch(r"j[a-z]{9,10}", body.pop("jobId"))
    assert body == {
        "datasetName": "internal",
        "message": "Starting copying dataset internal to twin...",
        "aclMode": "private",
    }


async def test_a_copy_holds_the_same_documents_assets_and_history(
    box: Box, sanity: httpx.AsyncClient, copied: Copied
) -> None:
    await copied(sanity, "production", "twin")
    original = await sanity.get("/data/export/production")
    assert (await sanity.get("/data/export/twin")).text == original.text
    assert await box.census("sanity", "twin") == await box.census("sanity", "production")
    id_ = original.text.partition('"_id":"')[2].partition('"')[0]
    path = "/data/history/{}/transactions/" + id_
    history = await sanity.get(path.format("production"))
    assert history.text
    assert (await sanity.get(path.format("twin"))).text == history.text


async def test_skip_history_leaves_history_out(box: Box, sanity: httpx.AsyncClient, copied: Copied) -> None:
    await copied(sanity, "production", "twin", skipHistory=True)
    original, twin = await box.census("sanity", "production"), await box.census("sanity", "twin")
    assert (twin.documents, twin.assets, twin.history) == (original.documents, original.assets, 0)


async def test_skip_content_releases_leaves_releases_and_versions_out(
    sanity: httpx.AsyncClient, copied: Copied
) -> None:
    await copied(sanity, "production", "twin", skipContentReleases=True)
    lines = (await sanity.get("/data/export/production")).text.splitlines()
    kept = [line for line in lines if not re.match(r'\{"_id":"(_\.releases|versions)\.', line)]
    assert 0 < len(kept) < len(lines)
    assert (await sanity.get("/data/export/twin")).text.splitlines() == kept


async def test_the_target_is_not_there_before_the_end(still_box: Box, sanity_of: Make) -> None:
    client = await sanity_of(still_box)
    await client.put("/datasets/production/copy", json={"targetDataset": "twin"})
    assert "twin" not in {item["name"] for item in (await client.get("/datasets")).json()}
    assert (await client.get("/datasets/twin")).status_code == 404
    assert (await client.put("/datasets/twin/copy", json={"targetDataset": "more"})).status_code == 404


async def test_an_existing_and_a_busy_target_are_told_apart(still_box: Box, sanity_of: Make) -> None:
    client = await sanity_of(still_box)
    await client.put("/datasets/production/copy", json={"targetDataset": "twin"})
    exists = await client.put("/datasets/production/copy", json={"targetDataset": "staging"})
    busy = await client.put("/datasets/staging/copy", json={"targetDataset": "twin"})
    assert exists.json() == {"statusCode": 409, "error": "Conflict", "message": 'Dataset "staging" already exists'}
    assert busy.json()["message"] == 'A copy to dataset "twin" is already running'
    assert exists.status_code == busy.status_code == 409


async def test_a_missing_source_is_404(sanity: httpx.AsyncClient) -> None:
    answer = await sanity.put("/datasets/nowhere/copy", json={"targetDataset": "twin"})
    assert (answer.status_code, answer.json()["error"]) == (404, "Not Found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"targetDataset": 7},
        {"targetDataset": ""},
        {"targetDataset": "Twin"},
        {"targetDataset": "-twin"},
        {"targetDataset": "twin_"},
        {"targetDataset": "a" * 65},
        {"targetDataset": "tw/in"},
        {"targetDataset": "twin\n"},
        {"targetDataset": "twin", "skipHistory": "yes"},
    ],
)
async def test_a_bad_request_is_a_boom_400(sanity: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await sanity.put("/datasets/production/copy", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"targetDataset": NaN}', b'{"a":"\\ud800"}', b"[" * 100_000]
)
async def test_malformed_bodies_are_a_boom_400(sanity: httpx.AsyncClient, content: bytes) -> None:
    answer = await sanity.put("/datasets/production/copy", content=content)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


async def test_a_huge_body_is_a_boom_413(sanity: httpx.AsyncClient) -> None:
    answer = await sanity.put("/datasets/production/copy", content=b" " * (5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["statusCode"]) == (413, 413)


async def test_the_job_list_is_newest_first_and_paged(sanity: httpx.AsyncClient, copied: Copied) -> None:
    for number in range(12):
        await copied(sanity, "staging", f"twin-{number}", skipHistory=number % 2 == 0)
    default = (await sanity.get("/datasets/copy")).json()
    assert [item["targetDataset"] for item in default] == [f"twin-{number}" for number in range(11, 1, -1)]
    assert set(default[0]) == {
        *("id", "state", "createdAt", "updatedAt", "sourceDataset", "targetDataset", "withHistory")
    }
    assert [item["withHistory"] for item in default[:2]] == [True, False]
    assert {item["state"] for item in default} == {"completed"}
    page = (await sanity.get("/projects/zp7mbokg/datasets/copy?offset=10&limit=5")).json()
    assert [item["targetDataset"] for item in page] == ["twin-1", "twin-0"]
    assert (await sanity.get("/projects/k4wq0rtm/datasets/copy")).json() == []
    for query in ("limit=1001", "limit=-1", "offset=x", "limit=1e3"):
        assert (await sanity.get(f"/datasets/copy?{query}")).status_code == 400


async def test_the_job_status_has_snake_case_stamps_and_nothing_more(sanity: httpx.AsyncClient) -> None:
    job = (await sanity.put("/datasets/staging/copy", json={"targetDataset": "twin"})).json()["jobId"]
    await sanity.get(f"/jobs/{job}/listen")
    status = (await sanity.get(f"/jobs/{job}")).json()
    assert set(status) == {"id", "state", "authors", "created_at", "updated_at"}
    assert (status["id"], status["state"]) == (job, "completed")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", status["created_at"])
    unknown = await sanity.get("/jobs/jnowhere")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not Found")


async def test_a_copied_addon_is_a_dataset_of_its_own(sanity: httpx.AsyncClient, copied: Copied) -> None:
    await copied(sanity, "production-comments", "twin")
    twin = (await sanity.get("/datasets/twin")).json()
    assert (twin["addonFor"], twin["datasetProfile"], twin["aclMode"]) == (None, "content", "private")
