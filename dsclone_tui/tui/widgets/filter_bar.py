"""The filter of the visible list: ``/``, the words, and how many rows fit them."""

from __future__ import annotations

from typing import Protocol

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.paint import Drawn


class Tally(Drawn):
    """``3 of 12``, right-aligned."""

    text = ""

    def tell(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        return [[(self.text.rjust(width), "quiet")]]


class Slash(Drawn):
    """The sign before the words."""

    def draw(self, width: int, height: int) -> list[Line]:
        return [[("/ ", "accent")]]


class Words(Input):
    """Where the words are typed; says when that is over."""

    BINDINGS = bindings("filter")

    class Done(Message):
        """Typing is over; ``keep`` tells whether the words stay."""

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def action_keep(self) -> None:
        self.post_message(self.Done(keep=True))

    def action_clear(self) -> None:
        self.post_message(self.Done(keep=False))


class Filterable(Protocol):
    """A list that the filter works on."""

    needle: Needle

    def filter(self, needle: Needle) -> None: ...

    def tally(self) -> tuple[int, int]:
        """How many rows fit, and how many there are."""
        ...

    def focus(self) -> object: ...


class FilterBar(Horizontal):
    """Filters one list at a time. Shown while it is typed in, and while it hides rows."""

    class Changed(Message):
        """The list shows other rows now."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Words(compact=True, placeholder="words that must occur, !word that must not")
        self._tally = Tally()
        self._rows: Filterable | None = None

    def compose(self) -> ComposeResult:
        yield Slash()
        yield self._words
        yield self._tally

    def on_mount(self) -> None:
        self._words.cursor_blink = False
        self.display = False

    def ask(self, rows: Filterable) -> None:
        """Opens the bar for typing."""
        self.serve(rows)
        self.display = True
        self._words.focus()

    def serve(self, rows: Filterable) -> None:
        """Works on another list, whose filter is shown from now on."""
        self._rows = rows
        with self._words.prevent(Input.Changed):
            self._words.value = rows.needle.text
        self.display = bool(rows.needle)
        self.count()

    def count(self) -> None:
        """Tells how many rows fit."""
        if self._rows is not None:
            self._tally.tell("{} of {}".format(*self._rows.tally()))

    def clear(self) -> None:
        if self._rows is not None:
            self._rows.filter(Needle())
            self.serve(self._rows)
            self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._rows is not None:
            self._rows.filter(Needle(event.value))
            self.count()
            self.post_message(self.Changed())

    def on_words_done(self, event: Words.Done) -> None:
        event.stop()
        if not event.keep:
            self.clear()
        if self._rows is not None:
            self.display = bool(self._rows.needle)
            self._rows.focus()
