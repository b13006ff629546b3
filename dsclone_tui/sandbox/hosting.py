"""Puts the app on a socket and takes it off again, inside an event loop that somebody else runs."""

import asyncio
import socket

import uvicorn

from dsclone_tui.sandbox.app import build_app
from dsclone_tui.sandbox.connection import DroppableProtocol
from dsclone_tui.sandbox.database import SandboxError
from dsclone_tui.sandbox.state import Sandbox

GRACE_SECONDS = 2
KEEP_ALIVE_SECONDS = 75
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only compared with


class Listener:
    """A listening sandbox. `origin` is where clients reach it."""

    def __init__(self, sandbox: Sandbox, host: str, port: int) -> None:
        """Raises `SandboxError` when the address cannot be had."""
        self._sandbox = sandbox
        self._socket = _bound(host, port)
        name = WILDCARDS.get(host, host)
        shown = f"[{name}]" if ":" in name else name
        self.origin = f"http://{shown}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            build_app(sandbox),
            http=DroppableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)

    async def start(self) -> None:
        await self._server.startup(sockets=[self._socket])

    async def stop(self) -> None:
        """Ends the streams, lets the requests in hand finish for `GRACE_SECONDS`, closes the socket.

        In place of uvicorn's own shutdown, which waits in steps of 0.1 s even where there is nothing to wait for.
        """
        self._sandbox.close_streams()
        for server in self._server.servers:
            server.close()
        state = self._server.server_state
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(state.tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
        for connection in list(state.connections):
            connection.transport.abort()
        # An aborted transport tells its protocol in the next round of the loop.
        await asyncio.sleep(0)
        self._socket.close()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SandboxError(f"cannot listen on {host}: {error}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise SandboxError(f"cannot listen on {host} port {port}: {error}") from error
    listening.setblocking(False)
    return listening
