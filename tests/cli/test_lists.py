"""``ls``, ``jobs`` and ``show``: documents, scopes and honest codes."""

from __future__ import annotations

from typing import Any

import pytest

from dsclone_tui.sandbox.embedded import Box

JOB_KEYS = {
    "id",
    "backend",
    "kind",
    "project",
    "source",
    "target",
    "options",
    "state",
    "remote_job_id",
    "progress",
    "progress_basis",
    "link",
    "error",
    "created_at",
    "submitted_at",
    "updated_at",
    "finished_at",
}


async def test_ls_prints_the_whole_tree(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "ls", "--json")
    assert done.code == 0
    backends = {backend["name"]: backend for backend in done.document["backends"]}
    assert {name: backend["type"] for name, backend in backends.items()} == {"sanity": "sanity", "datocms": "datocms"}
    project = next(entry for entry in backends["sanity"]["projects"] if entry["id"] == box.project)
    assert ("production", "dataset") in {(one["name"], one["kind"]) for one in project["resources"]}
    (site,) = backends["datocms"]["projects"]
    main = next(one for one in site["resources"] if one["name"] == "main")
    assert (main["kind"], main["primary"], main["read_only"]) == ("environment", True, False)


async def test_ls_of_a_part_prints_that_part(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "ls", f"sanity:{box.project}", "--json")
    assert done.code == 0
    (backend,) = done.document["backends"]
    assert [project["id"] for project in backend["projects"]] == [box.project]


async def test_ls_for_people_prints_references_that_copy_takes(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "ls", "sanity")
    assert done.code == 0
    assert f"sanity:{box.project}/production\tdataset\tready\t" in done.out


@pytest.mark.parametrize(
    ("scope", "code", "word"),
    [
        ("sanitty", "backend_not_found", "did you mean sanity?"),
        ("sanity:nosuch", "project_not_found", "dsclone ls sanity"),
    ],
)
async def test_ls_of_what_is_not_there(box: Box, dsclone: Any, scope: str, code: str, word: str) -> None:
    done = await dsclone(box, "ls", scope, "--json")
    assert done.code == 5
    assert done.document["error"]["code"] == code
    assert word in done.err


async def test_the_journal_lists_and_shows_what_was_started(box: Box, dsclone: Any) -> None:
    first = await dsclone(box, "copy", f"sanity:{box.project}/production", "one", "--json")
    second = await dsclone(box, "fork", "datocms:main", "two", "--json")
    assert (first.code, second.code) == (0, 0), first.err + second.err
    listed = (await dsclone(box, "jobs", "--json")).document["jobs"]
    assert [job["target"] for job in listed] == ["two", "one"]
    assert set(listed[0]) >= JOB_KEYS
    only = (await dsclone(box, "jobs", "--json", "--backend", "sanity", "--state", "completed")).document["jobs"]
    assert [job["id"] for job in only] == [first.result["id"]]
    assert (await dsclone(box, "jobs", "--json", "--limit", "1")).document["jobs"] == [listed[0]]
    assert (await dsclone(box, "jobs", "--json", "--since", "1d")).document["jobs"] == listed
    assert (await dsclone(box, "jobs", "--json", "--state", "running")).document["jobs"] == []

    shown = await dsclone(box, "show", first.result["id"][:-2], "--json")
    assert shown.document["job"] == listed[1]
    kinds = [event["kind"] for event in shown.document["events"]]
    assert kinds[:3] == ["intent", "sent", "submitted"]
    by_vendor = await dsclone(box, "show", f"sanity:{box.project}/{first.result['remote_job_id']}", "--json")
    assert by_vendor.document["job"]["id"] == first.result["id"]
    assert (await dsclone(box, "show", "datocms:two", "--json")).document["job"]["target"] == "two"


async def test_remote_jobs_are_the_vendors_own(box: Box, dsclone: Any) -> None:
    started = await dsclone(box, "copy", f"sanity:{box.project}/production", "one", "--json")
    remote = (await dsclone(box, "jobs", "--remote", "--backend", "sanity", "--json")).document["jobs"]
    assert [(job["remote_job_id"], job["target"], job["state"]) for job in remote] == [
        (started.result["remote_job_id"], "one", "completed")
    ]


async def test_an_unknown_job_is_not_found(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "show", "01nothing", "--json")
    assert done.code == 5
    assert done.document["error"]["code"] == "job_not_found"
