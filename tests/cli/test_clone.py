"""``copy`` and ``fork``: faithful copies, refusals, options and questions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.embedded import Box


async def _documents(box: Box, dataset: str) -> set[str]:
    url = f"{box.origin}/v2025-02-19/projects/{box.project}/data/export/{dataset}"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {box.sanity_token}"}) as client:
        answer = (await client.get(url)).raise_for_status()
    return set(answer.text.splitlines())


async def _items(box: Box, environment: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {box.datocms_token}", "X-Environment": environment, "X-Api-Version": "3"}
    async with httpx.AsyncClient(headers=headers) as client:
        answer = (await client.get(f"{box.origin}/items", params={"page[limit]": 500})).raise_for_status()
    return {item["id"]: item["attributes"] for item in answer.json()["data"]}


async def test_a_copy_is_followed_to_a_faithful_end(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "copy", f"sanity:{box.project}/production", "newfeature", "--json")
    assert done.code == 0, done.err
    assert [line["v"] for line in done.lines] == [1] * len(done.lines)
    assert {line["event"] for line in done.lines} <= {"state", "progress", "link", "result"}
    job = done.result
    assert (job["state"], job["progress"], job["kind"], job["options"]) == ("completed", 100.0, "copy", {})
    original = await _documents(box, "production")
    assert len(original) > 10
    assert await _documents(box, "newfeature") == original
    assert box.starts == [("sanity", "production", "newfeature")]


async def test_a_fork_is_followed_to_a_faithful_end(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "fork", "datocms:main", "qa", "--json")
    assert done.code == 0, done.err
    assert (done.result["state"], done.result["kind"]) == ("completed", "fork")
    original = await _items(box, "main")
    assert len(original) > 10
    assert await _items(box, "qa") == original


async def test_states_are_reported_in_order(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "copy", f"sanity:{box.project}/production", "newfeature", "--json")
    states = [line["job"]["state"] for line in done.lines if line["event"] == "state"]
    order = ["intent", "queued", "running", "completed"]
    assert states == [state for state in order if state in states]
    assert states[0] == "intent"
    assert states[-1] == "completed"


async def test_history_is_left_out_when_asked(box: Box, dsclone: Any) -> None:
    source = f"sanity:{box.project}/production"
    assert (await dsclone(box, "copy", source, "with-history")).code == 0
    done = await dsclone(box, "copy", source, "without", "--skip-history", "--json")
    assert done.result["options"] == {"skip_history": True}
    assert (await box.census("sanity", "with-history")).history > 0
    assert (await box.census("sanity", "without")).history == 0


@pytest.mark.parametrize(
    ("argv", "exit_code", "error"),
    [
        (("copy", "sanity:zp7mbokg/production", "staging"), 6, "target_exists"),
        (("copy", "sanity:zp7mbokg/nosuch", "new"), 5, "source_not_found"),
        (("fork", "datocms:main", "staging"), 6, "target_exists"),
        (("fork", "datocms:nosuch", "new"), 5, "source_not_found"),
    ],
)
async def test_a_refusal_fails_the_job_with_the_causes_code(
    box: Box, dsclone: Any, argv: tuple[str, ...], exit_code: int, error: str
) -> None:
    done = await dsclone(box, *argv, "--json")
    assert done.code == exit_code, done.err
    assert (done.result["state"], done.result["error"]["code"]) == ("failed", error)
    assert len(box.starts) == 1
    assert (await dsclone(box, "jobs", "--state", "failed", "--json")).document["jobs"] == [done.result]


async def test_a_second_copy_to_the_same_name_is_a_conflict(box: Box, dsclone: Any) -> None:
    argv = ("copy", f"sanity:{box.project}/production", "newfeature")
    assert (await dsclone(box, *argv)).code == 0
    assert (await dsclone(box, *argv)).code == 6


async def test_a_second_copy_while_the_first_runs_sends_nothing(slow_box: Box, dsclone: Any) -> None:
    argv = ("copy", f"sanity:{slow_box.project}/production", "newfeature", "--detach", "--json")
    first = await dsclone(slow_box, *argv)
    assert first.code == 0
    assert first.document["job"]["state"] in ("queued", "running")
    second = await dsclone(slow_box, *argv)
    assert second.code == 6
    assert second.document["error"]["code"] == "already_running"
    assert len(slow_box.starts) == 1


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (("copy", "datocms:main", "qa"), "dsclone fork"),
        (("fork", "sanity:zp7mbokg/production", "qa"), "dsclone copy"),
        (("copy", "sanity:zp7mbokg/production", "No Good"), "lower-case"),
        (("copy", "sanity:zp7mbokg/production"), "TARGET is missing"),
        (("copy", "sanity:production", "new"), "projects"),
        (("copy", "production", "new"), "BACKEND:PROJECT/NAME"),
        (("copy", "sanity:zp7mbokg/production", "sanity:other/new"), "own project"),
        (("fork", "datocms:main", "qa", "--force"), "--force needs --fast"),
        (("fork", "datocms:main", "qa", "--skip-history"), "--skip-history"),
        (("copy",), "SOURCE is missing"),
        (("copy", "sanity:zp7mbokg/production", "new", "--timeout", "soon"), "duration"),
    ],
)
async def test_usage_errors_start_nothing(box: Box, dsclone: Any, argv: tuple[str, ...], word: str) -> None:
    done = await dsclone(box, *argv, "--json")
    assert done.code == 2, done.err
    assert set(done.document) == {"v", "error"}
    assert word in done.err
    assert box.starts == []


async def test_an_unknown_backend_is_not_found(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "copy", "sanit:p/production", "new")
    assert done.code == 5
    assert "did you mean sanity?" in done.err


async def test_a_fast_fork_of_a_protected_source_wants_its_name(box: Box, dsclone: Any) -> None:
    argv = ("fork", "datocms:main", "qa", "--fast")
    assert (await dsclone(box, *argv)).code == 3
    assert (await dsclone(box, *argv, "--yes")).code == 3, "--yes does not override protected"
    assert box.starts == []
    done = await dsclone(box, *argv, "--confirm", "main", "--json")
    assert done.code == 0, done.err
    assert done.result["options"] == {"fast": True}


async def test_read_only_starts_nothing(box: Box, dsclone: Any) -> None:
    done = await dsclone(box, "copy", f"sanity:{box.project}/production", "new", "--read-only", "--json")
    assert done.code == 3
    assert done.document["error"]["code"] == "policy"
    assert box.starts == []


async def test_a_dry_run_tells_the_request_and_starts_nothing(box: Box, dsclone: Any) -> None:
    argv = ("copy", f"sanity:{box.project}/production", "new", "--skip-history", "--dry-run", "--json")
    done = await dsclone(box, *argv)
    assert done.code == 0
    plan = done.document
    assert plan["event"] == "plan"
    assert plan["request"]["method"] == "PUT"
    assert plan["request"]["url"].endswith(f"/projects/{box.project}/datasets/production/copy")
    assert plan["request"]["body"] == {"targetDataset": "new", "skipHistory": True}
    assert all(check["ok"] for check in plan["checks"])
    taken = await dsclone(box, "copy", f"sanity:{box.project}/production", "staging", "--dry-run", "--json")
    assert taken.code == 6
    assert box.starts == []
    assert (await dsclone(box, "jobs", "--json")).document["jobs"] == []
