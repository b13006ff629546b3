"""Text measured in terminal cells: fitted, wrapped, aligned, and small pictures made of characters.

A ``Line`` is a list of spans, each a text and its tone; the widgets turn tones into the colours of the theme.
Wide characters (CJK, emoji) count two cells, so columns stay aligned whatever a server sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size

Tone = Literal["", "strong", "quiet", "faint", "accent", "key", "good", "warn", "bad", "badge"]
Span = tuple[str, Tone]
Line = list[Span]

ELLIPSIS = "…"
_EIGHTHS = "▁▂▃▄▅▆▇█"

# For terminals that show no more than ASCII: each sign has a stand-in of the same width.
PLAIN = str.maketrans(
    dict(zip("●◌○✓✗⊘↻▌◆▾▸━╸─│·→–…≈", "*oo+x-~>#v>=--|.>-~~", strict=True))
    | dict(zip(_EIGHTHS, "_.-:=+*#", strict=True))
)


def clip(text: str, width: int) -> str:
    """The text in at most ``width`` cells; what was cut ends in an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly ``width`` cells."""
    text = clip(text, width)
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def measure(line: Iterable[Span]) -> int:
    """The cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def clip_line(line: Sequence[Span], width: int) -> Line:
    """The line in at most ``width`` cells; the span that does not fit ends in an ellipsis, and the rest goes."""
    if measure(line) <= width:
        return list(line)
    kept: Line = []
    left = width
    for index, (text, tone) in enumerate(line):
        size = cell_len(text)
        rest = measure(line[index + 1 :])
        if size < left or (size == left and not rest):
            kept.append((text, tone))
            left -= size
            continue
        cut = set_cell_size(text, max(0, left - 1)).rstrip()
        if left > 0:
            kept.append((cut + ELLIPSIS, tone))
        break
    return kept


def fit_line(line: Sequence[Span], width: int, *, right: bool = False) -> Line:
    """The line in exactly ``width`` cells."""
    kept = clip_line(line, width)
    blank: Span = (" " * (width - measure(kept)), "")
    return [blank, *kept] if right else [*kept, blank]


def both_ends(left: Sequence[Span], right: Sequence[Span], width: int, gap: int = 2) -> Line:
    """``left`` and ``right`` at the ends of a line; where both do not fit, the left one is cut."""
    tail = clip_line(right, width)
    gap = min(gap, width - measure(tail)) if tail else 0
    return [*fit_line(left, width - measure(tail) - gap), (" " * gap, ""), *tail]


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells, broken at blanks where possible."""
    if width < 1:
        return []
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while cell_len(line) > width:
            head = set_cell_size(line, width).rstrip() or line[0]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line] if line or not lines else lines


def route(source: str, target: str, width: int) -> Line:
    """``source → target``; when room is short each keeps half, and what the other leaves."""
    arrow = " → "
    room = width - cell_len(arrow)
    if room < 2:
        return [(clip(target, width), "")]
    half = room // 2
    if cell_len(source) + cell_len(target) > room:
        head = cell_len(source) if cell_len(source) <= half else max(half, room - cell_len(target))
        source, target = clip(source, head), clip(target, room - head)
    return [(source, ""), (arrow, "quiet"), (target, "strong")]


def bar(percent: float | None, width: int, tone: Tone = "accent") -> Line:
    """A progress bar drawn as text, half a cell fine."""
    if percent is None or width < 1:
        return [("─" * width, "faint")]
    halves = round(width * 2 * min(100.0, max(0.0, percent)) / 100)
    if halves == 0 and percent > 0:
        halves = 1
    if halves == width * 2 and percent < 100:
        halves -= 1
    full, half = divmod(halves, 2)
    return [("━" * full + "╸" * half, tone), ("─" * (width - full - half), "faint")]


def sparkline(values: Sequence[float], width: int) -> str:
    """The newest ``width`` values as small columns, right-aligned; blanks where there are none yet."""
    shown = list(values)[-width:] if width > 0 else []
    top = max(shown, default=0.0)
    if top <= 0:
        return " " * (width - len(shown)) + _EIGHTHS[0] * len(shown)
    steps = len(_EIGHTHS) - 1
    columns = "".join(_EIGHTHS[round(steps * max(0.0, value) / top)] for value in shown)
    return " " * (width - len(shown)) + columns


def labelled(label: str, value: str, width: int, *, label_width: int = 12, tone: Tone = "") -> list[Line]:
    """A fact: its label, and its value wrapped with a hanging indent."""
    room = max(8, width - label_width)
    pieces = wrap(value, room) or [""]
    lines: list[Line] = [[(fit(label, label_width), "quiet"), (pieces[0], tone)]]
    lines += [[(" " * label_width, ""), (piece, tone)] for piece in pieces[1:]]
    return lines
