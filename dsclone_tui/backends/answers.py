"""One HTTP answer, read whole within bounds, and what can be said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from dsclone_tui.domain.errors import BadAnswerError
from dsclone_tui.domain.text import plain

BODY_LIMIT = 8 * 1024 * 1024  # bytes; the longest list asked for (1,000 copy jobs) is far under 1 MiB
_SNIPPET = 100  # characters of a foreign body that are worth showing (wire/sanity 2.1)
_NOTHING = object()


class BodyTooLargeError(Exception):
    """The body goes beyond the bound; it was not read to its end."""


async def read_body(response: httpx.Response, limit: int = BODY_LIMIT) -> bytes:
    """The decoded body of a streamed response. Raises BodyTooLargeError beyond ``limit`` bytes, and httpx's errors."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise BodyTooLargeError
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: ``path`` is the URL's without query, ``body`` is decoded; neither it nor the
    headers hold our token, should the server have echoed it."""

    method: str
    path: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def foreign(self) -> bool:
        """True when the body is no JSON: a gateway or a proxy spoke, not the vendor. An empty body is nobody's."""
        return bool(self.body.strip()) and self._decoded() is _NOTHING

    def document(self) -> object:
        """The JSON body of a successful read; raises BadAnswerError for another content type or broken JSON.

        A missing content type is tolerated (wire/datocms 1.3).
        """
        kind = self._content_type()
        if kind and "json" not in kind:
            raise self.bad(f"with {kind}, not JSON")
        document = self._decoded()
        if document is _NOTHING:
            raise self.bad("with something that is not JSON")
        return document

    def error_document(self) -> object | None:
        """The JSON body whatever its content type, or None; for looking at refusals."""
        document = self._decoded()
        return None if document is _NOTHING else document

    def bad(self, how: str) -> BadAnswerError:
        """The error for an answer that cannot be understood: method, path, status and the body's beginning."""
        said = self.snippet()
        message = f"{self.method} {plain(self.path, 200)} answered {self.status} {how}"
        return BadAnswerError(
            f"{message}: {said}" if said else message,
            hint="Check base_url and any proxy on the way; dsclone ls asks every backend.",
            remote=said or None,
        )

    def snippet(self) -> str:
        """The first 100 characters or so of the body, fit to be shown."""
        return plain(self.body[: _SNIPPET * 8].decode("utf-8", "replace"), _SNIPPET)

    def _content_type(self) -> str:
        return plain(str(self.headers.get("content-type", "")).partition(";")[0].strip().lower(), 60)

    def _decoded(self) -> object:
        try:
            document: object = json.loads(self.body)
        except (ValueError, RecursionError):  # broken, not UTF-8, numbers without end, nesting without end
            return _NOTHING
        return document
