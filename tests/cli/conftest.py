"""The command line as scripts meet it: real processes against a real sandbox."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.sandbox.embedded import Box, running

LIMIT = 60.0


@dataclass(frozen=True)
class Done:
    """How a process ended; ``lines`` are its stdout read as NDJSON."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def document(self) -> dict[str, Any]:
        (only,) = self.lines
        return only

    @property
    def result(self) -> dict[str, Any]:
        last = self.lines[-1]
        assert last["event"] == "result", self.out
        job: dict[str, Any] = last["job"]
        return job


Run = Callable[..., Awaitable[Done]]
Spawn = Callable[..., Awaitable[asyncio.subprocess.Process]]


async def start(*argv: str) -> asyncio.subprocess.Process:
    """``dsclone ARGV`` as a process of its own, off a terminal."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dsclone_tui", *argv, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )


async def ended(process: asyncio.subprocess.Process) -> Done:
    """Waits for a process; whatever it does, it never shows a traceback."""
    out, err = await asyncio.wait_for(process.communicate(), LIMIT)
    done = Done(process.returncode if process.returncode is not None else -1, out.decode(), err.decode())
    assert "Traceback" not in done.err, done.err
    return done


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """A sandbox whose jobs take as long as the machine needs."""
    async with running(content="small", rate=0) as box:
        yield box


@pytest.fixture
async def slow_box() -> AsyncIterator[Box]:
    """A sandbox whose jobs outlast any test."""
    async with running(content="small", rate=1000) as box:
        yield box


@pytest.fixture
def spawn() -> Spawn:
    return start


@pytest.fixture
def finish() -> Callable[[asyncio.subprocess.Process], Awaitable[Done]]:
    return ended


@pytest.fixture
def dsclone(tmp_path: Path) -> Run:
    """Runs one command to its end: ``await dsclone(box, "ls", "--json")``; the box may also be a config path."""

    async def run(where: Box | Path | None, *argv: str) -> Done:
        config = where.config if isinstance(where, Box) else where
        options = ("--config", str(config)) if config is not None else ()
        return await ended(await start(*options, *argv))

    return run
