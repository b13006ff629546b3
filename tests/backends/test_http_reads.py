"""Reads: what is sent, what is repeated, and what an unusable answer becomes."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable

import httpx
import pytest

from dsclone_tui import __version__
from dsclone_tui.backends import http
from dsclone_tui.backends.answers import BODY_LIMIT
from dsclone_tui.backends.http import JsonClient
from dsclone_tui.backends.limits import Rate
from dsclone_tui.domain.errors import (
    BadAnswerError,
    BusyError,
    ConfigError,
    DscloneError,
    NotPermittedError,
    UnreachableError,
)

ClientOf = Callable[..., JsonClient]


class Script:
    """Answers in order, the last one for ever; keeps the requests. An exception in the list is raised."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_what_a_read_sends(client_of: ClientOf, token: str) -> None:
    script = Script(httpx.Response(200, json=[1]))
    client = client_of(script, base_url="https://api.example/sub/", token=lambda: f"{token}\n")
    answer = await client.get(client.url("a b", "c/d", query={"x": "1"}))
    assert answer.document() == [1]
    request = script.requests[0]
    assert request.method == "GET"
    assert request.url.raw_path == b"/sub/a%20b/c%2Fd?x=1"
    assert request.headers["authorization"] == f"Bearer {token}"
    assert request.headers["user-agent"] == f"dsclone/{__version__}"
    assert request.headers["accept"] == "application/json"
    assert "x-environment" not in request.headers


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_a_read_is_repeated_until_it_works(client_of: ClientOf, waits: list[float], status: int) -> None:
    script = Script(httpx.Response(status), httpx.ConnectError("refused"), httpx.Response(200, json={}))
    client = client_of(script)
    assert (await client.get(client.url("x"))).status == 200
    assert len(script.requests) == 3
    assert len(waits) == 2
    assert all(0.1 <= wait <= 3.0 for wait in waits)


async def test_the_server_says_how_long_to_wait(client_of: ClientOf, waits: list[float]) -> None:
    script = Script(
        httpx.Response(429, headers={"Retry-After": "4"}),
        httpx.Response(429, headers={"X-RateLimit-Reset": "99"}),
        httpx.Response(200, json={}),
    )
    client = client_of(script)
    await client.get(client.url("x"))
    assert waits == [4.0, 30.0]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ConnectError("refused"), UnreachableError),
        (httpx.ReadError("reset"), UnreachableError),
        (httpx.RemoteProtocolError("cut"), UnreachableError),
        (httpx.Response(503), BusyError),
        (httpx.Response(429, headers={"Retry-After": "3"}), BusyError),
        (httpx.Response(502, text="<html>bad gateway</html>"), BadAnswerError),
    ],
)
async def test_repeating_ends_after_four_attempts(
    client_of: ClientOf, answer: httpx.Response | Exception, error: type[DscloneError]
) -> None:
    script = Script(answer)
    client = client_of(script)
    with pytest.raises(error):
        await client.get(client.url("x"))
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ReadTimeout(""), UnreachableError),
        (httpx.ConnectTimeout(""), UnreachableError),
        (httpx.DecodingError("bad gzip"), UnreachableError),
        (httpx.Response(500, json={"message": "oops"}), UnreachableError),
        (httpx.Response(504), UnreachableError),
        (httpx.Response(500, text="Oops"), BadAnswerError),
        (httpx.Response(304), BadAnswerError),
    ],
)
async def test_what_repeating_would_not_help_is_raised_at_once(
    client_of: ClientOf, answer: httpx.Response | Exception, error: type[DscloneError]
) -> None:
    script = Script(answer)
    client = client_of(script)
    with pytest.raises(error) as caught:
        await client.get(client.url("x"))
    assert len(script.requests) == 1
    assert caught.value.exit_code == 9
    assert caught.value.info.hint


async def test_a_4xx_is_the_vendors_to_judge(client_of: ClientOf) -> None:
    client = client_of(Script(httpx.Response(404, json={"message": "no"})))
    answer = await client.get(client.url("x"))
    assert (answer.status, answer.success, answer.foreign) == (404, False, False)
    assert answer.error_document() == {"message": "no"}


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (httpx.Response(200, html="<html>\x1b[31m<b>hello</b>"), "with text/html, not JSON: <html><b>hello</b>"),
        (httpx.Response(200, content=b'{"a":', headers={"content-type": "application/json"}), "not JSON: {"),
        (httpx.Response(200, content=b"", headers={"content-type": "application/json"}), "not JSON"),
        (httpx.Response(200, content=b"[" * 100_000), "not JSON: [[["),
        (httpx.Response(200, content=b"1" * 9_000), "not JSON: 111"),
        (httpx.Response(200, content=b'"\xff\xfe"'), "not JSON"),
    ],
)
async def test_a_body_that_is_no_json(client_of: ClientOf, response: httpx.Response, words: str) -> None:
    client = client_of(Script(response))
    answer = await client.get(client.url("v1", "jobs", query={"secret": "hush"}))
    with pytest.raises(BadAnswerError) as caught:
        answer.document()
    assert caught.value.message.startswith("GET /v1/jobs answered 200 ")
    assert words in caught.value.message
    assert "hush" not in caught.value.message
    assert len(caught.value.message) < 250


async def test_json_is_json_under_any_json_type_and_none(client_of: ClientOf) -> None:
    for headers in ({"content-type": "application/vnd.api+json; charset=utf-8"}, {}):
        client = client_of(Script(httpx.Response(200, content=b'{"a":1}', headers=headers)))
        assert (await client.get(client.url("x"))).document() == {"a": 1}


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, content=b" " * (BODY_LIMIT + 1)),
        httpx.Response(200, content=b"{}", headers={"content-length": str(BODY_LIMIT + 1)}),
        httpx.Response(200, content=b"{}", headers={"content-length": "9" * 5_000}),
        httpx.Response(200, content=gzip.compress(b" " * (BODY_LIMIT + 1)), headers={"content-encoding": "gzip"}),
    ],
)
async def test_a_body_beyond_all_bounds(client_of: ClientOf, response: httpx.Response) -> None:
    client = client_of(Script(httpx.Response(200, stream=response.stream, headers=response.headers)))
    with pytest.raises(BadAnswerError, match="beyond all bounds"):
        await client.get(client.url("x"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(client_of: ClientOf, token: str, status: int) -> None:
    there = f"https://evil.example/there/{token}?token={token}"
    script = Script(httpx.Response(status, headers={"location": there}))
    client = client_of(script)
    with pytest.raises(BadAnswerError, match=r"a redirect to https://evil\.example/there/\[token\]$") as caught:
        await client.get(client.url("x"))
    assert len(script.requests) == 1
    assert token not in repr(caught.value.info)


@pytest.mark.parametrize(("location", "where"), [("", "nowhere"), ("/login", "/login"), ("https://[x", "nowhere")])
async def test_a_redirect_to_nowhere_in_particular(client_of: ClientOf, location: str, where: str) -> None:
    client = client_of(Script(httpx.Response(307, headers={"location": location})))
    with pytest.raises(BadAnswerError, match=f"a redirect to {where}$"):
        await client.get(client.url("x"))


async def test_an_answer_that_never_ends_is_given_up(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(http, "WHOLE_EXCHANGE", 0)
    client = client_of(silent)
    with pytest.raises(UnreachableError, match="took too long"):
        await client.get(client.url("x"))


async def test_the_token_is_asked_once_and_again_after_a_401(client_of: ClientOf, token: str) -> None:
    given: list[str] = []

    def provider() -> str:
        given.append(f"{token}-{len(given)}")
        return given[-1]

    script = Script(httpx.Response(200, json=1), httpx.Response(401, json={}), httpx.Response(200, json=1))
    client = client_of(script, token=provider)
    await asyncio.gather(*(client.get(client.url("x")) for _ in range(2)))
    assert len(given) == 1
    await client.get(client.url("x"))
    assert [request.headers["authorization"][-2:] for request in script.requests] == ["-0", "-0", "-1"]


@pytest.mark.parametrize("text", ["", " \n", "two words", "töken", "bad\x00byte", "line\nbreak"])
async def test_a_token_that_cannot_be_one_is_never_sent(client_of: ClientOf, text: str) -> None:
    script = Script(httpx.Response(200, json=1))
    client = client_of(script, token=lambda: text)
    with pytest.raises(NotPermittedError) as caught:
        await client.get(client.url("x"))
    assert caught.value.info.code == "not_authenticated"
    assert not script.requests
    assert not text.strip() or text not in caught.value.message


async def test_a_token_that_cannot_be_had_says_so_itself(client_of: ClientOf) -> None:
    def provider() -> str:
        raise NotPermittedError("SANITY_AUTH_TOKEN is not set", code="not_authenticated")

    client = client_of(Script(httpx.Response(200, json=1)), token=provider)
    with pytest.raises(NotPermittedError, match="is not set"):
        await client.get(client.url("x"))


async def test_an_echoed_token_is_masked(client_of: ClientOf, token: str) -> None:
    client = client_of(Script(httpx.Response(400, text=f"bad header: Bearer {token}")))
    answer = await client.get(client.url("x"))
    assert answer.snippet() == "bad header: Bearer [token]"
    broken = client_of(Script(httpx.ReadTimeout(""), httpx.ReadError(f"Illegal header {token}")))
    for _ in range(2):
        with pytest.raises(UnreachableError) as caught:
            await broken.get(broken.url("x"))
        assert token not in repr(caught.value.info)


async def test_requests_wait_for_their_turn(waits: list[float], sleep: http.Sleep) -> None:
    transport = httpx.MockTransport(Script(httpx.Response(200, json=1)))
    clients = [
        JsonClient(
            "https://turns.example",
            lambda: "one-token",
            vendor="V",
            rate=Rate(3, 1000.0),
            transport=transport,
            sleep=sleep,
        )
        for _ in range(2)
    ]
    for client in clients * 3:
        await client.get(client.url("x"))
    assert len(waits) == 3, "six requests of two clients, three of them at once"
    assert all(900 < wait <= 1000 for wait in waits)


async def test_a_proxy_setting_that_is_no_url_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://user:hush@proxy")
    rate = Rate(10, 1.0)
    client = JsonClient("https://api.example", lambda: token, vendor="V", rate=rate)
    with pytest.raises(ConfigError, match="proxy") as caught:
        await client.get(client.url("x"))
    assert "hush" not in repr(caught.value.info)
