"""What the configuration may say: every setting, its default, and what it is for.

No message of a validator repeats what was written: a token may stand in any wrong place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from dsclone_tui.config.secrets import reference_problem
from dsclone_tui.domain.hosts import is_loopback
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.refs import BACKEND_NAME

_VISIBLE = re.compile(r"[!-~]+")


def _refused(problem: str) -> PydanticCustomError:
    return PydanticCustomError("dsclone", "{problem}", {"problem": problem})


def _backend_name(text: str) -> str:
    if not BACKEND_NAME.fullmatch(text):
        raise _refused("is no backend name: write letters, digits, - and _, 64 at most, a letter or digit first")
    return text


def _token_reference(text: str) -> str:
    if problem := reference_problem(text):
        raise _refused(problem)
    return text


def _path(text: str) -> str:
    if not text or "\0" in text:
        raise _refused("is no path")
    return text


def _base_url(text: str) -> str:
    """An address without the slash at its end."""
    if not _VISIBLE.fullmatch(text):
        raise _refused("is no URL")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refused("is no URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _refused("must begin with https:// and a host name")
    if "@" in parts.netloc:
        raise _refused("must not hold a user name or password")
    if "?" in text or "#" in text:
        raise _refused("must not have a query or a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise _refused("must begin with https://: plain http is for loopback addresses only")
    return text.rstrip("/")


Name = Annotated[str, StringConstraints(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class JournalSettings(_Section):
    """``[journal]``: the memory of all jobs."""

    path: Annotated[str, AfterValidator(_path)] | None = None
    """The journal's file. Default: ``dsclone/journal.sqlite3`` in the platform's user data folder."""


class BackendSettings(_Section):
    """``[backends.NAME]``: one account at a vendor; NAME is what references begin with."""

    type: Literal["sanity", "datocms"]
    """The vendor."""

    token: Annotated[str, AfterValidator(_token_reference)]
    """Where the token is, never the token itself: ``env:NAME`` or ``file:PATH``."""

    projects: tuple[Annotated[str, StringConstraints(pattern=r"^[^\s/]+$")], ...] = ()
    """The ids of the projects to show. Default: all that the token can see."""

    base_url: Annotated[str, AfterValidator(_base_url)] | None = None
    """Another address of the vendor's interface, for a sandbox or a proxy; plain http on loopback only.
    Default: the vendor's own."""

    read_only: StrictBool = False
    """Whether to refuse every start and change on this backend."""

    protected: tuple[Name, ...] = ()
    """Names or globs that must be typed before anything changes them."""

    @property
    def guard(self) -> Guard:
        """The same, as the policy reads it."""
        return Guard(read_only=self.read_only, protected=self.protected)


class UiSettings(_Section):
    """``[ui]``: the looks of the screen."""

    theme: Name = "dsclone-dark"
    """The name of the colour theme."""


class Settings(_Section):
    """The whole file."""

    journal: JournalSettings = JournalSettings()
    """The memory of all jobs."""

    backends: dict[Annotated[str, AfterValidator(_backend_name)], BackendSettings] = Field(default_factory=dict)
    """The accounts, by name, in the order of the file."""

    keys: dict[Name, Name] = Field(default_factory=dict)
    """Key bindings: the id of a binding to its keys, with commas between them."""

    ui: UiSettings = UiSettings()
    """The looks of the screen."""

    _source: Path | None = PrivateAttr(default=None)

    @property
    def source(self) -> Path | None:
        """The file that all this comes from; None where there is none."""
        return self._source

    @property
    def folder(self) -> Path:
        """What relative paths in the file are relative to."""
        return self._source.parent if self._source else Path()

    def read_from(self, source: Path) -> Self:
        """These settings, as read from that file."""
        settings = self.model_copy()
        settings._source = source
        return settings
