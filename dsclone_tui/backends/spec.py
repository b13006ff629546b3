"""One configured backend, as the registry takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """``base_url`` None means the vendor's own. ``token`` is called, in a thread, when the first request needs it;
    it may raise NotPermittedError. ``projects`` restricts what is shown, empty means all that the token can see."""

    name: str
    type: str
    base_url: str | None
    token: Callable[[], str]
    projects: tuple[str, ...] = ()
