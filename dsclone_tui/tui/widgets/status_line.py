"""One line above the keys for what does not work now, and what to do about it; away when all is well."""

from __future__ import annotations

from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line, both_ends
from dsclone_tui.tui.paint import Drawn
from dsclone_tui.tui.words import error_text


class StatusLine(Drawn):
    """The first trouble in full, the number of the others at the end."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._text = ""
        self._more = 0

    def update(self) -> None:
        troubles = self._board.troubles()
        text = ""
        if troubles:
            subject, info = troubles[0]
            text = f"✗ {plain(subject, 40)}: {error_text(info)}"
        more = max(0, len(troubles) - 1)
        if (text, more) != (self._text, self._more):
            self._text, self._more = text, more
            self.display = bool(text)
            self.refresh()

    def on_mount(self) -> None:
        self.display = False
        self.update()

    def draw(self, width: int, height: int) -> list[Line]:
        more: Line = [(f"and {self._more} more", "quiet")] if self._more else []
        return [both_ends([(self._text, "bad")], more, width)]
