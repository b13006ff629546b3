"""The whole program in a real terminal against a sandbox in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts.terminal import Terminal

DSCLONE = (sys.executable, "-m", "dsclone_tui")

Serve = Callable[[str], str]
Open = Callable[..., Terminal]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """``serve(rate)`` starts a sandbox with sample content and returns the path of its configuration."""
    with ExitStack() as stack:

        def start(rate: str) -> str:
            argv = (*DSCLONE, "sandbox", "--data", str(tmp_path / "box"), "--rate", rate, "--exit-with-stdin")
            process = stack.enter_context(subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            stack.callback(process.terminate)
            assert process.stdout is not None
            return str(json.loads(process.stdout.readline())["config"])

        yield start


@pytest.fixture
def terminal() -> Iterator[Open]:
    """``terminal(columns, rows, *argv)`` runs dsclone in a terminal; killed at the end if it still runs."""
    with ExitStack() as stack:

        def start(columns: int, rows: int, *argv: str) -> Terminal:
            return stack.enter_context(Terminal([*DSCLONE, *argv], columns, rows))

        yield start
