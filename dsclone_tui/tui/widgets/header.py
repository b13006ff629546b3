"""The first line: the product, what is going on, and whether the selected thing is production."""

from __future__ import annotations

from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board, Counts
from dsclone_tui.tui.cells import Line, both_ends
from dsclone_tui.tui.facts import BADGE
from dsclone_tui.tui.paint import Drawn


class Header(Drawn):
    """``dsclone`` at the left; counts, PROD badge and backend at the right, which go last when room is short."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._backend = ""
        self._protected = False
        self._counts = Counts()

    def point(self, backend: str, *, protected: bool) -> None:
        """What is selected now."""
        if (backend, protected) != (self._backend, self._protected):
            self._backend, self._protected = backend, protected
            self.refresh()

    def count(self) -> None:
        """Counts anew, and repaints only when the figures differ."""
        counts = self._board.counts()
        if counts != self._counts:
            self._counts = counts
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        where: Line = [BADGE, ("  ", "")] if self._protected else []
        where.append((plain(self._backend, 24), "quiet"))
        figures = count_line(self._counts)
        right: Line = [*figures, ("   ", ""), *where] if figures else where
        return [both_ends([("dsclone", "strong")], right, width)]


def count_line(counts: Counts) -> Line:
    """``3 running · 1 queued · 12 done today``; what is zero is left out."""
    parts: list[Line] = []
    if counts.running:
        parts.append([(f"{counts.running} running", "accent")])
    if counts.waiting:
        parts.append([(f"{counts.waiting} queued", "")])
    if counts.done_today:
        parts.append([(f"{counts.done_today} done today", "")])
    if counts.failed_today:
        parts.append([(f"{counts.failed_today} failed", "bad")])
    line: Line = []
    for part in parts:
        line += [(" · ", "faint"), *part] if line else part
    return line
