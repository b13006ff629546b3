"""A question before something that touches what exists: Cancel has the focus; a protected name must be typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from dsclone_tui.domain.text import plain
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.cells import Line, wrap
from dsclone_tui.tui.paint import Drawn
from dsclone_tui.tui.widgets.buttons import Buttons


class Paragraphs(Drawn):
    """Plain text, wrapped; as tall as it is. An empty text is a blank line."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = [plain(text, 600) for text in texts]

    def draw(self, width: int, height: int) -> list[Line]:
        return [[(line, "")] for text in self._texts for line in wrap(text, width)]

    def on_resize(self) -> None:
        self.styles.height = max(1, len(self.draw(self.size.width, 0)))


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """Answers True only when the button was pressed, with the name typed where one is asked for.

    Where a name is asked for, its field has the focus: enter does nothing there until the name is right.
    """

    BINDINGS = bindings("focus", "dialog.cancel")
    AUTO_FOCUS = "Input, #cancel"

    def __init__(self, title: str, texts: Sequence[str], *, yes: str, name: str | None = None) -> None:
        super().__init__()
        self._heading = title
        self._texts = [*texts, f"Type {name} to go on:"] if name else texts
        self._name_wanted = name
        self._buttons = Buttons(yes)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self._heading
            yield Paragraphs(self._texts)
            if self._name_wanted is not None:
                field = Input(compact=True)
                field.cursor_blink = False
                yield field
            yield self._buttons

    def on_mount(self) -> None:
        self._buttons.go.disabled = self._name_wanted is not None

    def on_input_changed(self, event: Input.Changed) -> None:
        self._buttons.go.disabled = event.value != self._name_wanted

    def on_input_submitted(self) -> None:
        """Enter in the name moves to the button, it does not press it."""
        if self.focused is self._buttons.go:
            # the second of two enters typed at once, meant for the button
            self.dismiss(True)
        elif not self._buttons.go.disabled:
            self.set_focus(self._buttons.go)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button is self._buttons.go)

    def action_cancel(self) -> None:
        self.dismiss(False)
