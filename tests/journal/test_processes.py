"""Several processes on one journal file."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """``worker.py`` in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-W", "error", str(WORKER)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, *command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, *command: Any) -> Any:
        self.tell(*command)
        return self.answer()

    def end(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def start() -> Iterator[Callable[[int], list[Worker]]]:
    """``start(3)`` starts three workers, which end with the test."""
    with ExitStack() as stack:

        def start_(number: int) -> list[Worker]:
            workers = [Worker() for _ in range(number)]
            for worker in workers:
                stack.callback(worker.kill)
            return workers

        yield start_


StartWorkers = Callable[[int], list[Worker]]


def test_exactly_one_start_for_a_target_wins(start: StartWorkers, journal_path: Path) -> None:
    workers = start(3)
    assert [worker.ask("open", str(journal_path)) for worker in workers] == ["opened"] * 3
    targets = [f"copy-{number}" for number in range(40)]
    for target in targets:
        for number, worker in enumerate(workers):
            worker.tell("add", f"{target}-by-{number}", target)
    answers = [[worker.answer() for _ in targets] for worker in workers]
    for on_one_target in zip(*answers, strict=True):
        assert sorted(on_one_target) == ["added", "already_running", "already_running"]
    assert len(workers[0].ask("ids")) == len(targets)
    for worker in workers:
        worker.end()


def test_processes_may_make_the_file_together(start: StartWorkers, tmp_path: Path) -> None:
    workers = start(4)
    for number in range(10):
        for worker in workers:
            worker.tell("open", str(tmp_path / str(number) / "journal.sqlite3"))
    assert [[worker.answer() for _ in range(10)] for worker in workers] == [["opened"] * 10] * 4


def test_each_sees_what_the_others_write(start: StartWorkers, journal_path: Path) -> None:
    workers = one, two = start(2)
    for number, worker in enumerate(workers):
        worker.ask("open", str(journal_path))
        worker.ask("add", f"job-{number}", f"copy-{number}")
    (revision, seen), (_, seen_too) = one.ask("changes", 0), two.ask("changes", 0)
    assert seen == seen_too == {"job-0": [None], "job-1": [None]}
    for number in range(20):
        one.tell("note", "job-0", f"one {number}")
        two.tell("note", "job-1", f"two {number}")
    assert [worker.answer() for worker in workers for _ in range(20)] == ["saved"] * 40
    for worker in workers:
        newest, seen = worker.ask("changes", revision)
        assert seen == {"job-0": [f"one {n}" for n in range(20)], "job-1": [f"two {n}" for n in range(20)]}
        assert worker.ask("changes", newest) == [newest, {}]


def test_one_process_at_a_time_has_the_lease(start: StartWorkers, journal_path: Path) -> None:
    workers = start(3)
    for worker in workers:
        worker.ask("open", str(journal_path))
    for number in range(20):
        workers[0].ask("add", f"job-{number}", f"copy-{number}")
        for name, worker in enumerate(workers):
            worker.tell("claim", f"job-{number}", str(name))
        assert sorted(worker.answer() for worker in workers) == [False, False, True]


def test_a_killed_process_leaves_what_it_committed(start: StartWorkers, journal_path: Path) -> None:
    victim, survivor = start(2)
    victim.ask("open", str(journal_path))
    assert victim.ask("add", "job-1", "copy-1") == "added"
    victim.kill()
    survivor.ask("open", str(journal_path))
    assert survivor.ask("ids") == ["job-1"]
    assert survivor.ask("add", "job-2", "copy-2") == "added"
    assert survivor.ask("add", "job-3", "copy-1") == "already_running"


def test_a_process_killed_while_writing_leaves_no_half_of_it(start: StartWorkers, journal_path: Path) -> None:
    victim, survivor = start(2)
    victim.ask("open", str(journal_path))
    victim.ask("add", "job-1", "copy-1")
    for number in range(2, 200):
        victim.tell("add", f"job-{number}", f"copy-{number}")
    victim.answer()
    victim.kill()
    survivor.ask("open", str(journal_path))
    survivor.ask("add", "last", "last")
    with closing(sqlite3.connect(journal_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        jobs, events, revision = connection.execute(
            "SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM event), value FROM meta WHERE key = 'revision'"
        ).fetchone()
    assert jobs == events == revision >= 3
