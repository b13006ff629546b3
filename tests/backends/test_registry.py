"""Which vendors there are, and that naming them costs little."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dsclone_tui.backends.registry import DEFAULT_URLS, PROFILES, BackendSpec, create, profile_of
from dsclone_tui.backends.urls import parse_base
from dsclone_tui.domain.errors import ConfigError, UsageError
from dsclone_tui.domain.jobs import CloneKind


def _token() -> str:
    raise AssertionError("making a backend needs no token")


def test_the_vendors() -> None:
    assert {name: (profile.kind, profile.streams) for name, profile in PROFILES.items()} == {
        "sanity": (CloneKind.COPY, True),
        "datocms": (CloneKind.FORK, False),
    }
    assert all(parse_base(url).tls for url in DEFAULT_URLS.values())
    assert set(DEFAULT_URLS) == set(PROFILES)


@pytest.mark.parametrize("vendor", ["sanity", "datocms"])
async def test_a_backend_carries_its_name_and_profile(vendor: str) -> None:
    backend = create(BackendSpec("acme", vendor, None, _token))
    assert (backend.name, backend.profile) == ("acme", PROFILES[vendor])
    await backend.aclose()


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="'sanety'") as caught:
        create(BackendSpec("acme", "sanety", None, _token))
    assert "Did you mean sanity?" in (caught.value.info.hint or "")
    with pytest.raises(ConfigError) as caught:
        profile_of("zzz")
    assert caught.value.info.hint == "The types are: datocms, sanity."


def test_a_base_url_is_checked_when_the_backend_is_made() -> None:
    with pytest.raises(ConfigError, match="in the clear"):
        create(BackendSpec("acme", "sanity", "http://api.sanity.io", _token))


def test_force_needs_fast() -> None:
    assert PROFILES["datocms"].checked({"force": True, "fast": True}) == {"fast": True, "force": True}
    with pytest.raises(UsageError, match="--force needs --fast"):
        PROFILES["datocms"].checked({"force": True})


def test_listing_the_vendors_imports_neither_httpx_nor_pydantic() -> None:
    code = (
        "import sys; from dsclone_tui.backends.registry import PROFILES;"
        "print([m for m in ('httpx', 'httpx_sse', 'pydantic', 'asyncio') if m in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
