"""The last line: the few keys that matter now."""

from __future__ import annotations

from collections.abc import Sequence

from dsclone_tui.tui.actions import Keymap
from dsclone_tui.tui.cells import Line, measure
from dsclone_tui.tui.paint import Drawn

_GO_FIRST = ("main.copy", "main.refresh", "app.commands", "detail.copy", "list.open", "main.mark", "main.filter")


class KeyHints(Drawn):
    """Keys and what they do. Where room is short, those go first that are looked for last; never help and quit."""

    def __init__(self, keymap: Keymap, action_ids: Sequence[str] = ()) -> None:
        super().__init__()
        self._keymap = keymap
        self._ids = tuple(action_ids)

    def offer(self, action_ids: Sequence[str]) -> None:
        if tuple(action_ids) != self._ids:
            self._ids = tuple(action_ids)
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        ids = list(self._ids)
        dropped = [action_id for wanted in _GO_FIRST for action_id in ids if action_id.startswith(wanted)]
        line = self._line(ids)
        while dropped and measure(line) > width:
            ids.remove(dropped.pop(0))
            line = self._line(ids)
        return [line]

    def _line(self, ids: Sequence[str]) -> Line:
        line: Line = []
        for key, title in self._keymap.hints(ids):
            line += [("   ", "")] if line else []
            line += [(key, "key"), (" " + title, "quiet")]
        return line
