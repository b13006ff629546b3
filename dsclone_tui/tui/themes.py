"""Two themes of our own, and the few colours that any other theme is given for our parts."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="dsclone-dark",
    primary="#5cc8d7",
    secondary="#5cc8d7",
    accent="#5cc8d7",
    success="#8fc77f",
    warning="#e3b55c",
    error="#ec7a78",
    foreground="#d6dbe2",
    background="#12161c",
    surface="#181d25",
    panel="#222933",
    dark=True,
    variables={
        "quiet": "#8a95a5",
        "faint": "#3d4756",
        "lit": "#1d2a35",
        "lit-blurred": "#1a2029",
        "hover": "#171d26",
        "on-badge": "#12161c",
        "scrollbar": "#303947",
        "scrollbar-background": "#12161c",
        "scrollbar-background-hover": "#12161c",
        "scrollbar-background-active": "#12161c",
        "scrollbar-hover": "#4a576a",
        "scrollbar-active": "#5cc8d7",
        "input-selection-background": "#2b5560",
        "input-cursor-background": "#d6dbe2",
        "input-cursor-foreground": "#12161c",
    },
)

LIGHT = Theme(
    name="dsclone-light",
    primary="#0b7285",
    secondary="#0b7285",
    accent="#0b7285",
    success="#2f7d32",
    warning="#96650a",
    error="#b3282d",
    foreground="#22272e",
    background="#fbfbf9",
    surface="#f3f3f0",
    panel="#e7e7e2",
    dark=False,
    variables={
        "quiet": "#626b77",
        "faint": "#c3c7cc",
        "lit": "#dcebee",
        "lit-blurred": "#ededea",
        "hover": "#f4f4f1",
        "on-badge": "#ffffff",
        "scrollbar": "#cfd2d5",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "scrollbar-hover": "#a9afb6",
        "scrollbar-active": "#0b7285",
        "input-selection-background": "#b8dde3",
        "input-cursor-background": "#22272e",
        "input-cursor-foreground": "#fbfbf9",
    },
)

OURS = (DARK, LIGHT)


def own_colours(theme: Theme) -> dict[str, str]:
    """The variables of our stylesheets for a theme that does not name them."""
    if theme.ansi:
        return {
            "quiet": "ansi_bright_black",
            "faint": "ansi_bright_black",
            "lit": "ansi_default",
            "lit-blurred": "ansi_default",
            "hover": "ansi_default",
            "on-badge": "ansi_default",
        }
    colours = theme.to_color_system().generate()
    background, foreground = Color.parse(colours["background"]), Color.parse(colours["foreground"])
    primary = Color.parse(colours["primary"])
    return {
        "quiet": background.blend(foreground, 0.6).hex,
        "faint": background.blend(foreground, 0.25).hex,
        "lit": background.blend(primary, 0.2).hex,
        "lit-blurred": background.blend(foreground, 0.08).hex,
        "hover": background.blend(foreground, 0.04).hex,
        "on-badge": background.hex,
    }
