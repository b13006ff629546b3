"""Watching from the command line: detach, attach, time-outs, signals, lost answers and several jobs."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.sandbox.embedded import Box, running


async def test_detach_prints_one_result_and_attach_follows_to_the_end(tmp_path: Path, dsclone: Any) -> None:
    async with running(content="small", rate=0.05) as box:
        source = f"sanity:{box.project}/production"
        started = await dsclone(box, "copy", source, "new", "--detach", "--json")
        assert started.code == 0
        job = started.document["job"]
        assert started.document["event"] == "result"
        attached = await dsclone(box, "attach", job["id"], "--json")
        assert attached.code == 0, attached.err
        assert (attached.result["id"], attached.result["state"]) == (job["id"], "completed")
        again = await dsclone(box, "copy", "--attach", job["id"][:-3], "--json")
        assert (again.code, again.result["state"]) == (0, "completed")


async def test_background_is_detach(slow_box: Box, dsclone: Any) -> None:
    done = await dsclone(slow_box, "fork", "datocms:main", "qa", "--background")
    assert done.code == 0
    assert len(done.out.strip()) == 26, "for people and scripts: the job's id alone"


async def test_a_timeout_ends_the_watching_only(slow_box: Box, dsclone: Any) -> None:
    done = await dsclone(slow_box, "copy", f"sanity:{slow_box.project}/production", "new", "--timeout", "1s", "--json")
    assert done.code == 8
    assert done.result["state"] in ("queued", "running")
    assert f"dsclone attach {done.result['id']}" in done.err.splitlines()[-1]
    (job,) = (await dsclone(slow_box, "jobs", "--json")).document["jobs"]
    assert job["state"] in ("queued", "running")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("argv", [("copy", "sanity:zp7mbokg/production"), ("fork", "datocms:main")])
async def test_a_signal_ends_the_watching_only(
    slow_box: Box, spawn: Any, finish: Any, number: signal.Signals, argv: tuple[str, ...]
) -> None:
    process = await spawn("--config", str(slow_box.config), *argv, "new", "--json")
    seen = b""
    while b'"link":"streaming"' not in seen and b'"link":"polling"' not in seen:
        line = await process.stdout.readline()
        assert line, seen
        seen += line
    process.send_signal(number)
    done = await finish(process)
    assert done.code == 130
    assert json.loads(done.out.splitlines()[-1])["event"] == "result"
    assert "dsclone attach " in done.err.splitlines()[-1]
    assert len(slow_box.starts) == 1


@pytest.mark.parametrize(
    ("vendor", "argv"), [("sanity", ("copy", "sanity:zp7mbokg/production")), ("datocms", ("fork", "datocms:main"))]
)
@pytest.mark.parametrize("late", [0.0, 2.0])
async def test_a_lost_answer_is_settled_and_followed(
    box: Box, dsclone: Any, vendor: Any, argv: tuple[str, ...], late: float
) -> None:
    box.faults.drop_starts(handled=True, late=late, vendor=vendor)
    done = await dsclone(box, *argv, "new", "--json")
    assert done.code == 0, done.err
    states = [line["job"]["state"] for line in done.lines]
    assert "unconfirmed" in states
    assert done.result["state"] == "completed"
    assert len(box.starts) == 1


@pytest.mark.parametrize(
    ("vendor", "argv"), [("sanity", ("copy", "sanity:zp7mbokg/production")), ("datocms", ("fork", "datocms:main"))]
)
async def test_a_start_that_never_arrived_ends_not_started(
    box: Box, dsclone: Any, vendor: Any, argv: tuple[str, ...]
) -> None:
    box.faults.drop_starts(handled=False, vendor=vendor)
    done = await dsclone(box, *argv, "new", "--detach", "--json")
    assert done.code == 1, done.err
    assert done.document["job"]["state"] == "not_started"
    assert len(box.starts) == 1, "a start request is never repeated"


async def test_a_server_that_asks_to_wait_is_asked_again_and_obeyed(box: Box, dsclone: Any) -> None:
    box.faults.refuse_starts(429, 1, retry_after=1)
    done = await dsclone(box, "copy", f"sanity:{box.project}/production", "new", "--json")
    assert (done.code, done.result["state"]) == (0, "completed")
    assert len(box.starts) == 2


async def test_a_failed_job_exits_1_with_the_servers_reason(box: Box, dsclone: Any) -> None:
    box.faults.fail_jobs("the disk of the vendor is full")
    done = await dsclone(box, "copy", f"sanity:{box.project}/production", "new", "--json")
    assert (done.code, done.result["state"]) == (1, "failed")
    assert "the disk of the vendor is full" in json.dumps(done.result["error"])


async def test_a_cut_stream_changes_nothing(dsclone: Any) -> None:
    async with running(content="small", rate=0.1) as box:
        box.faults.cut_streams(2, times=3)
        done = await dsclone(box, "copy", f"sanity:{box.project}/production", "new", "--json")
    assert (done.code, done.result["state"]) == (0, "completed")
    assert {"retrying", "polling"} & {line["job"]["link"] for line in done.lines}


async def test_attach_adopts_what_others_started(box: Box, dsclone: Any, tmp_path: Path) -> None:
    started = await dsclone(box, "copy", f"sanity:{box.project}/production", "new", "--json")
    other = ("--journal", str(tmp_path / "other.sqlite3"))
    name = f"sanity:{box.project}/{started.result['remote_job_id']}"
    adopted = await dsclone(box, *other, "attach", name, "--json")
    assert adopted.code == 0, adopted.err
    assert (adopted.result["target"], adopted.result["state"]) == ("new", "completed")
    assert adopted.result["id"] != started.result["id"]
    unknown = await dsclone(box, *other, "attach", f"sanity:{box.project}/jnosuchjob", "--json")
    assert unknown.code == 5


async def test_wait_and_resume_follow_several(dsclone: Any) -> None:
    async with running(content="small", rate=0.05) as box:
        source = f"sanity:{box.project}/production"
        ids = [(await dsclone(box, "copy", source, f"new-{number}", "--detach")).out.strip() for number in range(3)]
        waited = await dsclone(box, "wait", *ids[:2], "--json")
        assert waited.code == 0
        results = [line["job"]["id"] for line in waited.lines if line["event"] == "result"]
        assert sorted(results) == sorted(ids[:2])
        resumed = await dsclone(box, "resume", "--json")
        assert resumed.code == 0, resumed.err
        jobs = (await dsclone(box, "jobs", "--json")).document["jobs"]
        assert [job["state"] for job in jobs] == ["completed"] * 3
        nothing = await dsclone(box, "resume", "--json")
        assert (nothing.code, nothing.out) == (0, "")


async def test_a_killed_watcher_loses_nothing(box: Box, dsclone: Any, spawn: Any) -> None:
    box.faults.drop_starts(handled=True, late=0.5, vendor="sanity")
    process = await spawn("--config", str(box.config), "copy", f"sanity:{box.project}/production", "new", "--json")
    seen = b""
    while b'"state":"unconfirmed"' not in seen:
        line = await process.stdout.readline()
        assert line, seen
        seen += line
    process.kill()
    await process.communicate()
    resumed = await dsclone(box, "resume", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.result["state"] == "completed"
    assert len(box.starts) == 1


@pytest.mark.parametrize("by", ["environment", "job"])
async def test_attach_adopts_a_fork_that_is_still_being_made(dsclone: Any, tmp_path: Path, by: str) -> None:
    async with running(content="small", rate=1.0) as box:
        started = (await dsclone(box, "fork", "datocms:main", "qa", "--detach", "--json")).document["job"]
        assert started["state"] in ("queued", "running")
        name = "datocms:qa" if by == "environment" else f"datocms:{started['remote_job_id']}"
        adopted = await dsclone(box, "--journal", str(tmp_path / "other.sqlite3"), "attach", name, "--json")
        assert adopted.code == 0, adopted.err
        assert (adopted.result["source"], adopted.result["target"]) == ("main", "qa")
        assert adopted.result["state"] == "completed"
        assert len(box.starts) == 1
