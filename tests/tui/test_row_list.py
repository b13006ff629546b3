"""The list that all tables share."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult

from dsclone_tui.tui import themes
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.columns import Column
from dsclone_tui.tui.widgets.row_list import RowList


class ListApp(App[None]):
    """Nothing but a list of numbers."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__()
        self.register_theme(themes.DARK)
        self.theme = themes.DARK.name
        column = Column[int]("NUMBER", self.draw_number, 10, grow=1)
        self.list = RowList[int]([column], lambda row: row)
        self.numbers = rows
        self.drawn = 0
        self.opened: list[object] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.own_colours(self.current_theme)

    def expect(self, key: int) -> None:
        assert self.list.cursor_key == key

    def draw_number(self, row: int, width: int) -> Line:
        self.drawn += 1
        return [(str(row), "")]

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.show(self.numbers)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.opened.append(event.key)


async def test_a_hundred_thousand_rows_draw_only_what_is_seen() -> None:
    app = ListApp(range(100_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        assert app.list.cursor_row == 99_999
        await pilot.press("k", "pageup", "g", "pagedown", "enter")
        await pilot.pause()
        assert app.opened == [22]
        assert app.drawn < 1_000


async def test_only_rows_that_changed_are_drawn_again() -> None:
    app = ListApp(range(20))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = app.drawn
        app.list.show(range(20), changed=[3, 99])
        await pilot.pause()
        assert app.drawn == before + 1
        app.list.show(range(20), changed=[])
        await pilot.pause()
        assert app.drawn == before + 1


async def test_the_cursor_stays_with_its_key_in_view_and_falls_to_a_neighbour() -> None:
    app = ListApp(range(50))
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.select(40)
        await pilot.pause()
        app.list.show(list(range(100, 130)) + list(range(50)))
        await pilot.pause()
        app.expect(40)
        assert app.list.scroll_offset.y <= 70 < app.list.scroll_offset.y + 23
        app.list.show(range(10))
        await pilot.pause()
        app.expect(9)
        app.list.show([])
        await pilot.press("j", "G", "enter", "pagedown")
        assert app.list.cursor_row is None
        assert app.opened == []


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = ListApp(range(200))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.list.scroll_to(y=50, animate=False, immediate=True)
        await pilot.pause()
        app.expect(0)
        await pilot.click(RowList, offset=(5, 3))
        app.expect(52)
        await pilot.resize_terminal(40, 10)
        await pilot.press("j")
        app.expect(53)
        assert app.list.scroll_offset.y <= 53 < app.list.scroll_offset.y + 9
