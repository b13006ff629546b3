"""Text from servers is made harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.text import is_plain, plain

nasty = st.text(alphabet=st.characters() | st.sampled_from("\x1b\x00\r\n\u202e\u200b\u2028\ufeff\x9b \t"), max_size=400)


@settings(deadline=None)
@given(nasty, st.integers(1, 120))
def test_plain_text_is_one_bounded_line_without_anything_hidden(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown == " ".join(shown.split())


@settings(deadline=None)
@given(nasty, st.integers(1, 120))
def test_plain_text_stays_as_it_is(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert plain(shown, limit) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Dataset “staging” already exists", "Dataset “staging” already exists"),
        ("two\r\nlines\there", "two lines here"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("cut \x1b[", "cut"),
        ("\x9b31mred", "red"),
        ("bell\x07 null\x00", "bell null"),
        ("abc\u202edcba\u2066x", "abcdcbax"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ufeffbom \ud800surrogate", "bom surrogate"),
        ("  much\u00a0 space  ", "much space"),
        ("naïve – ümläut 日本 😀", "naïve – ümläut 日本 😀"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_what_is_cut_says_so() -> None:
    assert plain("x" * 201) == "x" * 199 + "…"
    assert plain("x" * 200) == "x" * 200
    assert plain("ab" + "\x00" * 10_000 + "cd", 5) == "ab…"


@pytest.mark.parametrize(("name", "fits"), [("prod_1", True), ("", False), ("a\x1b[2J", False), (" a", False)])
def test_is_plain(name: str, fits: bool) -> None:
    assert is_plain(name) is fits
