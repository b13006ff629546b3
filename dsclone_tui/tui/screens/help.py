"""All keys, by where they work; drawn from the registry, so it cannot be out of date."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from dsclone_tui.tui.actions import REGISTRY, SCOPES, Keymap, Scope, bindings
from dsclone_tui.tui.cells import Line, Span, fit, fit_line, wrap
from dsclone_tui.tui.paint import Drawn

KEY_WIDTH = 14
ID_WIDTH = 17
# Two columns from the first width on, and the ids beside the help from the second; one column has room for both.
WIDE, WIDER = 96, 140


class KeyTable(Drawn):
    """The registry as a table."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def draw(self, width: int, height: int) -> list[Line]:
        if width < WIDE:
            return [line for block in self._blocks(width, ids=True) for line in block]
        half = (width - 4) // 2
        left, right = _split(self._blocks(half, ids=width >= WIDER))
        lines: list[Line] = []
        for place in range(max(len(left), len(right))):
            line = fit_line(left[place] if place < len(left) else [], half)
            lines.append([*line, ("    ", ""), *(right[place] if place < len(right) else [])])
        return lines

    def _blocks(self, width: int, *, ids: bool) -> list[list[Line]]:
        return [self._block(scope, title, width, ids=ids) for scope, title in SCOPES.items()]

    def _block(self, scope: Scope, title: str, width: int, *, ids: bool) -> list[Line]:
        lines: list[Line] = [[(title, "accent")]]
        room = width - KEY_WIDTH - (ID_WIDTH if ids else 0)
        for action in REGISTRY:
            if action.scope != scope:
                continue
            keys: Span = (fit(self._keymap.shown(action.id, most=3), KEY_WIDTH), "strong")
            shown_id: Line = [(action.id, "quiet")] if ids else []
            first, *more = wrap(action.help, room - 1)
            lines.append([keys, (fit(first, room), ""), *shown_id])
            lines += [[(" " * KEY_WIDTH, ""), (piece, "")] for piece in more]
        return [*lines, []]

    def on_resize(self) -> None:
        self.styles.height = max(1, len(self.draw(self.size.width, 0)))


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """Over whatever was on the screen."""

    BINDINGS = bindings("help")

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "Keys"
            box.border_subtitle = "any id can be remapped under [keys] in the configuration".replace("[", r"\[")
            yield KeyTable(self._keymap)

    def action_close(self) -> None:
        self.dismiss(None)


def _split(blocks: list[list[Line]]) -> tuple[list[Line], list[Line]]:
    """The blocks in two columns of about the same length."""
    total = sum(len(block) for block in blocks)
    left: list[Line] = []
    right: list[Line] = []
    for block in blocks:
        (left if len(left) + len(block) // 2 < total / 2 and not right else right).extend(block)
    return left, right
