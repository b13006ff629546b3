"""A token that a server echoes does not reach anybody."""

from __future__ import annotations

from dsclone_tui.backends.text import masked, masked_bytes


def test_masked_takes_an_echoed_token_out() -> None:
    assert masked("Bearer sk-123456789 is bad", "sk-123456789") == "Bearer [token] is bad"
    assert masked_bytes(b'{"you sent":"sk-123456789"}', "sk-123456789") == b'{"you sent":"[token]"}'


def test_masked_leaves_ordinary_words_alone() -> None:
    assert masked("production", None) == "production"
    assert masked("production", "prod") == "production"
    assert masked_bytes(b"production", "prod") == b"production"
