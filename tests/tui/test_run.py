"""``run`` in a terminal of its own: what it returns, and that signals end it cleanly."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from dsclone_tui.config.schema import Settings
from dsclone_tui.session import Session
from dsclone_tui.tui.run import run
outcome = run(Session(Settings(), Path(sys.argv[1]) / "journal.sqlite3"))
Path(sys.argv[1], "outcome").write_text(repr(outcome))
"""
WITHIN = 30.0


class Terminal:
    """A process that believes to have a screen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environ = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)], stdin=theirs, stdout=theirs, stderr=theirs, env=environ,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.seen = b""

    def read(self) -> None:
        """Takes what the screen was sent, if anything came; a full terminal would hold the process up."""
        ready, _, _ = select.select([self.ours], [], [], 0.1)
        if ready:
            with suppress(OSError):  # the other end is closed
                self.seen += os.read(self.ours, 65536)

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + WITHIN
        while not holds():
            assert time.monotonic() < deadline, self.seen
            self.read()

    def sees(self, text: bytes) -> None:
        self.until(lambda: text in self.seen)

    def outcome(self) -> str:
        """What ``run`` returned, once the process has ended."""
        self.until(lambda: self.process.poll() is not None)
        self.read()
        return (self.folder / "outcome").read_text()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path)
    yield found
    found.process.kill()
    found.process.wait(WITHIN)
    os.close(found.ours)


@pytest.mark.parametrize(("key", "outcome"), [(b"d", "'demo'"), (b"c", "'config-init'"), (b"q", "0")])
def test_run_returns_what_was_chosen(terminal: Terminal, key: bytes, outcome: str) -> None:
    terminal.sees(b"dsclone")
    os.write(terminal.ours, key)
    assert terminal.outcome() == outcome


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_the_screen_and_ends_130(terminal: Terminal, number: signal.Signals) -> None:
    terminal.sees(b"dsclone")
    terminal.process.send_signal(number)
    assert terminal.outcome() == "130"
    assert b"\x1b[?1049l" in terminal.seen, "the terminal has its own screen back"
