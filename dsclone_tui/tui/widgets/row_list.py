"""A list of rows in columns, drawn line by line over the data: as quick with 100,000 rows as with ten.

The cursor stays with its row's key when rows come, go or change places.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.cells import Line, Span
from dsclone_tui.tui.columns import Column, Layout, lay_out
from dsclone_tui.tui.paint import Painted

Row = TypeVar("Row")

# Cells before the columns: cursor, mark, blank. Cells behind: a blank and the place of the scroll bar.
GUTTER, MARGIN = 3, 2


class RowList(Painted, ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Shows rows; posts ``Highlighted`` when the cursor comes to another row and ``Opened`` on enter."""

    BINDINGS = bindings("list")
    DEFAULT_CSS = """
    RowList { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    class Highlighted(Message):
        """The cursor is on another row, or on none."""

        def __init__(self, rows: RowList[Any], key: Hashable | None) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList[Any]:
            return self.rows

    class Opened(Highlighted):
        """Enter was pressed on a row, or it was clicked twice."""

    hover = reactive(-1)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        empty: Sequence[Line] = (),
        header: bool = True,
        marked: Callable[[Row], bool] | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._key = key
        self._marked = marked
        self._rows: Sequence[Row] = ()
        self._places: dict[Hashable, int] = {}
        self._cursor = 0
        self._plan: Layout[Row] | None = None
        self._top = 1 if header else 0
        self.empty: Sequence[Line] = empty
        self.touched = False

    # --- what is shown

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    @property
    def cursor_row(self) -> Row | None:
        return self._rows[self._cursor] if self._rows else None

    @property
    def cursor_key(self) -> Hashable | None:
        row = self.cursor_row
        return None if row is None else self._key(row)

    def show(self, rows: Sequence[Row], changed: Collection[Hashable] | None = None) -> None:
        """Takes new rows. ``changed`` names those that look different where the order may be as it was."""
        old_key = self.cursor_key
        places = {self._key(row): place for place, row in enumerate(rows)}
        same = changed is not None and places == self._places
        in_view = self._top <= self._cursor_line() < self.size.height
        self._rows, self._places = rows, places
        self._cursor = min(places.get(old_key, self._cursor), max(0, len(rows) - 1))
        if same and changed is not None:
            for key in changed:
                if key in places:
                    self._refresh_row(places[key])
            return
        self._resize()
        self.refresh()
        if in_view:
            self._keep_in_view()
        if self.cursor_key != old_key:
            self.post_message(self.Highlighted(self, self.cursor_key))

    def select(self, key: Hashable) -> bool:
        """Puts the cursor on the row with this key; False when there is none."""
        if key not in self._places:
            return False
        self._go(self._places[key])
        return True

    def touch(self, key: Hashable) -> None:
        """Draws the row with this key anew, where it is in view."""
        if key in self._places:
            self._refresh_row(self._places[key])

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + self._top)

    def _cursor_line(self) -> int:
        return self._cursor + self._top - self.scroll_offset.y

    def _refresh_row(self, place: int) -> None:
        y = place + self._top - self.scroll_offset.y
        if self._top <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # --- drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.base_style()
        if self._plan is None:
            # measured without the scroll bar, so that columns stay where they are when it comes
            self._plan = lay_out(self._columns, max(0, self.outer_size.width - self.gutter.width - GUTTER - MARGIN))
        if not self._rows:
            line = self.empty[y - 1] if 0 < y <= len(self.empty) else []
            return self.paint([(" " * GUTTER, ""), *line], width, base)
        if y < self._top:
            return self.paint([(" " * GUTTER, ""), *self._plan.header()], width, base)
        place = y - self._top + self.scroll_offset.y
        if place >= len(self._rows):
            return self.paint([], width, base)
        row = self._rows[place]
        if place == self._cursor:
            base += self.palette.cursor if self.has_focus else self.palette.cursor_aside
        elif place == self.hover:
            base += self.palette.hover
        return self.paint([*self._gutter(row, place), *self._plan.row(row)], width, base)

    def _gutter(self, row: Row, place: int) -> list[Span]:
        cursor: Span = ("▌", "accent" if self.has_focus else "faint") if place == self._cursor else (" ", "")
        mark: Span = ("◆", "accent") if self._marked and self._marked(row) else (" ", "")
        return [cursor, mark, (" ", "")]

    def on_resize(self) -> None:
        self._plan = None
        self._resize()
        self._keep_in_view()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._refresh_row(self._cursor)

    def watch_hover(self, old: int, new: int) -> None:
        self._refresh_row(old)
        self._refresh_row(new)

    # --- moving

    def _go(self, place: int) -> None:
        place = max(0, min(place, len(self._rows) - 1))
        if place == self._cursor or not self._rows:
            self._keep_in_view()
            return
        old, self._cursor = self._cursor, place
        self._refresh_row(old)
        self._refresh_row(place)
        self._keep_in_view()
        self.post_message(self.Highlighted(self, self.cursor_key))

    def _keep_in_view(self) -> None:
        height = self.size.height - self._top
        top = self.scroll_offset.y
        if height < 1 or top <= self._cursor < top + height:
            return
        target = self._cursor if self._cursor < top else self._cursor - height + 1
        self.scroll_to(y=target, animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.touched = True
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        self.touched = True
        self._go(self._cursor + by * max(1, self.size.height - self._top - 1))

    def action_first(self) -> None:
        self.touched = True
        self._go(0)

    def action_last(self) -> None:
        self.touched = True
        self._go(len(self._rows) - 1)

    def action_open(self) -> None:
        self.touched = True
        if self._rows:
            self.post_message(self.Opened(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        place = event.y - self._top + self.scroll_offset.y
        if event.y < self._top or place >= len(self._rows):
            return
        self.touched = True
        self._go(place)
        if event.chain == 2:
            self.action_open()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = event.y - self._top + self.scroll_offset.y if event.y >= self._top else -1

    def on_leave(self) -> None:
        self.hover = -1
