"""The views by number, the present one lit; a click goes there too."""

from __future__ import annotations

from textual import events
from textual.message import Message

from dsclone_tui.tui.actions import BY_ID, Keymap
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.paint import Drawn

VIEWS = ("browse", "jobs", "history")


class ViewTabs(Drawn):
    """``1 Browse   2 Jobs   3 History`` over a rule whose lit part is below the present view."""

    class Chosen(Message):
        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._names = [(view, keymap.shown(f"view.{view}"), BY_ID[f"view.{view}"].title) for view in VIEWS]
        self._present = VIEWS[0]
        self._aside = ""

    def light(self, view: str) -> None:
        self._present = view
        self.refresh()

    def tell(self, aside: str) -> None:
        """A few words at the right end, such as how many jobs are marked."""
        if aside != self._aside:
            self._aside = aside
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        line: Line = []
        rule: Line = []
        for view, key, title in self._names:
            lit = view == self._present
            label = f"{key} {title}"
            line += [(key, "accent" if lit else "quiet"), (" " + title, "strong" if lit else "quiet"), ("   ", "")]
            rule += [("━" * len(label) if lit else "─" * len(label), "accent" if lit else "faint"), ("───", "faint")]
        used = sum(len(text) for text, _ in line)
        rule.append(("─" * max(0, width - used), "faint"))
        if self._aside:
            line.append((self._aside.rjust(max(0, width - used)), "accent"))
        return [line, rule]

    def on_click(self, event: events.Click) -> None:
        left = 0
        for view, key, title in self._names:
            right = left + len(key) + 1 + len(title)
            if left <= event.get_content_offset_capture(self).x < right:
                self.post_message(self.Chosen(view))
            left = right + 3
