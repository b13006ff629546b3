"""``make bench``: our figures beside their budgets, in one table. Everything runs on this machine, over loopback."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dsclone_tui.domain.jobs import (
    CloneKind,
    CloneRequest,
    EventKind,
    JobChange,
    JobEvent,
    JobRecord,
    new_job,
    new_job_id,
)
from dsclone_tui.domain.ports import JobFilter
from dsclone_tui.domain.states import JobState
from dsclone_tui.engine.clock import SystemClock
from dsclone_tui.journal.journal import SqlJournal
from scripts.terminal import Terminal

RUNS = 5
SETTLING = 3.0
DSCLONE = [sys.executable, "-m", "dsclone_tui"]


@dataclass(frozen=True)
class Figure:
    """One row of the table: milliseconds unless the name says otherwise."""

    name: str
    values: list[float]
    budget: str
    unit: str = "ms"

    def row(self) -> str:
        middle, worst = statistics.median(self.values), max(self.values)
        return f"{self.name:52} {middle:9.1f} {worst:9.1f} {self.unit:3}  {self.budget}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dsclone-bench-") as name:
        folder = Path(name)
        figures = [*_start_up()]
        with _sandbox(folder / "box", rate="0") as config:
            figures += _commands(config)
        with _sandbox(folder / "slow", rate="20") as config:
            figures += _screen(config)
        figures += asyncio.run(_journal(folder / "journal.sqlite3"))
    print(f"{'what':52} {'median':>9} {'worst':>9}      budget")
    for figure in figures:
        print(figure.row())


def _timed(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return (time.perf_counter() - begin) * 1000


def _process(*argv: str) -> Callable[[], object]:
    def run() -> None:
        subprocess.run(argv, check=True, capture_output=True)

    return run


def _start_up() -> Iterator[Figure]:
    bare = [_timed(_process(sys.executable, "-c", "pass")) for _ in range(RUNS)]
    version = [_timed(_process(*DSCLONE, "--version")) for _ in range(RUNS)]
    floor = statistics.median(bare)
    yield Figure("a bare interpreter", bare, "")
    yield Figure("dsclone --version, over a bare interpreter", [value - floor for value in version], "60")


def _commands(config: str) -> Iterator[Figure]:
    base = [*DSCLONE, "--config", config]
    source = "sanity:zp7mbokg/staging"
    yield Figure("dsclone ls, whole process", [_timed(_process(*base, "ls")) for _ in range(RUNS)], "")
    runs = [_timed(_process(*base, "copy", source, f"bench-{run}", "--detach")) for run in range(RUNS)]
    yield Figure("dsclone copy --detach, whole process", runs, "")
    runs = [_timed(_process(*base, "copy", source, f"bench-f{run}")) for run in range(RUNS)]
    yield Figure("dsclone copy, followed to its end, whole process", runs, "")
    yield Figure("dsclone jobs, whole process", [_timed(_process(*base, "jobs")) for _ in range(RUNS)], "")


def _screen(config: str) -> Iterator[Figure]:
    argv = [*DSCLONE, "--config", config]
    paints, catalogs = [], []
    for _ in range(RUNS):
        with Terminal(argv, 120, 40) as terminal:
            terminal.wait("Browse")
            paints.append((time.monotonic() - terminal.started_at) * 1000)
            terminal.wait("production PROD")
            catalogs.append((time.monotonic() - terminal.started_at) * 1000)
    yield Figure("screen: process start to first paint", paints, "before any answer")
    yield Figure("screen: process start to first datasets", catalogs, "")
    with Terminal(argv, 120, 40) as terminal:
        terminal.wait("production PROD")
        yield Figure("screen: CPU while idle, percent of a core", [_cpu_share(terminal, 5.0)], "1", "%")
    for number in range(20):
        subprocess.run(
            [*argv, "copy", "sanity:zp7mbokg/production", f"live-{number}", "--detach"],
            check=True,
            capture_output=True,
        )
    with Terminal(argv, 120, 40) as terminal:
        terminal.wait("production PROD")
        terminal.send("2")
        terminal.wait("20 running")
        yield Figure("screen: CPU with 20 running copies, percent of a core", [_cpu_share(terminal, 5.0)], "", "%")


def _cpu_share(terminal: Terminal, seconds: float) -> float:
    """Percent of a core that the process used while its output was read for some seconds, once it had settled."""
    settled = time.monotonic() + SETTLING
    while time.monotonic() < settled:
        terminal.pump(0.1)
    begin, used = time.monotonic(), _cpu_seconds(terminal.process.pid)
    while time.monotonic() - begin < seconds:
        terminal.pump(0.1)
    return (_cpu_seconds(terminal.process.pid) - used) / (time.monotonic() - begin) * 100


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _journal(path: Path) -> list[Figure]:
    clock = SystemClock()
    journal = await SqlJournal.open(path)
    commits = []
    for number in range(300):
        at = clock.now()
        request = CloneRequest("bench", CloneKind.COPY, "p", "production", f"target-{number}")
        record = new_job(request, new_job_id(at), at)
        begin = time.perf_counter()
        await journal.add(record, JobEvent(at, EventKind.INTENT))
        commits.append((time.perf_counter() - begin) * 1000)
        await journal.save(JobChange(_ended(record)))
    begin = time.perf_counter()
    await journal.jobs(JobFilter(limit=200))
    listing = (time.perf_counter() - begin) * 1000
    await journal.aclose()
    return [
        Figure("journal: one durable intent", commits, ""),
        Figure("journal: the newest 200 jobs", [listing], ""),
    ]


def _ended(record: JobRecord) -> JobRecord:
    return replace(record, state=JobState.COMPLETED, finished_at=record.created_at, progress=100.0)


@contextmanager
def _sandbox(folder: Path, rate: str) -> Iterator[str]:
    """The path of the configuration of a sandbox in a process of its own."""
    process = subprocess.Popen(
        [*DSCLONE, "sandbox", "--data", str(folder), "--rate", rate, "--exit-with-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["config"])
        process.terminate()


if __name__ == "__main__":
    main()
