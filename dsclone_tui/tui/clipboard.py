"""Sending text to the terminal's clipboard."""

from __future__ import annotations

from typing import Any

from textual.app import App

from dsclone_tui.domain.text import plain


def send(app: App[Any], text: str, what: str) -> None:
    """Sends by OSC 52, and says so: terminals do not tell whether they took it."""
    app.copy_to_clipboard(text)
    app.notify(f"{what} was sent to the terminal's clipboard (OSC 52)", title=plain(text, 120), markup=False, timeout=4)
