"""The transport on real sockets: a cut connection never makes a request arrive twice."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
import pytest

from dsclone_tui.backends.http import JsonClient
from dsclone_tui.backends.limits import Rate
from dsclone_tui.domain.errors import AnswerLostError, UnreachableError

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Reads requests and answers each with what ``reply`` gives for its method; None cuts the connection, and
    ``hang_up`` does so after the first answer."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self.closed = asyncio.Event()
        self.origin = ""
        self.hang_up = False
        self.reply: Callable[[str], bytes | None] = lambda _method: None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while answer := await self._answer(reader):
                writer.write(answer)
                await writer.drain()
                if self.hang_up:
                    break
        finally:
            writer.close()
            self.closed.set()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return None
        lines = head.lower().split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
        await reader.readexactly(length)
        self.requests.append(head.split("\r\n")[0])
        return self.reply(head.split(" ")[0])


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    listening = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.origin = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield served
    listening.close()
    await listening.wait_closed()


@pytest.fixture
async def connect(sleep: Callable[[float], Awaitable[None]], token: str) -> AsyncIterator[Callable[[str], JsonClient]]:
    made: list[JsonClient] = []

    def make(origin: str) -> JsonClient:
        made.append(JsonClient(origin, lambda: token, vendor="Vendor", rate=Rate(10_000, 1.0), sleep=sleep))
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


Connect = Callable[[str], JsonClient]


async def test_a_start_cut_after_it_was_read_arrives_once(server: Server, connect: Connect) -> None:
    client = connect(server.origin)
    with pytest.raises(AnswerLostError):
        await client.send_once("PUT", client.url("copy"), {"targetDataset": "qa"})
    await server.closed.wait()
    assert server.requests == ["PUT /copy HTTP/1.1"]
    assert server.connections == 1


async def test_a_start_cut_on_a_connection_that_was_used_before_arrives_once(server: Server, connect: Connect) -> None:
    server.reply = {"GET": OK, "PUT": None}.get
    client = connect(server.origin)
    await client.get(client.url("projects"))
    with pytest.raises(AnswerLostError):
        await client.send_once("PUT", client.url("copy"), {"targetDataset": "qa"})
    await server.closed.wait()
    assert server.requests == ["GET /projects HTTP/1.1", "PUT /copy HTTP/1.1"]
    assert server.connections == 1, "the start went over the connection that was open"


async def test_a_start_cut_in_the_middle_of_its_answer_arrives_once(server: Server, connect: Connect) -> None:
    server.reply = lambda _method: OK.replace(b"Content-Length: 2", b"Content-Length: 200")
    server.hang_up = True
    client = connect(server.origin)
    with pytest.raises(AnswerLostError):
        await client.send_once("POST", client.url("fork"), {})
    await server.closed.wait()
    assert server.requests == ["POST /fork HTTP/1.1"]
    assert server.connections == 1


async def test_a_read_that_is_cut_is_repeated(server: Server, connect: Connect, waits: list[float]) -> None:
    server.reply = lambda _method: OK if len(server.requests) == 3 else None
    client = connect(server.origin)
    assert (await client.get(client.url("projects"))).document() == {}
    assert server.requests == ["GET /projects HTTP/1.1"] * 3
    assert len(waits) == 2


async def test_a_closed_port_is_unreachable_for_reads_and_starts(connect: Connect, token: str) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take it
        client = connect(f"http://127.0.0.1:{bound.getsockname()[1]}")
        for call in (client.get(client.url("x")), client.send_once("PUT", client.url("x"), {})):
            with pytest.raises(UnreachableError, match=r"cannot be reached at 127\.0\.0\.1") as caught:
                await call
            assert token not in repr(caught.value.info)


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "https://127.0.0.1:1", "https://api.example"])
async def test_not_even_connecting_is_repeated_for_a_start(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    attempts = []

    async def refuse(**where: object) -> None:
        attempts.append(where["remote_host"])
        raise OSError("refused")

    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(anyio, "connect_tcp", refuse)
    client = connect(base)
    with pytest.raises(UnreachableError):
        await client.send_once("PUT", client.url("copy"), {})
    assert len(attempts) == 1


async def test_loopback_never_goes_through_a_proxy(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.reply = lambda _method: OK
    client = connect(server.origin)
    assert (await client.get(client.url("x"))).status == 200


async def test_a_proxy_of_the_environment_is_used_and_its_refusal_means_not_sent(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.origin)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.reply = lambda _method: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    client = connect("https://api.example")
    with pytest.raises(UnreachableError, match="403 Forbidden") as caught:
        await client.send_once("PUT", client.url("copy"), {})
    assert server.requests == ["CONNECT api.example:443 HTTP/1.1"]
    assert token not in repr(caught.value.info)


async def test_a_closed_client_opens_again(server: Server, connect: Connect) -> None:
    server.reply = lambda _method: OK
    client = connect(server.origin)
    await client.get(client.url("x"))
    await client.aclose()
    await client.aclose()
    await client.get(client.url("x"))
    assert server.connections == 2
