"""The right side of Browse: facts of what is selected in the tree, and the jobs that touched it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.facts import backend_facts, project_facts, resource_facts
from dsclone_tui.tui.job_cells import JobCells
from dsclone_tui.tui.paint import Drawn
from dsclone_tui.tui.tree_rows import TreeRow
from dsclone_tui.tui.widgets.row_list import RowList


class FactSheet(Drawn):
    """The facts, as tall as they are."""

    def __init__(self, board: Board) -> None:
        super().__init__(id="facts")
        self._board = board
        self.row: TreeRow | None = None

    def draw(self, width: int, height: int) -> list[Line]:
        row = self.row
        if row is None:
            return []
        if row.ref is not None:
            return resource_facts(self._board, row.ref, width)
        if row.project is not None:
            return project_facts(self._board, row.backend, row.project, width)
        return backend_facts(self._board, row.backend, width, row.error)

    def update(self, row: TreeRow | None) -> None:
        self.row = row
        self.styles.height = max(1, len(self.draw(self.size.width or 40, 0)))
        self.refresh()

    def on_resize(self) -> None:
        self.update(self.row)


class ResourceDetail(Vertical):
    """Facts above, jobs below."""

    def __init__(self, board: Board, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._board = board
        self._facts = FactSheet(board)
        cells = JobCells(board)
        self._jobs: RowList[JobRecord] = RowList(cells.short(), lambda job: job.id, id="touched")

    def compose(self) -> ComposeResult:
        yield self._facts
        yield self._jobs

    def update(self, row: TreeRow | None) -> None:
        """Shows another row of the tree, or the same one anew."""
        self._facts.update(row)
        ref = row.ref if row else None
        jobs = self._board.jobs_of(ref) if ref is not None else []
        self._jobs.display = bool(jobs)
        self._jobs.show(jobs, [job.id for job in jobs if job.open] if jobs == self._jobs.rows else None)

    def focus_jobs(self) -> bool:
        """Moves the focus to the jobs, where there are any."""
        if self._jobs.display:
            self._jobs.focus()
        return bool(self._jobs.display)
