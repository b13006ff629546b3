"""The fields of the launch form: the name, the options, and what is said about them."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from dsclone_tui.domain.vendor import CloneOption
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.cells import Line, Tone, both_ends, fit, wrap
from dsclone_tui.tui.draft import Draft
from dsclone_tui.tui.facts import BADGE
from dsclone_tui.tui.paint import Drawn

LABEL_WIDTH = 8


class Go(Message):
    """Enter was pressed in a field: on to the start button."""


class NameInput(Input):
    """The new name; the right arrow takes the greyed suggestion while nothing is typed."""

    BINDINGS = bindings("form.go", "form.suggestion")

    def action_go(self) -> None:
        self.post_message(Go())

    def action_suggestion(self) -> None:
        if self.value:
            self.action_cursor_right()
        else:
            self.value = self.placeholder
            self.action_end()


class FromLine(Drawn):
    """The source, and whether it is production."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft

    def draw(self, width: int, height: int) -> list[Line]:
        source = self._draft.source
        badge: Line = [BADGE] if self._draft.board.protected(source.backend, source.name) else []
        return [both_ends([(fit("From", LABEL_WIDTH), "quiet"), (str(source), "strong")], badge, width)]


class Label(Drawn):
    """A word before a field."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def draw(self, width: int, height: int) -> list[Line]:
        return [[(self._text, "quiet")]]


class Said(Drawn):
    """Something said in up to as many lines as the widget has; silent at first."""

    def __init__(self, id: str, *, indent: int = 0) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._indent = indent
        self._parts: list[tuple[str, Tone]] = []

    @property
    def text(self) -> str:
        return " ".join(text for text, _ in self._parts)

    def say(self, *parts: tuple[str, Tone]) -> None:
        if list(parts) != self._parts:
            self._parts = list(parts)
            self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        blank = " " * self._indent
        room = max(1, width - self._indent)
        return [[(blank, ""), (line, tone)] for text, tone in self._parts if text for line in wrap(text, room)]


class OptionBox(Drawn, can_focus=True):
    """A switch of the request; off and dead while the option that it needs is off."""

    BINDINGS = bindings("form.go", "form.toggle")

    lit = reactive(False)

    class Toggled(Message):
        def __init__(self, option: CloneOption, *, on: bool) -> None:
            super().__init__()
            self.option = option
            self.on = on

    class Visited(Message):
        """The box got the focus, or lost it: its help is wanted, or no more."""

        def __init__(self, option: CloneOption | None) -> None:
            super().__init__()
            self.option = option

    def __init__(self, draft: Draft, option: CloneOption) -> None:
        super().__init__()
        self._draft = draft
        self.option = option
        self.update()

    def update(self) -> None:
        """Reads the draft anew: other switches decide whether this one may be used."""
        self.disabled = self._draft.missing(self.option) is not None
        self.refresh()

    def draw(self, width: int, height: int) -> list[Line]:
        on = self._draft.is_on(self.option)
        missing = self._draft.missing(self.option)
        line: Line = [("[x] " if on else "[ ] ", "accent" if on else "quiet")]
        line.append((self.option.label, "faint" if missing else "strong" if self.has_focus else ""))
        if missing:
            line.append((f"   needs {missing.label}", "quiet"))
        return [line]

    def action_flip(self) -> None:
        self.post_message(self.Toggled(self.option, on=not self._draft.is_on(self.option)))

    def action_go(self) -> None:
        self.post_message(Go())

    def on_click(self) -> None:
        self.action_flip()

    def on_focus(self, event: events.Focus) -> None:
        self.refresh()
        self.post_message(self.Visited(self.option))

    def on_blur(self, event: events.Blur) -> None:
        self.refresh()
        self.post_message(self.Visited(None))
