"""Whether to quit while jobs are open: says what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.screens.confirm import Paragraphs
from dsclone_tui.tui.widgets.buttons import Buttons

NAMED = 5


class QuitScreen(ModalScreen[bool], inherit_bindings=False):
    """Cancel has the focus; ``q`` again, or enter on Quit, quits."""

    BINDINGS = bindings("focus", "dialog.cancel", "quit")
    AUTO_FOCUS = "#cancel"

    def __init__(self, jobs: Sequence[JobRecord]) -> None:
        super().__init__()
        self._jobs = jobs
        self._buttons = Buttons("Quit")

    def compose(self) -> ComposeResult:
        count = len(self._jobs)
        names = [f"· {job.request.source} → {job.request.target}" for job in self._jobs[:NAMED]]
        more = [f"· and {count - NAMED} more"] if count > NAMED else []
        subject, verb = ("One job is", "It goes") if count == 1 else (f"{count} jobs are", "They go")
        ending = f"{verb} on at the server, and will be picked up at the next start."
        with Vertical(classes="dialog") as box:
            box.border_title = "Quit?"
            yield Paragraphs([f"{subject} open:", *names, *more, "", ending])
            yield self._buttons

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button is self._buttons.go)

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_quit_now(self) -> None:
        self.dismiss(True)
