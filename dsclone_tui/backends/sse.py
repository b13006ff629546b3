"""Event streams: connecting, judging the answer, and bounding what arrives; httpx-sse decodes.

Reconnecting is the engine's: an end of the stream says nothing about the job (wire/sanity 3, "Lifetimes").
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import httpx
from httpx_sse import EventSource

from dsclone_tui.backends import failures
from dsclone_tui.backends.answers import Answer, BodyTooLargeError, read_body
from dsclone_tui.backends.http import JsonClient
from dsclone_tui.backends.urls import path_of
from dsclone_tui.domain.errors import NoStreamError, UnreachableError
from dsclone_tui.domain.text import plain

WATCHDOG = 60.0  # seconds without a byte; comments count, and servers send them every 15 s or so (wire/sanity 10)
EVENT_LIMIT = 1024 * 1024  # bytes between two blank lines
_MEDIA_TYPE = "text/event-stream"
_REFUSAL_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its name (``message`` where it had none) and its data, undecoded text."""

    name: str
    data: str


class UnauthorizedStreamError(NoStreamError):
    """The stream was refused with 401: a server may want it asked for without the token (wire/sanity 3)."""


@asynccontextmanager
async def open_events(
    client: JsonClient, url: str, *, authorized: bool = True
) -> AsyncIterator[AsyncGenerator[ServerEvent, None]]:
    """Connects, and gives the events once the server has said 200 with the right type.

    Raises NoStreamError (UnauthorizedStreamError) where polling must take over, UnreachableError or BusyError where
    connecting again may help; the generator raises UnreachableError when the line breaks, and ends when the server
    hangs up.
    """
    async with AsyncExitStack() as stack:
        try:
            response = await stack.enter_async_context(
                client.stream(url, accept=_MEDIA_TYPE, read_timeout=WATCHDOG, authorized=authorized)
            )
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _broken(client, error) from error
        await _judge(client, url, response)
        yield await stack.enter_async_context(aclosing(_events(client, response)))


async def _judge(client: JsonClient, url: str, response: httpx.Response) -> None:
    """Raises unless this is a stream. 204 means "do not come back" (wire/sanity 3)."""
    status = response.status_code
    kind = plain(client.mask(response.headers.get("content-type", "")).partition(";")[0].strip().lower(), 60)
    coded = response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    if status == HTTPStatus.OK and kind == _MEDIA_TYPE and not coded:
        return
    if status == HTTPStatus.OK:
        raise _no_stream(f"it answered with {kind or 'no content type'}{', compressed' if coded else ''}")
    try:
        body = client.mask_bytes(await read_body(response, _REFUSAL_LIMIT))
    except (httpx.TransportError, httpx.DecodingError, BodyTooLargeError):
        body = b""  # the status has said enough
    answer = Answer("GET", path_of(url), status, response.headers, body)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        raise failures.busy(client.vendor, answer)
    if status == HTTPStatus.REQUEST_TIMEOUT or (status >= 500 and status != HTTPStatus.NOT_IMPLEMENTED):
        raise failures.unreachable(client.vendor, client.base.place, f"it answered the stream with {status}")
    said = answer.snippet()
    refusal = f"it answered {status}" + (f": {said}" if said else "")
    if status == HTTPStatus.UNAUTHORIZED:
        raise UnauthorizedStreamError(f"there is no stream of this job: {refusal}", remote=said or None)
    raise _no_stream(refusal)


async def _events(client: JsonClient, response: httpx.Response) -> AsyncGenerator[ServerEvent, None]:
    """Decoded events. The text is UTF-8 whatever the header says, and a leading byte-order mark is dropped."""
    response.stream = BoundedStream(cast(httpx.AsyncByteStream, response.stream))
    response.encoding = "utf-8-sig"
    try:
        async with aclosing(EventSource(response).aiter_sse()) as decoded:
            async for event in decoded:
                yield ServerEvent(event.event, client.mask(event.data))
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise _broken(client, error) from error


class BoundedStream(httpx.AsyncByteStream):
    """Passes bytes on, and raises NoStreamError once one event grows beyond ``limit`` bytes.

    The decoder keeps an unfinished line and the data of an unfinished event in memory without a bound of its own.
    """

    def __init__(self, inner: httpx.AsyncByteStream, limit: int = EVENT_LIMIT) -> None:
        self._inner = inner
        self._limit = limit
        self._size = 0
        self._last = b""  # the last byte, for line ends that lie across two chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._count(chunk)
            yield chunk

    def _count(self, chunk: bytes) -> None:
        text = self._last + chunk
        self._last = text[-1:]
        # every blank line holds one of these pairs: LF LF, CR CR, or the inner LF CR of CR LF CR LF
        end = max(text.rfind(pair) for pair in (b"\n\n", b"\r\r", b"\n\r"))
        self._size = self._size + len(chunk) if end < 0 else len(text) - end
        if self._size > self._limit:
            raise _no_stream("it sent an event beyond all bounds")

    async def aclose(self) -> None:
        await self._inner.aclose()


def _no_stream(why: str) -> NoStreamError:
    return NoStreamError(f"there is no stream of this job: {why}", hint="The job is polled instead.")


def _broken(client: JsonClient, error: Exception) -> UnreachableError:
    reason = "the stream fell silent" if isinstance(error, httpx.ReadTimeout) else failures.reason_of(error)
    return failures.unreachable(client.vendor, client.base.place, client.mask(reason))
