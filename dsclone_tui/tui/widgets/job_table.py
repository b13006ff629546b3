"""The lists of jobs: the table of Jobs with its live panes, and the list of History."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.bridge import read_log
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.columns import Column
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.job_cells import JobCells
from dsclone_tui.tui.sight import in_sight
from dsclone_tui.tui.widgets.job_pane import PaneGrid
from dsclone_tui.tui.widgets.row_list import RowList

# How many of a job's events a pane reads.
LOG_LINES = 200


class JobList(RowList[JobRecord]):
    """Records that ``wanted`` names, those that fit the filter."""

    def __init__(
        self,
        board: Board,
        columns: Sequence[Column[JobRecord]],
        wanted: Callable[[], list[JobRecord]],
        *,
        id: str,  # noqa: A002 - Textual's name for it
        nothing: Sequence[str],
    ) -> None:
        super().__init__(columns, lambda job: job.id, id=id, marked=lambda job: job.id in board.marks)
        self._board = board
        self._haystack = JobCells(board).haystack
        self._wanted = wanted
        self._nothing = nothing
        self.needle = Needle()
        self.total = 0

    def update(self, changed: Collection[str] | None = None) -> None:
        """Reads the board anew; ``changed`` names the records that differ, None means any may."""
        jobs = self._wanted()
        self.total = len(jobs)
        self.empty = self._why_empty()
        fitting = [job for job in jobs if self.needle.fits(self._haystack(job))] if self.needle else jobs
        self.show(fitting, changed)

    def filter(self, needle: Needle) -> None:
        self.needle = needle
        self.update()

    def tally(self) -> tuple[int, int]:
        return len(self.rows), self.total

    def _why_empty(self) -> list[Line]:
        shut = self._board.shut
        if shut is not None:
            hint = plain(shut.hint, 400) if shut.hint else ""
            return [[("the journal cannot be opened", "bad")], [(plain(shut.message, 400), "")], [(hint, "quiet")]]
        if self._board.engine is None:
            return [[("opening the journal…", "quiet")]]
        if self.needle and self.total:
            return [[("no job fits the filter", "quiet")]]
        lines: list[Line] = [[(self._nothing[0], "strong")]]
        return lines + [[(text, "quiet")] for text in self._nothing[1:]]


class JobsView(Vertical):
    """The table, and below it the panes. Ticks once a second while an open job is on the screen, else never."""

    def __init__(self, board: Board, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._board = board
        self.table = JobList(
            board,
            JobCells(board).table(),
            board.ordered,
            id="job-table",
            nothing=("no jobs yet", "Select a row in Browse (1), then press n to start a copy or a fork."),
        )
        self.panes = PaneGrid(board, id="panes")
        self.ticking = False

    def compose(self) -> ComposeResult:
        yield self.table
        yield self.panes

    def on_mount(self) -> None:
        self._clock = self.set_interval(1.0, self._tick, pause=True)

    def update(self, changed: Collection[str] | None = None) -> None:
        self.table.update(changed)
        self.choose_panes()
        self.panes.repaint(set(changed) if changed is not None else None)
        self.wind()

    def wind(self) -> None:
        """Starts or stops the clock."""
        self.ticking = self.display and in_sight(self.screen) and any(job.open for job in self.table.rows)
        if self.ticking:
            self._clock.resume()
        else:
            self._clock.pause()

    def choose_panes(self) -> None:
        """The selected job, and marked ones beside it where there is room; in the order of the table."""
        width, height = self.screen.size
        most = 4 if width >= 200 and height >= 50 else 2 if width >= 120 else 1
        current = self.table.cursor_row
        chosen = [current.id] if current else []
        rest = [job.id for job in self.table.rows if job.id in self._board.marks and job.id not in chosen]
        chosen = [*chosen, *rest][:most]
        shown = [job.id for job in self.table.rows if job.id in chosen] if len(chosen) > 1 else chosen
        if shown != self.panes.shown:
            self.panes.show(shown)
            for job_id in shown:
                if self._board.engine is not None and not self._board.logbook.has(job_id):
                    work = read_log(self._board, job_id, self.app.post_message, LOG_LINES)
                    self.run_worker(work, name=f"log {job_id}", group="logs")

    def on_resize(self) -> None:
        self.choose_panes()

    def _tick(self) -> None:
        """Elapsed time and time to the end go on while no news come."""
        open_ids = {job.id for job in self.table.rows if job.open}
        for job_id in open_ids:
            self.table.touch(job_id)
        self.panes.repaint(open_ids)
        self.wind()
