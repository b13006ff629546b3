"""What is shown when no backend is configured: what dsclone is, and the two ways on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from dsclone_tui.tui.actions import BY_ID, Keymap, bindings
from dsclone_tui.tui.cells import Line, fit, measure
from dsclone_tui.tui.paint import Drawn

_WAYS = ("welcome.demo", "welcome.config", "app.quit")


class Greeting(Drawn):
    """A few centred lines."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def draw(self, width: int, height: int) -> list[Line]:
        block: list[Line] = [
            [("dsclone", "accent")],
            [],
            [("Copies Sanity datasets, forks DatoCMS environments,", "")],
            [("watches every job, and loses none: not after a crash, not after a cut line.", "")],
            [],
            [("No backend is configured yet.", "quiet")],
            [],
        ]
        for action_id in _WAYS:
            what = BY_ID[action_id].help.partition(";")[0]  # what follows is of no use before there are jobs
            block.append([(fit(self._keymap.shown(action_id), 4), "strong"), (what, "")])
        left = max(0, (width - max(measure(line) for line in block)) // 2)
        above = max(0, (height - len(block)) // 2 - 1)
        return [[] for _ in range(above)] + [[(" " * left, ""), *line] for line in block]


class WelcomeScreen(Screen[None], inherit_bindings=False):
    """Leaves the app with what was chosen."""

    BINDINGS = bindings("welcome")

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        yield Greeting(self._keymap)

    def action_leave(self, choice: str) -> None:
        self.app.exit(choice)
