"""The sandbox as a process: one ready line on stdout, then serving until a signal or the parent ends it."""

import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from dsclone_tui.sandbox.database import SandboxError
from dsclone_tui.sandbox.folder import Folder
from dsclone_tui.sandbox.hosting import Listener
from dsclone_tui.sandbox.opening import data_folder, opened
from dsclone_tui.sandbox.samples import PROJECT, Content
from dsclone_tui.sandbox.state import Sandbox

EXIT_OK, EXIT_CANNOT_START = 0, 2


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    data: Path | None = None,
    seeds: Sequence[Path] = (),
    rate: float = 1.0,
    *,
    content: Content = "demo",
    exit_with_stdin: bool = False,
) -> int:
    """Serves until SIGTERM, SIGINT or, with `exit_with_stdin`, the end of stdin; returns the exit code.

    Prints one line of JSON on stdout when it listens, and nothing else there. 0 after a clean end, 2 when it
    cannot start (folder, seed or address), with the reason on stderr.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    if not _is_loopback(host):
        sys.stderr.write(f"warning: {host} is not a loopback address, others can reach this sandbox\n")
    try:
        with data_folder(data) as folder:
            asyncio.run(_serve(folder, Listening(host, port, content, tuple(seeds), rate, exit_with_stdin)))
    except SandboxError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return EXIT_CANNOT_START
    return EXIT_OK


@dataclass(frozen=True, slots=True)
class Listening:
    """What `serve` was asked for, without the folder."""

    host: str
    port: int
    content: Content
    seeds: tuple[Path, ...]
    rate: float
    exit_with_stdin: bool


async def _serve(folder: Folder, wanted: Listening) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        loop.call_soon_threadsafe(stop.set)

    with _signals(ask_to_stop):
        async with opened(folder, wanted.content, wanted.seeds, wanted.rate) as sandbox:
            listener = Listener(sandbox, wanted.host, wanted.port)
            await listener.start()
            try:
                folder.write_config(listener.origin)
                sys.stdout.write(ready_line(sandbox, listener.origin, folder.config) + "\n")
                sys.stdout.flush()
                if wanted.exit_with_stdin:
                    threading.Thread(target=_await_end_of_stdin, args=(ask_to_stop,), daemon=True).start()
                await stop.wait()
            finally:
                await listener.stop()


def ready_line(sandbox: Sandbox, origin: str, config: Path) -> str:
    """What a parent process needs to know, as one line of JSON (contract, Sandbox)."""
    return json.dumps(
        {
            "v": 1,
            "sanity": {"base_url": origin, "token": sandbox.sanity.token, "project": PROJECT},
            "datocms": {"base_url": origin, "token": sandbox.datocms.token},
            "config": str(config),
        }
    )


@contextlib.contextmanager
def _signals(ask_to_stop: Callable[[], None]) -> Iterator[None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        ask_to_stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _await_end_of_stdin(ask_to_stop: Callable[[], None]) -> None:
    # The descriptor itself, for a lock held on `sys.stdin` by this thread would trouble the interpreter's exit.
    with contextlib.suppress(OSError):
        while os.read(0, 65536):
            pass
    # The loop may be gone already when the end of stdin and a signal come together.
    with contextlib.suppress(RuntimeError):
        ask_to_stop()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
