"""Which vendors there are, and how a backend of each is made.

Import-light on purpose: listing vendors and their options must not cost the import of httpx and pydantic. So a
vendor's ``profile`` module imports the domain alone, and its ``backend`` module is imported when one is made.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsclone_tui.backends.datocms import profile as datocms
from dsclone_tui.backends.sanity import profile as sanity
from dsclone_tui.backends.spec import BackendSpec
from dsclone_tui.domain.errors import ConfigError
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.vendor import VendorProfile

if TYPE_CHECKING:
    import httpx

__all__ = ["DEFAULT_URLS", "PROFILES", "BackendSpec", "create", "profile_of"]

_VENDORS = (sanity, datocms)

PROFILES: Mapping[str, VendorProfile] = MappingProxyType({vendor.PROFILE.type: vendor.PROFILE for vendor in _VENDORS})
DEFAULT_URLS: Mapping[str, str] = MappingProxyType({vendor.PROFILE.type: vendor.DEFAULT_URL for vendor in _VENDORS})
_MODULES = {vendor.PROFILE.type: f"{vendor.__package__}.backend" for vendor in _VENDORS}


def create(
    spec: BackendSpec,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> Backend:
    """A backend, not yet connected. Raises ConfigError for an unknown type or an unusable base URL.

    ``transport`` and ``sleep`` take the place of the network and of waiting, for tests.
    """
    profile_of(spec.type)
    backend: Backend = import_module(_MODULES[spec.type]).build(
        spec, spec.base_url or DEFAULT_URLS[spec.type], transport, sleep
    )
    return backend


def profile_of(type_name: str) -> VendorProfile:
    """The profile of a vendor type; raises ConfigError naming the nearest valid one."""
    profile = PROFILES.get(type_name)
    if profile is not None:
        return profile
    near = difflib.get_close_matches(type_name, PROFILES, n=1, cutoff=0.3)
    known = ", ".join(sorted(PROFILES))
    raise ConfigError(
        f"there is no backend type {type_name!r}",
        hint=f"Did you mean {near[0]}? The types are: {known}." if near else f"The types are: {known}.",
    )
