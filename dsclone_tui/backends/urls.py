"""Base URLs that are safe to send a token to, and the paths built on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from dsclone_tui.domain.errors import ConfigError, UsageError
from dsclone_tui.domain.hosts import is_loopback

_FORM = "for example https://api.sanity.io, or http://127.0.0.1:8080 for a sandbox"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """A checked base: ``https``, or ``http`` on loopback; ``root`` has no trailing slash, ``origin`` no path."""

    root: str
    origin: str
    host: str
    loopback: bool
    tls: bool

    @property
    def place(self) -> str:
        """Host and, where it is not the scheme's own, port: what a message calls the server."""
        return self.origin.partition("://")[2]

    def url(self, *segments: str, query: Mapping[str, str] | None = None) -> str:
        """The URL of a path; every segment is percent-encoded whole, so a slash in a name stays in the name."""
        path = "/".join(_encoded(segment) for segment in segments)
        return f"{self.root}/{path}" + (f"?{urlencode(query)}" if query else "")


def _encoded(segment: str) -> str:
    if not segment:
        raise UsageError("a name is missing in the request", code="bad_reference")
    if segment.strip(".") == "":
        return segment.replace(".", "%2E")  # "." and ".." would climb the path
    try:
        return quote(segment, safe="")
    except UnicodeEncodeError as error:
        raise UsageError("a name holds characters that no URL can carry", code="bad_reference") from error


def parse_base(text: str) -> BaseUrl:
    """Checks a configured base URL; raises ConfigError. A path prefix and a trailing slash are welcome."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ConfigError("base_url is not a URL", hint=_FORM) from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError("base_url must begin with https:// and name a host", hint=_FORM)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError("base_url must not carry a user, a password, a query or a fragment", hint=_FORM)
    loopback = is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise ConfigError(
            f"base_url would send the token in the clear to {host}",
            hint="write https://; plain http is for 127.0.0.1, ::1 and localhost",
        )
    origin = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}" + (f":{port}" if port is not None else "")
    return BaseUrl(origin + parts.path.rstrip("/"), origin, host, loopback, parts.scheme == "https")


def path_of(url: str) -> str:
    """The path of a URL, for messages: queries may hold what should not be shown."""
    return urlsplit(url).path or "/"
