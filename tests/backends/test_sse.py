"""Event streams: framing, what is a stream and what is not, and bounds on what a server may send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.backends.http import JsonClient
from dsclone_tui.backends.limits import Rate
from dsclone_tui.backends.sse import (
    EVENT_LIMIT,
    WATCHDOG,
    BoundedStream,
    ServerEvent,
    UnauthorizedStreamError,
    open_events,
)
from dsclone_tui.domain.errors import BusyError, DscloneError, NoStreamError, UnreachableError

ClientOf = Callable[..., JsonClient]
TYPE = {"content-type": "text/event-stream; charset=latin-1"}


class Chunks(httpx.AsyncByteStream):
    """A body in pieces; an exception among them is raised in its place."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.sent = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            self.sent += len(chunk)
            yield chunk

    async def aclose(self) -> None:
        self.closed = True


async def _read(client: JsonClient, seen: list[ServerEvent] | None = None) -> list[ServerEvent]:
    """All events; ``seen`` has those that came before an error."""
    events = [] if seen is None else seen
    async with open_events(client, client.url("jobs", "j", "listen")) as stream:
        async for event in stream:
            events.append(event)
    return events


def _streaming(*chunks: bytes | Exception) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(200, headers=TYPE, stream=Chunks(*chunks))


async def test_what_is_asked_for(client_of: ClientOf, token: str) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers=TYPE, content=b"data: x\n\n")

    client = client_of(handle)
    assert await _read(client) == [ServerEvent("message", "x")]
    async with open_events(client, client.url("x"), authorized=False):
        pass
    first, second = requests
    assert first.headers["accept"] == "text/event-stream"
    assert first.headers["accept-encoding"] == "identity"
    assert first.headers["authorization"] == f"Bearer {token}"
    assert first.extensions["timeout"]["read"] == WATCHDOG == 60.0
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"event: job\ndata: 1\n\n", [("job", "1")]),
        (b"event: job\r\ndata: 1\r\n\r\nevent: job\r\ndata: 2\r\n\r\n", [("job", "1"), ("job", "2")]),
        (b"event: job\rdata: 1\r\r", [("job", "1")]),
        (b"\xef\xbb\xbfevent: job\ndata: 1\n\n", [("job", "1")]),
        (b": hello\n\n:\n\ndata:a\ndata: b\ndata\n\n", [("message", "a\nb\n")]),
        (b"event: job\ndata: cut off", []),
        (b"event: job\ndata: cut off\n", []),
        ("data: Grüße\u2028hier\n\n".encode(), [("message", "Grüße\u2028hier")]),
        (b"data: \xff\n\n", [("message", "\ufffd")]),
        (b"", []),
    ],
)
async def test_framing(client_of: ClientOf, body: bytes, events: list[tuple[str, str]]) -> None:
    assert await _read(client_of(_streaming(body))) == [ServerEvent(name, data) for name, data in events]


_LINE = st.text(st.characters(exclude_characters="\r\n\0\ufeff", exclude_categories=["Cs"]), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    sent=st.lists(st.tuples(st.sampled_from(["job", "done", "welcome"]), st.lists(_LINE, min_size=1, max_size=3))),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    bom=st.booleans(),
    cuts=st.lists(st.integers(0, 300)),
)
def test_where_the_bytes_are_split_changes_nothing(
    sent: list[tuple[str, list[str]]], ending: str, bom: bool, cuts: list[int]
) -> None:
    frames = [[f"event: {name}", ": keep-alive", *(f"data: {line}" for line in lines), ""] for name, lines in sent]
    body = ("\ufeff" if bom else "").encode() + "".join(line + ending for f in frames for line in f).encode()
    edges = [0, *sorted(cut for cut in cuts if cut < len(body)), len(body)]
    pieces = [body[start:end] for start, end in pairwise(edges) if start < end]

    async def run() -> list[ServerEvent]:
        transport = httpx.MockTransport(_streaming(*pieces))
        client = JsonClient(
            "https://api.example", lambda: "one-token", vendor="V", rate=Rate(10**6, 1.0), transport=transport
        )
        try:
            return await _read(client)
        finally:
            await client.aclose()

    assert asyncio.run(run()) == [ServerEvent(name, "\n".join(lines)) for name, lines in sent]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(204), NoStreamError),
        (httpx.Response(301, headers={"location": "https://evil.example"}), NoStreamError),
        *((httpx.Response(status), NoStreamError) for status in (400, 402, 403, 404, 405, 410, 422, 501)),
        (httpx.Response(401, json={"message": "no"}), UnauthorizedStreamError),
        (httpx.Response(200, json={}), NoStreamError),
        (httpx.Response(200, content=b"x"), NoStreamError),
        (httpx.Response(200, headers=TYPE | {"content-encoding": "gzip"}, stream=Chunks()), NoStreamError),
        (httpx.Response(429, headers={"Retry-After": "9"}), BusyError),
        (httpx.Response(503), BusyError),
        *((httpx.Response(status), UnreachableError) for status in (408, 500, 502, 504)),
        (httpx.ConnectError("refused"), UnreachableError),
        (httpx.ReadTimeout(""), UnreachableError),
    ],
)
async def test_what_is_no_stream(
    client_of: ClientOf, response: httpx.Response | Exception, error: type[DscloneError], waits: list[float]
) -> None:
    seen = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(response, Exception):
            raise response
        return response

    with pytest.raises(error) as caught:
        await _read(client_of(handle))
    assert type(caught.value) is error
    assert len(seen) == 1, "connecting again is the engine's"
    assert waits == []
    if isinstance(caught.value, BusyError) and isinstance(response, httpx.Response) and response.headers:
        assert caught.value.retry_after == (9.0 if response.status_code == 429 else None)


async def test_a_refusal_says_why_without_the_token(client_of: ClientOf, token: str) -> None:
    client = client_of(lambda _request: httpx.Response(403, text=f"no \x1b[1mstream\x1b[0m for {token}"))
    with pytest.raises(NoStreamError, match=r"it answered 403: no stream for \[token\]$"):
        await _read(client)


async def test_a_refusal_without_end_is_not_read_to_its_end(client_of: ClientOf) -> None:
    body = Chunks(*[b"x" * 65536] * 100)
    client = client_of(lambda _request: httpx.Response(404, stream=body))
    with pytest.raises(NoStreamError):
        await _read(client)
    assert body.sent <= 3 * 65536
    assert body.closed


@pytest.mark.parametrize("error", [httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"), httpx.ReadTimeout("")])
async def test_a_line_that_breaks_is_told_after_the_events_before_it(client_of: ClientOf, error: Exception) -> None:
    client = client_of(_streaming(b"data: 1\n\n", error))
    seen: list[ServerEvent] = []
    with pytest.raises(UnreachableError):
        await _read(client, seen)
    assert [event.data for event in seen] == ["1"]


@pytest.mark.parametrize("line", [b"data: " + b"x" * 1018, b"data: " + b"x" * 1017 + b"\n"])
async def test_an_event_without_end_is_not_kept(client_of: ClientOf, line: bytes) -> None:
    body = Chunks(b"data: first\n\n", *[line] * 4096)
    client = client_of(lambda _request: httpx.Response(200, headers=TYPE, stream=body))
    seen: list[ServerEvent] = []
    with pytest.raises(NoStreamError, match="beyond all bounds"):
        await _read(client, seen)
    assert [event.data for event in seen] == ["first"]
    assert body.sent <= EVENT_LIMIT + 2048
    assert body.closed


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_many_small_events_never_add_up_to_a_large_one(ending: bytes, size: int) -> None:
    body = (b"event: job" + ending + b"data: 12345" + ending * 2) * 50
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    stream = BoundedStream(Chunks(*pieces), limit=40)
    assert b"".join([piece async for piece in stream]) == body


async def test_leaving_early_closes_the_connection(client_of: ClientOf) -> None:
    body = Chunks(b"data: 1\n\n", b"data: 2\n\n")
    client = client_of(lambda _request: httpx.Response(200, headers=TYPE, stream=body))
    async with open_events(client, client.url("x")) as events:
        assert (await anext(events)).data == "1"
    assert body.closed
    assert body.sent < 18
