"""The full log of a job, newest first, wrapped; it stays where it was scrolled to when news arrive above."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dsclone_tui.domain.jobs import JobEvent
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.cells import Line, fit, wrap
from dsclone_tui.tui.paint import Painted
from dsclone_tui.tui.words import event_text, event_tone

TIME_WIDTH = 18


class EventLog(Painted, ScrollView, can_focus=True, inherit_bindings=False):
    """Events as lines: when, and what was said."""

    BINDINGS = bindings("list")
    DEFAULT_CSS = """
    EventLog { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._events: Sequence[JobEvent] = ()
        self._lines: list[Line] = []

    def show(self, events: Sequence[JobEvent]) -> None:
        self._events = list(events)
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        room = max(10, self.size.width - TIME_WIDTH - 1)
        old, scrolled = len(self._lines), self.scroll_offset.y
        self._lines = [line for event in reversed(self._events) for line in _lines(event, room)]
        self.virtual_size = Size(self.size.width, len(self._lines))
        if scrolled and len(self._lines) > old:
            self.scroll_to(y=scrolled + len(self._lines) - old, animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        line = self._lines[place] if place < len(self._lines) else []
        return self.paint(line, self.size.width, self.base_style())

    def action_move(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, force=True)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        self.scroll_to(y=len(self._lines), animate=False, force=True)


def _lines(event: JobEvent, room: int) -> list[Line]:
    tone = event_tone(event)
    pieces = wrap(event_text(event), room)
    first: Line = [(fit(f"{event.at.astimezone():%m-%d %H:%M:%S}", TIME_WIDTH), "quiet"), (pieces[0], tone)]
    return [first, *([(" " * TIME_WIDTH, ""), (piece, tone)] for piece in pieces[1:])]
