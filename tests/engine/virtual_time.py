"""Time that passes by itself: a loop that jumps to its next timer, and the clock on it."""

from __future__ import annotations

import asyncio
import selectors
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any

START, ORIGIN, LONGEST = datetime(2026, 11, 22, 12, 0, tzinfo=UTC), 1000.0, 50_000.0


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer in place of waiting for it; a wait that nothing would end raises."""

    def __init__(self) -> None:
        self.at = ORIGIN
        super().__init__(_Jump(self))

    def time(self) -> float:
        return self.at

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """To the microsecond: sums of seconds then come out even."""
        return super().call_at(round(when, 6), callback, *args, context=context)

    def jump(self, seconds: float | None) -> None:
        if seconds is None or self.at + seconds > ORIGIN + LONGEST:
            self.at = float("-inf")  # so that what is left can be taken down
            raise RuntimeError("the test waits for something that will never happen")
        self.at = round(self.at + seconds, 6)


class _Jump(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout != 0:
            self._loop.jump(timeout)
        return events


class VirtualClock:
    """``domain.ports.Clock`` on the virtual loop; ``shift`` is what somebody did to the wall clock."""

    shift = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() - ORIGIN) + self.shift

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
