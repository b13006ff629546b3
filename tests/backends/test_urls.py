"""Base URLs that may be given a token, and paths that say exactly what was meant."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsclone_tui.backends.urls import parse_base, path_of
from dsclone_tui.domain.errors import ConfigError, ExitCode, UsageError
from dsclone_tui.domain.hosts import is_loopback


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.sanity.io", "https://api.sanity.io/v1/jobs"),
        ("https://api.sanity.io/", "https://api.sanity.io/v1/jobs"),
        (" https://proxy.example/sanity/api// ", "https://proxy.example/sanity/api/v1/jobs"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/jobs"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x/v1/jobs"),
        ("HTTP://localhost", "http://localhost/v1/jobs"),
    ],
)
def test_paths_go_below_the_base(base: str, url: str) -> None:
    assert parse_base(base).url("v1", "jobs") == url


@pytest.mark.parametrize(
    "base",
    [
        "http://api.sanity.io",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "api.sanity.io",
        "",
        "https://",
        "https://user:secret@api.sanity.io",
        "https://api.sanity.io?x=1",
        "https://api.sanity.io#x",
        "https://api.sanity.io:port",
        "https://[::1",
    ],
)
def test_a_base_that_is_not_safe_is_a_configuration_error(base: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_base(base)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.info.hint
    assert "secret" not in repr(caught.value.info)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("a.localhost.", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("x", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@example(".")
@example("..")
@example("a/../b")
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_segment_never_leaves_its_place(name: str) -> None:
    url = httpx.URL(parse_base("https://api.example/base").url("before", name, "after"))
    _, base, before, _, after = url.raw_path.decode().split("/")
    assert (base, before, after) == ("base", "before", "after")
    assert url.path == f"/base/before/{name}/after"
    assert url.query == b""


@pytest.mark.parametrize("name", ["", "\ud800"])
def test_a_name_that_no_url_can_carry_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError):
        parse_base("https://api.example").url("datasets", name)


def test_queries_are_encoded_and_kept_out_of_paths_for_messages() -> None:
    url = parse_base("https://api.example").url("a", query={"name": "x&y=1"})
    assert url == "https://api.example/a?name=x%26y%3D1"
    assert path_of(url) == "/a"
    assert path_of("https://api.example") == "/"
