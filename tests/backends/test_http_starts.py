"""Starts: sent once, whatever happens, and told apart by whether the server can have acted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from dsclone_tui.backends import http
from dsclone_tui.backends.answers import BODY_LIMIT
from dsclone_tui.backends.http import JsonClient
from dsclone_tui.domain.errors import AnswerLostError, BadAnswerError, BusyError, DscloneError, UnreachableError

ClientOf = Callable[..., JsonClient]
BODY = {"targetDataset": "qa"}


def _counting(answer: httpx.Response | Exception) -> tuple[Callable[[httpx.Request], httpx.Response], list[str]]:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handle, seen


async def _start(client: JsonClient) -> DscloneError:
    with pytest.raises(DscloneError) as caught:
        await client.send_once("PUT", client.url("copy", query={"q": "hush"}), BODY)
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("All connection attempts failed"),
        httpx.ConnectTimeout(""),
        httpx.PoolTimeout(""),
        httpx.ProxyError("403 Forbidden"),
        httpx.UnsupportedProtocol("x"),
        httpx.LocalProtocolError("x"),
    ],
)
async def test_what_was_surely_not_sent_is_unreachable(client_of: ClientOf, error: Exception) -> None:
    handle, seen = _counting(error)
    caught = await _start(client_of(handle))
    assert type(caught) is UnreachableError
    assert "api.example" in caught.message
    assert seen == ["PUT"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("reset"),
        httpx.ReadTimeout(""),
        httpx.WriteError("broken pipe"),
        httpx.WriteTimeout(""),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.CloseError(""),
        httpx.DecodingError("bad gzip"),
        httpx.Response(500, json={"message": "oops"}),
        httpx.Response(502, html="<html>bad gateway"),
        httpx.Response(504),
        httpx.Response(520),
        httpx.Response(408),
        httpx.Response(302, headers={"location": "/done"}),
        httpx.Response(303, headers={"location": "/done"}),
        httpx.Response(200, content=b" " * (BODY_LIMIT + 1)),
    ],
)
async def test_what_may_have_arrived_is_lost_and_sent_once(
    client_of: ClientOf, answer: httpx.Response | Exception, waits: list[float]
) -> None:
    handle, seen = _counting(answer)
    caught = await _start(client_of(handle))
    assert type(caught) is AnswerLostError
    assert caught.message.startswith("PUT /copy was sent, but no usable answer came: ")
    assert "hush" not in caught.message
    assert seen == ["PUT"]
    assert waits == []


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (httpx.Response(429, headers={"Retry-After": "12"}), 12.0),
        (httpx.Response(429, headers={"X-RateLimit-Reset": "2"}), 2.0),
        (httpx.Response(429), None),
        (httpx.Response(503, html="<html>"), None),
    ],
)
async def test_busy_is_told_and_not_repeated_here(
    client_of: ClientOf, answer: httpx.Response, wait: float | None, waits: list[float]
) -> None:
    handle, seen = _counting(answer)
    caught = await _start(client_of(handle))
    assert isinstance(caught, BusyError)
    assert caught.retry_after == wait
    assert seen == ["PUT"]
    assert waits == []


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_redirect_that_asks_for_the_request_elsewhere_is_a_refusal(client_of: ClientOf, status: int) -> None:
    handle, seen = _counting(httpx.Response(status, headers={"location": "https://login.example/x?y"}))
    caught = await _start(client_of(handle))
    assert type(caught) is BadAnswerError
    assert "https://login.example/x" in caught.message
    assert seen == ["PUT"]


@pytest.mark.parametrize("status", [200, 201, 202, 400, 401, 403, 404, 409, 422])
async def test_an_answer_is_handed_to_the_vendor(client_of: ClientOf, status: int) -> None:
    bodies = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append((request.headers["content-type"], json.loads(request.content)))
        return httpx.Response(status, json={"jobId": "j"})

    client = client_of(handle)
    answer = await client.send_once("PUT", client.url("copy"), BODY)
    assert answer.status == status
    assert answer.error_document() == {"jobId": "j"}
    assert bodies == [("application/json", BODY)]


async def test_a_start_without_a_body_sends_none(client_of: ClientOf) -> None:
    requests = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    client = client_of(handle)
    await client.send_once("POST", client.url("fork"), None)
    assert requests[0].content == b""
    assert "content-type" not in requests[0].headers


async def test_an_answer_that_never_ends_is_lost(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(http, "WHOLE_EXCHANGE", 0)
    assert type(await _start(client_of(silent))) is AnswerLostError


async def test_an_echoed_token_is_masked(client_of: ClientOf, token: str) -> None:
    for answer in (httpx.Response(500, text=f"you sent {token}"), httpx.ReadError(f"Bearer {token}")):
        caught = await _start(client_of(_counting(answer)[0]))
        assert token not in repr(caught.info)
        assert "[token]" in repr(caught.info)
