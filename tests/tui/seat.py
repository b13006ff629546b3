"""Somebody in front of the screen: presses keys, waits until something is to be seen, reads the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from rich.cells import cell_len
from textual.errors import NoWidget
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from dsclone_tui.session import Session
from dsclone_tui.tui.app import DscloneApp, Outcome

TRIES, PAUSE = 600, 0.02


class Seat:
    """A running app, and a pilot for its keys."""

    def __init__(self, app: DscloneApp, pilot: Pilot[Outcome]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        names = {" ": "space", "-": "minus", "/": "slash", "!": "exclamation_mark", "_": "underscore"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))

    def lines(self) -> list[str]:
        """The screen as text, one string a line; a dialog lies over what is behind it."""
        width, height = self.app.size
        grid = [[" "] * width for _ in range(height)]
        for screen in self.app.screen_stack:
            places = []
            for widget in screen.walk_children(Widget):
                with suppress(NoWidget):
                    places.append((screen.find_widget(widget), widget))
            for place, widget in sorted(places, key=lambda found: found[0].order):
                _lay_down(grid, widget, place.region, place.clip)
        return ["".join(row).rstrip() for row in grid]

    def text(self) -> str:
        return "\n".join(self.lines())

    def line_with(self, *words: str) -> str:
        """The first line in which all the words stand; an empty one where there is none."""
        return next((line for line in self.lines() if all(word in line for word in words)), "")

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Waits until something holds; fails with the screen as it is when it never does."""
        for _ in range(TRIES):
            if holds():
                return
            await self.pilot.pause(PAUSE)
        raise AssertionError(f"never came: {what}\n{self.text()}")

    async def sees(self, *words: str) -> None:
        """Waits until one line of the screen has all the words."""
        await self.until(lambda: self.line_with(*words), " ".join(words))

    async def sees_no_more(self, *words: str) -> None:
        await self.until(lambda: not self.line_with(*words), "gone: " + " ".join(words))


@asynccontextmanager
async def seated(session: Session, size: tuple[int, int]) -> AsyncIterator[Seat]:
    """The app on a session, which stays open when the app is left."""
    app = DscloneApp(session)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Seat(app, pilot)


def _lay_down(grid: list[list[str]], widget: Widget, region: Region, clip: Region) -> None:
    """Writes what a widget draws over what is on the grid; the second cell of a wide character holds nothing."""
    for y, strip in enumerate(widget.render_lines(Region(0, 0, region.width, region.height)), region.y):
        x = region.x
        for character in strip.text:
            cells = cell_len(character)
            if clip.contains(x, y) and cells:
                grid[y][x : x + cells] = [character, *[""] * (cells - 1)]
            x += cells
