"""Sanity's shapes: versions, both URL families, headers, errors, projects and datasets."""

import re

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box


@pytest.mark.parametrize("version", ["v1", "vX", "v2021-06-07", "v2025-09-22"])
async def test_every_version_segment_is_served(box: Box, sanity: httpx.AsyncClient, version: str) -> None:
    answer = await sanity.get(f"{box.origin}/{version}/projects")
    assert [project["id"] for project in answer.json()] == ["zp7mbokg", "k4wq0rtm"]


@pytest.mark.parametrize("version", ["v2", "v2021", "x1", "V1"])
async def test_what_is_no_version_is_no_sanity_path(box: Box, sanity: httpx.AsyncClient, version: str) -> None:
    assert (await sanity.get(f"{box.origin}/{version}/projects")).status_code in (401, 404)


async def test_the_project_comes_from_path_then_header_then_host(box: Box, sanity: httpx.AsyncClient) -> None:
    other = {"x-sanity-project-id": "k4wq0rtm"}
    by_path = await sanity.get("/projects/zp7mbokg/datasets", headers=other)
    by_header = await sanity.get("/datasets", headers={**other, "host": f"{box.project}.localhost"})
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {box.sanity_token}"}) as bare:
        by_host = await bare.get(f"{box.origin}/v1/datasets", headers={"host": "k4wq0rtm.api.sanity.io"})
        by_nothing = await bare.get(f"{box.origin}/v1/datasets")
    assert {d["name"] for d in by_path.json()} == {"production", "staging", "internal", "production-comments"}
    assert {d["name"] for d in by_header.json()} == {d["name"] for d in by_host.json()} == {"production", "archive"}
    assert by_nothing.status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic abc", "Bearer é"])
async def test_a_wrong_token_is_a_boom_401(box: Box, header: str | None) -> None:
    headers = httpx.Headers({} if header is None else {b"authorization": header.encode()})
    async with httpx.AsyncClient(headers=headers) as client:
        answer = await client.get(f"{box.origin}/v1/projects")
    assert answer.status_code == 401
    assert answer.json() == {"statusCode": 401, "error": "Unauthorized", "message": "Session not found"}


async def test_answers_carry_json_and_a_trace_id(sanity: httpx.AsyncClient) -> None:
    for path in ("/projects", "/datasets/nowhere", "/no/such/path"):
        answer = await sanity.get(path)
        assert "application/json" in answer.headers["content-type"]
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", answer.headers["traceparent"])


async def test_unknown_paths_and_methods_are_boom(sanity: httpx.AsyncClient) -> None:
    missing = await sanity.get("/no/such/path")
    assert (missing.status_code, missing.json()["error"]) == (404, "Not Found")
    wrong = await sanity.delete("/projects")
    assert (wrong.status_code, wrong.json()["statusCode"]) == (405, 405)


async def test_projects_leave_out_what_is_not_wanted(sanity: httpx.AsyncClient) -> None:
    full = (await sanity.get("/projects")).json()[0]
    brief = (await sanity.get("/projects?includeMembers=false&includeFeatures=false&tag=x")).json()[0]
    assert full.keys() - brief.keys() == {"members", "features"}
    assert full["displayName"] == "Acme Storefront"
    assert "advancedDatasetManagement" in full["features"]
    assert (await sanity.get("/projects/zp7mbokg")).json() == full
    assert (await sanity.get("/projects/nowhere")).status_code == 404


async def test_datasets_show_access_and_addon(sanity: httpx.AsyncClient) -> None:
    listed = {item["name"]: item for item in (await sanity.get("/datasets")).json()}
    assert set(listed["production"]) == {
        *("name", "aclMode", "createdAt", "createdByUserId", "addonFor", "datasetProfile", "features", "tags")
    }
    assert listed["internal"]["aclMode"] == "private"
    assert listed["production-comments"]["addonFor"] == "production"
    assert listed["production"]["addonFor"] is None
    assert (await sanity.get("/datasets/staging")).json() == listed["staging"]
    filtered = await sanity.get("/datasets?datasetProfile=comments&addonFor=production")
    assert [item["name"] for item in filtered.json()] == ["production-comments"]


async def test_the_token_probe_names_a_user(sanity: httpx.AsyncClient) -> None:
    user = (await sanity.get("/users/me")).json()
    assert user.keys() >= {"id", "name", "email", "profileImage", "role", "provider"}


async def test_export_is_one_document_a_line_with_drafts_and_versions(sanity: httpx.AsyncClient) -> None:
    answer = await sanity.get("/data/export/production")
    documents = [httpx.Response(200, text=line).json() for line in answer.text.splitlines()]
    assert all(document.keys() >= {"_id", "_type", "_rev", "_createdAt", "_updatedAt"} for document in documents)
    ids = [document["_id"] for document in documents]
    for prefix in ("drafts.", "versions.rSpring26.", "_.releases.", "image-"):
        assert any(id_.startswith(prefix) for id_ in ids), prefix
    assert len(set(ids)) == len(ids)
    products = await sanity.get("/data/export/production?types=product,author")
    assert {httpx.Response(200, text=line).json()["_type"] for line in products.text.splitlines()} == {
        *("product", "author")
    }
    assert (await sanity.get("/data/export/nowhere")).status_code == 404


async def test_references_between_sample_documents_hold(sanity: httpx.AsyncClient) -> None:
    lines = (await sanity.get("/data/export/production")).text.splitlines()
    documents = {document["_id"]: document for document in (httpx.Response(200, text=line).json() for line in lines)}
    articles = [document for document in documents.values() if document["_type"] == "article"]
    assert articles
    for article in articles:
        assert article["author"]["_ref"] in documents
        assert article["categories"][0]["_ref"] in documents
        assert article["image"]["asset"]["_ref"] in documents
