"""The running sandbox: both vendors, their data, and what tests may order or count."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request

from dsclone_tui.sandbox.database import Database
from dsclone_tui.sandbox.faults import Faults, VendorName
from dsclone_tui.sandbox.runner import Runner


class Start(NamedTuple):
    """A start request as it arrived. `target` is empty when the body named none."""

    vendor: VendorName
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """One of the two: its token, its file and its background work."""

    name: VendorName
    token: str
    db: Database
    runner: Runner


@dataclass(slots=True)
class Sandbox:
    """Everything the endpoints reach for. `closing` is set before the server stops, so that streams end."""

    sanity: Vendor
    datocms: Vendor
    data: Path
    faults: Faults = field(default_factory=Faults)
    starts: list[Start] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _errands: set[asyncio.Task[Any]] = field(default_factory=set)

    def spawn(self, errand: Coroutine[Any, Any, Any]) -> None:
        """Runs something that no answer waits for."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def close_streams(self) -> None:
        """Lets all open event streams end, now and from now on."""
        self.closing.set()
        for vendor in (self.sanity, self.datocms):
            vendor.runner.dismiss()

    async def close(self) -> None:
        """Stops the background work and closes both files; open jobs stay open on disk."""
        self.close_streams()
        errands = list(self._errands)
        for task in errands:
            task.cancel()
        await asyncio.gather(*errands, return_exceptions=True)
        for vendor in (self.sanity, self.datocms):
            await vendor.runner.close()
            await asyncio.to_thread(vendor.db.close)


def sandbox_of(request: Request) -> Sandbox:
    """The sandbox that serves this request."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox
