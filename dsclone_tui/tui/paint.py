"""Widgets that are drawn line by line from spans: the tones become colours of the theme here and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from dsclone_tui.tui.cells import PLAIN, Line, Span, fit_line

_NO_PICTURES = ("linux", "dumb", "vt100", "vt102", "vt220", "ansi")


@cache
def draws_pictures() -> bool:
    """Whether the terminal can be trusted to show more than ASCII."""
    encoding = (getattr(sys.__stderr__, "encoding", None) or "utf-8").lower().replace("-", "")
    return encoding.startswith("utf") and os.environ.get("TERM", "") not in _NO_PICTURES


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of a theme: for each tone, and for the rows of a list that stand out."""

    variables: Mapping[str, str]
    tones: Mapping[str, Style]
    cursor: Style
    cursor_aside: Style
    hover: Style


def palette(variables: Mapping[str, str]) -> Palette:
    """Styles from the variables of a theme, once for all widgets; component classes of each would cost start-up."""

    def style(colour: str | None = None, background: str | None = None, *, bold: bool | None = None) -> Style:
        return Style(
            color=Color.parse(variables[colour]).rich_color if colour else None,
            bgcolor=Color.parse(variables[background]).rich_color if background else None,
            bold=bold,
        )

    return Palette(
        variables,
        {
            "strong": style(bold=True),
            "quiet": style("quiet"),
            "faint": style("faint"),
            "accent": style("accent"),
            "key": style("foreground", bold=True),
            "good": style("success"),
            "warn": style("warning"),
            "bad": style("error"),
            "badge": style("on-badge", "error", bold=True),
        },
        cursor=style(background="lit"),
        cursor_aside=style(background="lit-blurred"),
        hover=style(background="hover"),
    )


class Painted(Widget):
    """Turns lines into strips in the colours of the theme."""

    ALLOW_SELECT = False

    _palette: ClassVar[Palette | None] = None

    @property
    def palette(self) -> Palette:
        """The app makes new variables whenever its theme changes; the styles are made anew then."""
        variables = self.app.theme_variables
        known = Painted._palette
        if known is None or known.variables is not variables:
            known = Painted._palette = palette(variables)
        return known

    def base_style(self) -> Style:
        return self.visual_style.rich_style

    def paint(self, line: Iterable[Span], width: int, base: Style) -> Strip:
        """The line in exactly ``width`` cells."""
        pictures, tones = draws_pictures(), self.palette.tones
        segments = []
        for text, tone in fit_line(list(line), width):
            if text:
                style = base + tones[tone] if tone else base
                segments.append(Segment(text if pictures else text.translate(PLAIN), style))
        return Strip(segments, width)


class Drawn(Painted):
    """A widget whose content is one list of lines, drawn anew only after ``refresh`` or a new size."""

    _drawn: tuple[Size, list[Line]] | None = None

    def draw(self, width: int, height: int) -> list[Line]:
        """The lines to show; what is missing below is blank."""
        raise NotImplementedError

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        self._drawn = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        size = self.size
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, self.draw(size.width, size.height))
        lines = self._drawn[1]
        return self.paint(lines[y] if y < len(lines) else [], size.width, self.base_style())
