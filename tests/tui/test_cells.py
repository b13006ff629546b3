"""Text in cells: whatever a server sends, a line is as wide as it was asked to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dsclone_tui.domain.text import plain
from dsclone_tui.tui.cells import (
    PLAIN,
    Line,
    bar,
    both_ends,
    clip,
    clip_line,
    fit,
    fit_line,
    labelled,
    measure,
    route,
    sparkline,
    wrap,
)

words = st.text(max_size=60).map(lambda text: plain(text, 60))
widths = st.integers(0, 90)


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


@given(words, widths, st.booleans())
def test_fit_is_exact(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(st.lists(words, max_size=5), widths)
def test_fit_line_is_exact(texts: list[str], width: int) -> None:
    line: Line = [(text, "") for text in texts]
    assert measure(fit_line(line, width)) == width
    assert measure(clip_line(line, width)) <= width


@given(words, words, widths)
def test_both_ends_is_exact(left: str, right: str, width: int) -> None:
    assert measure(both_ends([(left, "")], [(right, "")], width)) == width


@given(words, words, st.integers(6, 90))
def test_route_stays_within_its_room(source: str, target: str, width: int) -> None:
    assert measure(route(source, target, width)) <= width


@given(words, st.integers(2, 60))
def test_wrap_loses_no_letter_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.one_of(st.none(), st.floats(0, 100)), widths)
def test_a_bar_is_exact(percent: float | None, width: int) -> None:
    assert measure(bar(percent, width)) == width


@given(st.lists(st.floats(0, 1e6), max_size=40), st.integers(0, 30))
def test_a_sparkline_is_exact(values: list[float], width: int) -> None:
    assert cell_len(sparkline(values, width)) == width


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [("staging", 7, "staging"), ("staging", 6, "stagi…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("x", 0, "")],
)
def test_clip(text: str, width: int, clipped: str) -> None:
    assert clip(text, width) == clipped


@pytest.mark.parametrize(
    ("source", "target", "width", "shown"),
    [
        ("production", "feature-login", 40, "production → feature-login"),
        ("production", "feature-login", 20, "product… → feature-…"),
        ("a-very-long-source-name", "qa", 15, "a-very-lo… → qa"),
        ("main", "a-very-long-target-name", 15, "main → a-very-…"),
    ],
)
def test_route_cuts_the_longer_name(source: str, target: str, width: int, shown: str) -> None:
    assert text_of(route(source, target, width)) == shown


@pytest.mark.parametrize(
    ("percent", "drawn"),
    [
        (0.0, "──────────"),
        (0.1, "╸─────────"),
        (25.0, "━━╸───────"),
        (72.0, "━━━━━━━───"),
        (99.9, "━━━━━━━━━╸"),
        (100.0, "━━━━━━━━━━"),
        (None, "──────────"),
    ],
)
def test_bar(percent: float | None, drawn: str) -> None:
    assert text_of(bar(percent, 10)) == drawn


def test_sparkline_is_relative_to_its_highest_value() -> None:
    assert sparkline([0, 5, 10], 5) == "  ▁▅█"
    assert sparkline([0, 0], 3) == " ▁▁"


def test_labelled_hangs_its_further_lines() -> None:
    lines = labelled("address", "one two three four", 22, label_width=10)
    assert [text_of(line) for line in lines] == ["address   one two", "          three four"]


def test_signs_for_plain_terminals_are_as_wide() -> None:
    for sign, stand_in in PLAIN.items():
        assert cell_len(chr(sign)) == cell_len(stand_in) == 1
        assert stand_in.isascii()
