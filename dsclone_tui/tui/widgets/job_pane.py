"""The live panes below the table of jobs: one for the selected job, more where jobs are marked and there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.paint import Drawn
from dsclone_tui.tui.pane import pane_lines

MOST = 4


class JobPane(Drawn):
    """One job, live."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self.job_id: str | None = None

    def show(self, job_id: str | None) -> None:
        self.display = job_id is not None
        if job_id != self.job_id:
            self.job_id = job_id
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        job = self._board.jobs.get(self.job_id or "")
        return pane_lines(job, self._board, width, height) if job else []


class PaneGrid(Container):
    """Up to four panes, side by side."""

    DEFAULT_CLASSES: ClassVar[str] = "-one"

    def __init__(self, board: Board, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._panes = [JobPane(board) for _ in range(MOST)]

    def compose(self) -> ComposeResult:
        yield from self._panes

    @property
    def shown(self) -> list[str]:
        """The ids of the jobs on the screen."""
        return [pane.job_id for pane in self._panes if pane.job_id is not None]

    def show(self, job_ids: Sequence[str]) -> None:
        for place, pane in enumerate(self._panes):
            pane.show(job_ids[place] if place < len(job_ids) else None)
        self.set_class(len(job_ids) == 2, "-two")
        self.set_class(len(job_ids) > 2, "-four")

    def repaint(self, job_ids: set[str] | None = None) -> None:
        """Draws the panes of these jobs anew; of all where None."""
        for pane in self._panes:
            if pane.job_id is not None and (job_ids is None or pane.job_id in job_ids):
                pane.refresh()
