"""All that goes to stderr: what is going on, what went wrong, what to do next."""

from __future__ import annotations

import os
import sys

from dsclone_tui.domain.durations import spoken
from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.rates import RateMeter
from dsclone_tui.domain.states import LinkState
from dsclone_tui.domain.text import plain
from dsclone_tui.engine.clock import SystemClock

BAR_WIDTH = 24


def say(text: str) -> None:
    """One line of narration."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def error(info: ErrorInfo) -> None:
    """What happened and, below it, what to do next."""
    say(f"dsclone: {plain(info.message, 600)}")
    if info.hint:
        say(f"  hint: {plain(info.hint, 400)}")
    if info.remote and info.remote not in info.message:
        say(f"  server: {plain(info.remote, 400)}")


def live() -> bool:
    """True where a line may be redrawn: stderr is a terminal and NO_COLOR does not forbid cursor movement."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def summary(job: JobRecord) -> str:
    """``production → newfeature  running 42 %`` with the link where it is in trouble."""
    request = job.request
    percent = "" if job.progress is None else f" {job.progress:.0f} %"
    trouble = f" ({job.link})" if job.link in (LinkState.RETRYING, LinkState.OFFLINE) else ""
    return f"{plain(request.source, 64)} → {plain(request.target, 64)}  {job.state}{percent}{trouble}"


class LiveLine:
    """One redrawn line of progress on a terminal."""

    def __init__(self) -> None:
        self._shown = False

    def draw(self, job: JobRecord, meter: RateMeter) -> None:
        now = SystemClock().now()
        filled = round((job.progress or 0.0) / 100 * BAR_WIDTH)
        bar = "━" * filled + "─" * (BAR_WIDTH - filled)
        left = meter.remaining(now) if job.open else None
        tail = f"  {spoken(left)} left" if left is not None else ""
        sys.stderr.write(f"\r\x1b[2K{bar}  {summary(job)}{tail}")
        sys.stderr.flush()
        self._shown = True

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\n")
            sys.stderr.flush()
            self._shown = False
