"""One event loop for one command; SIGINT and SIGTERM end the watching, never a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from dsclone_tui.domain.errors import ExitCode


def run(work: Callable[[], Awaitable[int]]) -> int:
    """Runs the coroutine function; returns its exit code, or 130 when a signal cut it short."""
    import asyncio
    import signal

    async def main() -> int:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if task is not None:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, task.cancel)
        try:
            return await work()
        except asyncio.CancelledError:
            return ExitCode.INTERRUPTED

    return asyncio.run(main())
