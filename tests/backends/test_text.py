"""What servers say reaches messages as one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsclone_tui.backends.text import clean, masked, masked_bytes, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("  two\r\n lines\tand\u2028more ", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("cut \x1b[", "cut"),
        ("\x9b31mred", "red"),
        ("bell\x07 null\x00", "bell null"),
        ("abc\u202edcba\u2066x", "abcdcbax"),
        ("\ufeffbom \ud800surrogate", "bom surrogate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_clean_bounds_the_length_and_marks_the_cut() -> None:
    assert clean("x" * 50, 10) == "x" * 9 + "…"
    assert clean("x" * 10, 10) == "x" * 10
    assert len(clean("y " * 10_000_000, 300)) <= 300


@given(st.text(), st.integers(1, 40))
def test_clean_is_total_idempotent_and_leaves_nothing_that_moves_a_cursor(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    assert clean(shown, limit) == shown
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [char for char in shown if unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "LRI", "RLI")]


@pytest.mark.parametrize(("name", "fits"), [("prod_1", True), ("", False), ("a\x1b[2J", False), (" a", False)])
def test_plain(name: str, fits: bool) -> None:
    assert plain(name) is fits


def test_masked_takes_an_echoed_token_out() -> None:
    assert masked("Bearer sk-123456789 is bad", "sk-123456789") == "Bearer [token] is bad"
    assert masked_bytes(b'{"you sent":"sk-123456789"}', "sk-123456789") == b'{"you sent":"[token]"}'


def test_masked_leaves_ordinary_words_alone() -> None:
    assert masked("production", None) == "production"
    assert masked("production", "prod") == "production"
    assert masked_bytes(b"production", "prod") == b"production"
