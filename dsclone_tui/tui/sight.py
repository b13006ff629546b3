"""Whether a screen can be seen: what cannot need not be drawn."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def in_sight(screen: Screen[Any]) -> bool:
    """True for the top screen, and for one with only dialogs over it.

    Textual's own ``is_current`` is also true of a screen that an opaque one hides.
    """
    stack = screen.app.screen_stack
    return screen in stack and all(above.is_modal for above in stack[stack.index(screen) + 1 :])
