"""A real terminal for a real process: a pseudo-terminal whose screen can be read, typed into, resized and killed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
}


class Terminal:
    """Runs ``argv`` in a terminal of ``columns`` by ``rows``; its screen is what a person would see."""

    def __init__(self, argv: Sequence[str], columns: int, rows: int, environ: Mapping[str, str] | None = None) -> None:
        self.started_at = time.monotonic()
        self.first_output_at: float | None = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        settings = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        for name in ("NO_COLOR", "TMUX"):
            settings.pop(name, None)
        self.process = subprocess.Popen(
            list(argv), stdin=slave, stdout=slave, stderr=slave, env=settings, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        os.close(self._master)

    @property
    def lines(self) -> list[str]:
        """The screen as it is, blanks at the right cut off."""
        self._read(0.0)
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def send(self, *keys: str) -> None:
        """Types keys by name (``enter``, ``down`` …) or literally."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def wait(self, wanted: str | Callable[[str], bool], within: float = 30.0) -> str:
        """Reads on until the screen holds ``wanted``; AssertionError with the screen when it does not come."""
        holds = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + within
        while True:
            text = self.text
            if holds(text):
                return text
            if time.monotonic() > deadline or (self.process.poll() is not None and not self._read(0.0)):
                raise AssertionError(f"not on the screen within {within:g} s: {wanted!r}\n{text}")
            self._read(0.05)

    def pump(self, seconds: float) -> None:
        """Reads what comes within some time, so that the process never waits for its reader."""
        self._read(seconds)

    def resize(self, columns: int, rows: int) -> None:
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up, as when the plug is pulled."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def ended(self, within: float = 15.0) -> int:
        """Waits for the process to end by itself; returns its exit code."""
        deadline = time.monotonic() + within
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {within:g} s\n{self.text}")
            self._read(0.05)
        return self.process.returncode

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, patience: float) -> bool:
        """Takes what the process has written, waiting at most ``patience`` seconds for it; True for anything."""
        came = False
        while select.select([self._master], [], [], patience)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the other end is closed: the process is gone
                return came
            if not data:
                return came
            if self.first_output_at is None:
                self.first_output_at = time.monotonic()
            self._stream.feed(data)
            came, patience = True, 0.0
        return came
