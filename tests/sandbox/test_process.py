"""The sandbox as a process: ready line, config, signals, its parent's death, and going on after a kill."""

import asyncio
import json
import signal
import sys
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

RUN = "import sys; from pathlib import Path; from dsclone_tui.sandbox.server import serve; sys.exit(serve({}))"


@dataclass(frozen=True, slots=True)
class Child:
    process: asyncio.subprocess.Process
    ready: dict[str, Any]

    def sanity(self) -> httpx.AsyncClient:
        told = self.ready["sanity"]
        headers = {"authorization": f"Bearer {told['token']}", "x-sanity-project-id": told["project"]}
        return httpx.AsyncClient(base_url=f"{told['base_url']}/v1", headers=headers)

    def datocms(self) -> httpx.AsyncClient:
        told = self.ready["datocms"]
        return httpx.AsyncClient(base_url=told["base_url"], headers={"authorization": f"Bearer {told['token']}"})


async def spawn(arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-c", RUN.format(arguments))
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)


@asynccontextmanager
async def child(arguments: str) -> AsyncIterator[Child]:
    process = await spawn(arguments)
    try:
        assert process.stdout is not None
        line = await process.stdout.readline()
        yield Child(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def small(data: Path, rest: str = "") -> str:
    return f"data=Path({str(data)!r}), content='small', {rest}"


def large(data: Path, rest: str) -> str:
    """Content that takes long enough to be killed in the middle of its copying."""
    return f"data=Path({str(data)!r}), content='demo', {rest}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_after_one_line(number: signal.Signals) -> None:
    async with child("content='small'") as box:
        folder = Path(box.ready["config"]).parent
        assert folder.is_dir()
        box.process.send_signal(number)
        out, err = await box.process.communicate()
    assert (box.process.returncode, out, err) == (0, b"", b"")
    assert not folder.exists()


async def test_the_ready_line_and_the_config_agree(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with child(small(data)) as box:
        ready = box.ready
        assert ready.keys() == {"v", "sanity", "datocms", "config"}
        assert ready["v"] == 1
        assert ready["sanity"].keys() == {"base_url", "token", "project"}
        assert ready["datocms"].keys() == {"base_url", "token"}
        path = Path(ready["config"])
        assert path == data / "config.toml"
        config = tomllib.loads(path.read_text())
        assert config["journal"] == {"path": str(data / "journal.sqlite3")}
        assert list(config["backends"]) == ["sanity", "datocms"]
        for name, protected in (("sanity", "production"), ("datocms", "main")):
            backend = config["backends"][name]
            token = Path(backend.pop("token").removeprefix("file:"))
            assert token.read_text().strip() == ready[name]["token"]
            assert backend == {"type": name, "base_url": ready[name]["base_url"], "protected": [protected]}
            assert token.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_mode & 0o777 == 0o600
        async with box.sanity() as sanity, box.datocms() as datocms:
            assert (await sanity.get("/users/me")).status_code == 200
            assert (await datocms.get("/site")).status_code == 200


async def test_open_streams_do_not_hold_up_the_end(tmp_path: Path) -> None:
    async with child(small(tmp_path, "rate=100000")) as box, box.sanity() as client:
        job = (await client.put("/datasets/production/copy", json={"targetDataset": "twin"})).json()["jobId"]
        async with client.stream("GET", f"/jobs/{job}/listen") as stream:
            lines = stream.aiter_lines()
            async for line in lines:
                if line == "event: job":
                    break
            box.process.terminate()
            assert not [line async for line in lines if line.startswith("event:")]
        assert await box.process.wait() == 0


async def test_it_ends_with_its_stdin_when_asked_to() -> None:
    async with child("content='small', exit_with_stdin=True") as box:
        assert box.process.stdin is not None
        box.process.stdin.close()
        out, err = await box.process.communicate()
    assert (box.process.returncode, out, err) == (0, b"", b"")


async def first_progress(client: httpx.AsyncClient, job: str, least: int) -> int:
    async with client.stream("GET", f"/jobs/{job}/listen") as stream:
        async for line in stream.aiter_lines():
            if line.startswith('data: {"job_id"'):
                progress = int(json.loads(line.removeprefix("data: "))["progress"])
                if progress >= least:
                    return progress
    raise AssertionError(f"the stream of {job} ended before {least} percent")


async def ended(client: httpx.AsyncClient, job: str) -> str:
    return (await client.get(f"/jobs/{job}/listen", timeout=60)).text


async def test_a_killed_copy_goes_on_where_it_was(tmp_path: Path) -> None:
    async with child(large(tmp_path, "rate=0.5")) as box, box.sanity() as client:
        tokens = box.ready["sanity"]["token"], box.ready["datocms"]["token"]
        job = (await client.put("/datasets/production/copy", json={"targetDataset": "twin"})).json()["jobId"]
        seen = await first_progress(client, job, 3)
        box.process.kill()
        await box.process.wait()
    async with child(large(tmp_path, "rate=100000")) as box, box.sanity() as client:
        assert (box.ready["sanity"]["token"], box.ready["datocms"]["token"]) == tokens
        assert await first_progress(client, job, 0) >= seen
        assert (await client.get(f"/jobs/{job}")).json()["state"] == "running"
        assert (await client.get("/datasets/twin")).status_code == 404
        box.process.kill()
        await box.process.wait()
    async with child(large(tmp_path, "rate=0")) as box, box.sanity() as client:
        assert '"state":"completed","progress":100' in await ended(client, job)
        original = await client.get("/data/export/production")
        assert (await client.get("/data/export/twin")).text == original.text
        assert [item["id"] for item in (await client.get("/datasets/copy")).json()] == [job]


async def test_a_killed_fork_goes_on_under_its_job_id(tmp_path: Path) -> None:
    fork = {"data": {"type": "environment", "id": "qa"}}
    async with child(small(tmp_path, "rate=100000")) as box, box.datocms() as client:
        job = (await client.post("/environments/main/fork?fast=true", json=fork)).json()["data"]["id"]
        box.process.kill()
        await box.process.wait()
    async with child(small(tmp_path, "rate=0")) as box, box.datocms() as client:
        while (answer := await client.get(f"/job-results/{job}")).status_code == 404:
            pass
        assert answer.json()["data"]["attributes"]["payload"]["data"]["meta"]["status"] == "ready"
        assert (await client.get("/environments/main")).json()["data"]["meta"]["read_only_mode"] is False


@pytest.fixture
def refused() -> Callable[[str], Awaitable[str]]:
    """Runs a sandbox that cannot start and gives back what it said."""

    async def run(arguments: str) -> str:
        process = await spawn(arguments)
        out, err = await process.communicate()
        assert (process.returncode, out) == (2, b"")
        return err.decode()

    return run


async def test_what_cannot_start_says_why_and_exits_2(tmp_path: Path, refused: Callable[[str], Awaitable[str]]) -> None:
    (tmp_path / "file").write_text("x")
    seeds = f"seeds=[Path({str(tmp_path / 'none.ndjson')!r})]"
    assert "none.ndjson" in await refused(f"content='small', {seeds}")
    assert "cannot use the data folder" in await refused(small(tmp_path / "file"))
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "sanity.sqlite3").write_text("no database" * 100)
    assert "cannot be used" in await refused(small(tmp_path / "odd"))
    assert "cannot listen" in await refused("content='small', host='203.0.113.7'")
    assert "rate" in await refused("content='small', rate=-1")


async def test_a_data_folder_serves_one_sandbox_at_a_time(
    tmp_path: Path, refused: Callable[[str], Awaitable[str]]
) -> None:
    async with child(small(tmp_path)):
        assert "in use by another sandbox" in await refused(small(tmp_path))


async def test_a_host_that_others_can_reach_is_warned_about() -> None:
    async with child("content='small', host='0.0.0.0'") as box:
        assert box.ready["sanity"]["base_url"].startswith("http://127.0.0.1:")
        box.process.terminate()
        _, err = await box.process.communicate()
    assert b"not a loopback address" in err
