"""The HTTP protocol of the sandbox: uvicorn's own, and a way to drop a connection from inside a handler."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "sandbox.transport"


class DroppableProtocol(H11Protocol):
    """Hands every request the transport it came in on; ASGI itself has no word for "hang up"."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[_KEY] = transport
            await inner(scope, receive, send)

        self.app = app


async def drop(request: Request) -> None:
    """Closes the connection of `request` now: what was written before is flushed, nothing is answered after.

    Returns when the connection is gone.
    """
    transport: asyncio.Transport = request.scope["extensions"][_KEY]
    transport.close()
    while (await request.receive())["type"] != "http.disconnect":
        pass


class NoResponse(Response):
    """Stands for the answer of a request whose connection was dropped: sends nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return
