"""Columns of a list: what each draws and how wide it is. Widths depend on the list's width alone, never on what is
in it, so that nothing moves while it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dsclone_tui.tui.cells import Line, fit_line

Row = TypeVar("Row")

GAP = 2


@dataclass(frozen=True)
class Column(Generic[Row]):
    """``draw`` gets the row and the column's width; ``grow`` is its share of what is left over, up to ``widest``;
    the column is shown only in lists of at least ``from_width`` and less than ``until_width`` cells."""

    title: str
    draw: Callable[[Row, int], Line]
    width: int
    grow: int = 0
    widest: int = 1_000
    right: bool = False
    from_width: int = 0
    until_width: int = 10_000


@dataclass(frozen=True)
class Layout(Generic[Row]):
    """The columns that fit a width, each with its cells."""

    columns: tuple[tuple[Column[Row], int], ...]

    def header(self) -> Line:
        line: Line = []
        for column, width in self.columns:
            line += fit_line([(column.title, "quiet")], width, right=column.right)
            line.append((" " * GAP, ""))
        return line[:-1]

    def row(self, row: Row) -> Line:
        line: Line = []
        for column, width in self.columns:
            line += fit_line(column.draw(row, width), width, right=column.right)
            line.append((" " * GAP, ""))
        return line[:-1]


def lay_out(columns: Sequence[Column[Row]], width: int) -> Layout[Row]:
    """Picks the columns for ``width`` cells and shares out what is left over."""
    shown = [column for column in columns if column.from_width <= width < column.until_width]
    widths = [column.width for column in shown]
    left = width - sum(widths) - GAP * (len(shown) - 1)
    growing = [index for index, column in enumerate(shown) if column.grow]
    while left > 0 and growing:
        shares = sum(shown[index].grow for index in growing)
        given = 0
        for index in growing:
            column = shown[index]
            extra = min(max(1, left * column.grow // shares), column.widest - widths[index], left - given)
            widths[index] += extra
            given += extra
        left -= given
        growing = [index for index in growing if widths[index] < shown[index].widest]
    return Layout(tuple(zip(shown, widths, strict=True)))
