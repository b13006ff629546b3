"""The live pane of one job: title, bar, rate, line to the server, time to the end, and the newest of its log."""

from __future__ import annotations

from collections.abc import Sequence

from dsclone_tui.domain.durations import spoken
from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import JobEvent, JobRecord
from dsclone_tui.domain.states import JobState, ProgressBasis
from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line, Span, bar, both_ends, clip, fit, measure, route, sparkline, wrap
from dsclone_tui.tui.job_cells import JobCells
from dsclone_tui.tui.words import (
    clock,
    elapsed,
    event_text,
    event_tone,
    link_line,
    percent,
    state_line,
    state_tone,
    tags,
    tags_within,
)

TIME_WIDTH = 10
SPARK_WIDTH = 40
# what stands beside the curve: the rate, where the percentage comes from, the line's state
RATE_WIDTH = 38


def pane_lines(job: JobRecord, board: Board, width: int, height: int) -> list[Line]:
    """The pane in ``height`` lines of ``width`` cells."""
    lines = [title(job, board, width)]
    if height >= 8:
        lines.append([])
    lines.append(big_bar(job, width))
    lines.append(rate_line(job, board, width))
    lines.append(end_line(job, board))
    if job.error is not None:
        lines += error_lines(job.error, width)[: max(1, height - len(lines) - 1)]
    if height - len(lines) >= 3:
        lines.append([])
    return lines + log_lines(board.logbook.events(job.id), width, height - len(lines))


def title(job: JobRecord, board: Board, width: int) -> Line:
    state = state_line(job.state)
    room = max(10, width - measure(state) - 2)
    line = route(plain(job.request.source), plain(job.request.target), room)
    shown = tags_within(tags(job, board.profile(job.request.backend)), room - measure(line) - 3)
    if shown:
        line.append(("   " + shown, "quiet"))
    return both_ends(line, state, width)


def big_bar(job: JobRecord, width: int) -> Line:
    tone = "accent" if job.open else state_tone(job.state)
    unknown = {JobState.RUNNING: 0.0, JobState.COMPLETED: 100.0}.get(job.state)
    shown = job.progress if job.progress is not None else unknown
    return [*bar(shown, width - 7, tone), (fit(percent(job.progress), 7, right=True), "strong")]


def rate_line(job: JobRecord, board: Board, width: int) -> Line:
    """The rate as a small curve and in percent a minute, where the percentage comes from, and the line's state."""
    meter = board.engine.meter(job.id) if board.engine else None
    room = max(0, min(SPARK_WIDTH, width - RATE_WIDTH))
    series = meter.series(room) if meter else []
    rate = meter.per_second() if meter and job.open else None
    line: Line = []
    if series:
        line += [(sparkline(series, room).lstrip(), "accent" if job.open else "quiet"), ("  ", "")]
    if rate is not None:
        line += [(f"{rate * 60:.0f} %/min", ""), ("   ", "")]
    if job.progress_basis is not ProgressBasis.UNKNOWN:
        line += [(job.progress_basis.value, "quiet")]
    return both_ends(line, link_line(job.link) if job.open else [], width)


def end_line(job: JobRecord, board: Board) -> Line:
    """When it ends, or when and how it ended."""
    now = board.now()
    took = spoken(elapsed(job, now))
    if not job.open:
        return [(f"{job.state.value} {clock(job.finished_at)}", state_tone(job.state)), (f"   after {took}", "quiet")]
    left = JobCells(board).time_left(job)
    if left is None:
        return [(f"started {clock(job.created_at)}", ""), (f"   {took} ago", "quiet")]
    return [(f"ends about {clock(now + left)[:5]}", ""), (f"   in {spoken(left)}, {took} so far", "quiet")]


def error_lines(info: ErrorInfo, width: int) -> list[Line]:
    """The error, and below it what to do about it."""
    lines: list[Line] = [[(text, "bad")] for text in wrap(plain(info.message, 400), width)]
    if info.hint:
        lines += [[(text, "quiet")] for text in wrap(plain(info.hint, 400), width)]
    return lines


def log_lines(events: Sequence[JobEvent], width: int, most: int) -> list[Line]:
    """The newest events first, one line each."""
    room = max(1, width - TIME_WIDTH)
    newest = list(reversed(events[-most:])) if most > 0 else []
    return [[(fit(clock(event.at), TIME_WIDTH), "quiet"), _said(event, room)] for event in newest]


def _said(event: JobEvent, room: int) -> Span:
    return clip(event_text(event), room), event_tone(event)
