"""References as people type them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.errors import UsageError
from dsclone_tui.domain.refs import NameRef, ResourceRef, ScopeRef, parse_name, parse_scope, parse_target

steady = settings(deadline=None)
backends = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
parts = st.text(min_size=1).filter(lambda text: "/" not in text)
hostile = st.text() | st.text(alphabet=":/~.\x00\x1b \n%AZaz09-_", max_size=20)


@steady
@given(backends, parts, parts)
def test_a_full_reference_survives_printing(backend: str, project: str, name: str) -> None:
    ref = ResourceRef(backend, project, name)
    assert parse_name(str(ref)) == NameRef(backend, project, name)
    assert parse_name(str(ref)).in_project("other") == ref


@steady
@given(backends, parts)
def test_a_short_reference_is_a_name_and_never_a_project(backend: str, name: str) -> None:
    assert parse_name(f"{backend}:{name}") == NameRef(backend, None, name)
    assert NameRef(backend, None, name).in_project("zp") == ResourceRef(backend, "zp", name)


@steady
@given(hostile)
def test_whatever_is_typed_is_a_reference_or_a_usage_error(text: str) -> None:
    source = NameRef("acme", "zp", "production")
    for parse in (parse_name, parse_scope, lambda text: parse_target(text, source)):
        with suppress(UsageError):
            assert parse(text) is not None


@pytest.mark.parametrize(
    "text", ["", ":", "acme", "acme:", ":x", "a b:x", "acme:/x", "acme:x/", "acme:a/b/c", "acme://", "-a:x", "\x1b:x"]
)
def test_no_references(text: str) -> None:
    with pytest.raises(UsageError, match="not a reference") as caught:
        parse_name(text)
    assert caught.value.info.code == "bad_reference"
    assert caught.value.info.hint


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (None, ScopeRef()),
        ("", ScopeRef()),
        ("acme", ScopeRef("acme")),
        ("acme:zp7mbokg", ScopeRef("acme", "zp7mbokg")),
    ],
)
def test_scopes(text: str | None, scope: ScopeRef) -> None:
    assert parse_scope(text) == scope


@pytest.mark.parametrize("text", ["acme:", "acme:zp/x", ":zp", "a b", "/"])
def test_no_scopes(text: str) -> None:
    with pytest.raises(UsageError, match="no backend or project"):
        parse_scope(text)


@pytest.mark.parametrize("text", ["new", "acme:new", "acme:zp/new"])
def test_a_target_is_named_alone_or_within_the_project_of_its_source(text: str) -> None:
    assert parse_target(text, NameRef("acme", "zp", "production")) == "new"


@pytest.mark.parametrize("text", ["", "a/b", "site:new", "acme:other/new", "acme:", "acme:zp/"])
def test_a_target_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text, NameRef("acme", "zp", "production"))


def test_a_bare_target_does_for_a_source_without_a_project() -> None:
    assert parse_target("new", NameRef("site", None, "main")) == "new"
    assert parse_target("site:new", NameRef("site", None, "main")) == "new"
