"""What the columns of the job lists draw."""

from __future__ import annotations

from datetime import timedelta

from dsclone_tui.domain.durations import spoken
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line, bar, both_ends, measure, route
from dsclone_tui.tui.columns import Column
from dsclone_tui.tui.words import (
    NOTHING,
    day_and_time,
    elapsed,
    percent,
    remaining_word,
    state_line,
    state_tone,
    tags,
    tags_within,
)

# wide enough for the longest state word and its sign
STATE_WIDTH = 13


class JobCells:
    """Draws the cells of a job record with what the board knows now."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def table(self) -> list[Column[JobRecord]]:
        """The columns of Jobs; narrow lists keep state, target, percent and the time to the end."""
        return [
            Column("STATE", self.state, STATE_WIDTH),
            Column("TARGET", self.target, 8, grow=1, until_width=64),
            Column("SOURCE → TARGET", self.route, 20, grow=4, widest=72, from_width=64),
            Column("WHERE", self.where, 16, grow=1, widest=30, from_width=98),
            Column("PROGRESS", self.bar, 10, grow=1, from_width=64),
            Column("", self.percent, 5, right=True),
            Column("ETA", self.remaining, 8, right=True),
            Column("ELAPSED", self.elapsed, 8, right=True, from_width=84),
        ]

    def history(self) -> list[Column[JobRecord]]:
        """The columns of History."""
        return [
            Column("FINISHED", self.finished, 16, from_width=64),
            Column("STATE", self.state, STATE_WIDTH),
            Column("TARGET", self.target, 8, grow=1, until_width=64),
            Column("SOURCE → TARGET", self.route, 20, grow=3, widest=72, from_width=64),
            Column("WHERE", self.where, 16, grow=1, widest=30, from_width=98),
            Column("ERROR", self.error, 14, grow=1, from_width=84),
            Column("TOOK", self.elapsed, 8, right=True),
        ]

    def short(self) -> list[Column[JobRecord]]:
        """The columns of the list beside a resource."""
        return [
            Column("STATE", self.state, STATE_WIDTH),
            Column("JOB", self.route, 8, grow=1),
            Column("", self.percent, 5, right=True, from_width=44),
            Column("", self.when, 16, right=True, from_width=58),
        ]

    def haystack(self, job: JobRecord) -> str:
        """What the filter searches."""
        request = job.request
        words = [job.state.value, request.source, request.target, request.backend, request.project, job.id]
        words += [job.remote_job_id or "", job.error.code if job.error else "", *self._tags(job)]
        return " ".join(words)

    def state(self, job: JobRecord, width: int) -> Line:
        return state_line(job.state)

    def target(self, job: JobRecord, width: int) -> Line:
        return [(plain(job.request.target), "strong")]

    def route(self, job: JobRecord, width: int) -> Line:
        source, target = plain(job.request.source), plain(job.request.target)
        full = route(source, target, 1_000)
        shown = tags_within(self._tags(job), width - measure(full) - 2)
        return both_ends(full, [(shown, "quiet")], width) if shown else route(source, target, width)

    def where(self, job: JobRecord, width: int) -> Line:
        return [(plain(job.request.backend), ""), (" " + plain(job.request.project), "quiet")]

    def bar(self, job: JobRecord, width: int) -> Line:
        if job.state is JobState.RUNNING:
            return bar(job.progress or 0.0, width)
        if job.state is JobState.COMPLETED:
            return bar(100.0, width, "good")
        return bar(job.progress, width, state_tone(job.state))

    def percent(self, job: JobRecord, width: int) -> Line:
        return [(percent(job.progress), "" if job.progress is not None else "faint")]

    def remaining(self, job: JobRecord, width: int) -> Line:
        word = remaining_word(self.time_left(job))
        return [(word, "" if word != NOTHING else "faint")]

    def time_left(self, job: JobRecord) -> timedelta | None:
        """From the rate that this process has seen; None while it cannot be told."""
        engine = self._board.engine
        if engine is None or job.state is not JobState.RUNNING or job.link is LinkState.OFFLINE:
            return None
        return engine.meter(job.id).remaining(self._board.now())

    def elapsed(self, job: JobRecord, width: int) -> Line:
        return [(spoken(elapsed(job, self._board.now())), "quiet")]

    def finished(self, job: JobRecord, width: int) -> Line:
        return [(day_and_time(job.finished_at, self._board.now()), "quiet")]

    def when(self, job: JobRecord, width: int) -> Line:
        return [(day_and_time(job.finished_at or job.created_at, self._board.now()), "quiet")]

    def error(self, job: JobRecord, width: int) -> Line:
        return [(plain(job.error.code) if job.error else "", "bad")]

    def _tags(self, job: JobRecord) -> list[str]:
        return tags(job, self._board.profile(job.request.backend))
