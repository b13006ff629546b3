"""DatoCMS's shapes: headers, errors, site, environments, records."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box

Forked = Callable[..., Awaitable[dict[str, Any]]]


def code_of(answer: httpx.Response) -> str:
    (error,) = answer.json()["data"]
    assert error["type"] == "api_error"
    assert re.fullmatch("[0-9a-f]{6}", error["id"])
    assert error["attributes"].keys() == {"code", "doc_url", "details"}
    return str(error["attributes"]["code"])


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer null", "Token x"])
async def test_a_wrong_token_is_refused_in_the_vendors_shape(box: Box, header: str | None) -> None:
    async with httpx.AsyncClient(headers={} if header is None else {"authorization": header}) as client:
        answer = await client.get(f"{box.origin}/environments")
    assert (answer.status_code, code_of(answer)) == (401, "INVALID_AUTHORIZATION_HEADER")


async def test_one_vendors_token_does_not_open_the_other(box: Box) -> None:
    async with httpx.AsyncClient(base_url=box.origin) as client:
        sanity = await client.get("/v1/projects", headers={"authorization": f"Bearer {box.datocms_token}"})
        datocms = await client.get("/site", headers={"authorization": f"Bearer {box.sanity_token}"})
    assert (sanity.status_code, datocms.status_code) == (401, 401)


async def test_every_answer_carries_the_vendors_headers(box: Box, datocms: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient() as anonymous:
        answers = [await anonymous.get(f"{box.origin}/environments")]
    for path in ("/environments", "/environments/nowhere", "/no/such/path", "/site"):
        answers.append(await datocms.get(path))
    for answer in answers:
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["x-api-version"] == "3"
        assert answer.headers["x-ratelimit-limit"] == "60"
        assert 0 <= int(answer.headers["x-ratelimit-remaining"]) < 60
        assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])
    assert answers[1].headers["x-environment"] == "main"


async def test_site_and_public_info(box: Box, datocms: httpx.AsyncClient) -> None:
    site = (await datocms.get("/site?include=account")).json()["data"]
    assert (site["type"], site["id"]) == ("site", "128374")
    assert site["attributes"]["name"] == "Acme Site"
    known = (await datocms.get("/public-info")).json()["data"]
    async with httpx.AsyncClient() as anonymous:
        unknown = (await anonymous.get(f"{box.origin}/public-info")).json()["data"]
    assert known["attributes"]["extras"]["overage_thresholds"]["environments"] > 0
    assert unknown["attributes"] == {"name": "Acme Site"}


async def test_the_token_is_an_access_token_with_a_role(datocms: httpx.AsyncClient) -> None:
    plain = (await datocms.get("/users/me")).json()
    full = (await datocms.get("/users/me?include=role")).json()
    assert plain["data"]["type"] == "access_token"
    assert "included" not in plain
    assert full["included"][0]["attributes"]["can_manage_environments"] is True


async def test_environments_have_meta_and_no_attributes(datocms: httpx.AsyncClient) -> None:
    listed = (await datocms.get("/environments")).json()
    assert listed.keys() == {"data"}
    main, staging = listed["data"]
    assert main.keys() == {"type", "id", "meta"}
    assert main["meta"] == {
        "status": "ready",
        "created_at": "2025-02-03T08:00:00.000Z",
        "last_data_change_at": "2025-02-03T08:00:00.000Z",
        "primary": True,
        "forked_from": None,
        "read_only_mode": False,
    }
    assert (staging["id"], staging["meta"]["forked_from"], staging["meta"]["primary"]) == ("staging", "main", False)
    assert (await datocms.get("/environments/staging")).json() == {"data": staging}
    missing = await datocms.get("/environments/nowhere")
    assert (missing.status_code, code_of(missing)) == (404, "NOT_FOUND")


async def test_records_are_paged_and_scoped_to_an_environment(datocms: httpx.AsyncClient) -> None:
    first = (await datocms.get("/items")).json()
    assert (len(first["data"]), first["meta"]["total_count"]) == (30, 42)
    rest = (await datocms.get("/items", params={"page[offset]": "30", "page[limit]": "500"})).json()
    assert len({item["id"] for item in [*first["data"], *rest["data"]]}) == 42
    staging = await datocms.get("/items?page[limit]=500", headers={"x-environment": "staging"})
    assert staging.headers["x-environment"] == "staging"
    assert staging.json()["meta"]["total_count"] == 23
    shared = {item["id"] for item in staging.json()["data"]}
    assert shared <= {item["id"] for item in [*first["data"], *rest["data"]]}


@pytest.mark.parametrize("query", ["page[limit]=501", "page[limit]=x", "page[offset]=-1"])
async def test_impossible_pages_are_refused(datocms: httpx.AsyncClient, query: str) -> None:
    answer = await datocms.get(f"/items?{query}")
    assert (answer.status_code, code_of(answer)) == (422, "INVALID_PARAMS")


async def test_records_can_be_narrowed_to_a_model(datocms: httpx.AsyncClient) -> None:
    models = {
        model["attributes"]["api_key"]: model["id"] for model in (await datocms.get("/item-types")).json()["data"]
    }
    assert set(models) == {"author", "category", "product", "article"}
    for wanted in ("article", models["article"]):
        page = (await datocms.get("/items", params={"filter[type]": wanted})).json()
        assert page["meta"]["total_count"] == 20
        assert {item["relationships"]["item_type"]["data"]["id"] for item in page["data"]} == {models["article"]}


async def test_an_unknown_environment_is_refused(datocms: httpx.AsyncClient) -> None:
    answer = await datocms.get("/items", headers={"x-environment": "nowhere"})
    assert (answer.status_code, code_of(answer)) == (404, "INVALID_ENVIRONMENT")
    ignored = await datocms.get("/environments", headers={"x-environment": "nowhere"})
    assert ignored.status_code == 200


async def test_a_record_is_changed_in_one_environment_only(datocms: httpx.AsyncClient) -> None:
    shown = (await datocms.get("/items?filter[type]=article&page[limit]=1")).json()["data"][0]
    body = {"data": {"type": "item", "id": shown["id"], "attributes": {"title": "Nuovo"}}}
    changed = (await datocms.put(f"/items/{shown['id']}", json=body)).json()["data"]
    assert changed["attributes"] == {**shown["attributes"], "title": "Nuovo"}
    assert int(changed["meta"]["current_version"]) == int(shown["meta"]["current_version"]) + 1
    assert (await datocms.get(f"/items/{shown['id']}")).json()["data"] == changed
    elsewhere = await datocms.get(f"/items/{shown['id']}", headers={"x-environment": "staging"})
    assert elsewhere.json()["data"]["attributes"]["title"] != "Nuovo"
    main = (await datocms.get("/environments/main")).json()["data"]["meta"]
    assert main["last_data_change_at"] > main["created_at"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "INVALID_JSON_BODY"),
        (b"[]", 400, "INVALID_JSON_BODY"),
        (b"{}", 422, "INVALID_FORMAT"),
        (b'{"data": {"attributes": {"nonsense": 1}}}', 422, "INVALID_ATTRIBUTES"),
        (b" " * (5 * 1024 * 1024), 413, "INVALID_JSON_BODY"),
    ],
)
async def test_bad_updates_are_refused(datocms: httpx.AsyncClient, content: bytes, status: int, code: str) -> None:
    item = (await datocms.get("/items?page[limit]=1")).json()["data"][0]["id"]
    answer = await datocms.put(f"/items/{item}", content=content)
    assert (answer.status_code, code_of(answer)) == (status, code)


async def test_models_are_no_records(datocms: httpx.AsyncClient) -> None:
    model = (await datocms.get("/item-types")).json()["data"][0]["id"]
    body = {"data": {"attributes": {"name": "x"}}}
    for answer in (await datocms.get(f"/items/{model}"), await datocms.put(f"/items/{model}", json=body)):
        assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")
