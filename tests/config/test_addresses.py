"""Which addresses ``base_url`` takes; no message repeats one, as it may hold a password."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.errors import ConfigError

Loader = Callable[[str], Settings]
Refusal = Callable[[str], ConfigError]

BACKEND = '[backends.acme]\ntype = "sanity"\ntoken = "env:T"\n'


@pytest.mark.parametrize(
    "url",
    [
        "https://api.sanity.io",
        "https://proxy.example/sanity/v1",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:4000",
        "http://127.9.9.9",
        "http://[::1]:4000",
        "http://localhost:4000",
        "http://sanity.localhost",
    ],
)
def test_addresses(load_text: Loader, url: str) -> None:
    assert load_text(f"{BACKEND}base_url = '{url}'").backends["acme"].base_url == url
    assert load_text(f"{BACKEND}base_url = '{url}/'").backends["acme"].base_url == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "is no URL"),
        ("https://a b", "is no URL"),
        ("https://ä.example", "is no URL"),
        ("https://host:99999", "is no URL"),
        ("https://[::1", "is no URL"),
        ("api.sanity.io", "must begin with https://"),
        ("ftp://api.sanity.io", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://me:hunter2@host", "must not hold a user name or password"),
        ("https://host?token=hunter2", "must not have a query"),
        ("https://host?", "must not have a query"),
        ("https://host#hunter2", "must not have a query"),
        ("http://api.sanity.io", "plain http is for loopback addresses only"),
        ("http://127.0.0.1.example", "plain http is for loopback addresses only"),
        ("http://10.0.0.1", "plain http is for loopback addresses only"),
    ],
)
def test_bad_addresses(refusal: Refusal, url: str, problem: str) -> None:
    error = refusal(f"{BACKEND}base_url = '{url}'")
    assert ":4: key backends.acme.base_url" in error.message
    assert problem in error.message
    assert "hunter2" not in error.message
