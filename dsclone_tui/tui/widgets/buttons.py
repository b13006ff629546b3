"""The buttons of a dialog: flat, side by side; arrows and tab move between them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from dsclone_tui.tui.actions import bindings


class Buttons(Horizontal):
    """Cancel at the left, what is done at the right."""

    BINDINGS = bindings("dialog.left", "dialog.right")

    def __init__(self, yes: str, *, no: str = "Cancel") -> None:
        super().__init__()
        self.cancel = Button(no, id="cancel")
        self.go = Button(yes, id="go")
        for button in (self.cancel, self.go):
            button.active_effect_duration = 0.0  # a button that still shows its last press would not hear the next

    def compose(self) -> ComposeResult:
        yield self.cancel
        yield self.go
