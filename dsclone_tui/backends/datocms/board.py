"""Looking at many forks with few requests: one list answers all polls that wait (wire/datocms 3)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from dsclone_tui.backends.datocms.api import DatoApi
from dsclone_tui.backends.datocms.wire import Environment
from dsclone_tui.domain.errors import DscloneError

_CROWD = 3  # so many looks at once are made one by one; more share a list


class EnvironmentBoard:
    """``look`` finds one environment. While more than three looks wait, they share one list request at a time.

    With 10 requests a second for a token, forty forks polled every two seconds would wait for each other without
    it. What a list does not show is asked for by name: a list may omit what exists (wire/datocms U8).
    """

    def __init__(self, api: DatoApi) -> None:
        self._api = api
        self._looking = 0
        self._listing: asyncio.Task[dict[str, Environment]] | None = None

    async def look(self, name: str) -> Environment | None:
        """The environment as the server shows it now, or None; raises what a read raises."""
        self._looking += 1
        try:
            if self._looking > _CROWD and (seen := (await self._list()).get(name)) is not None:
                return seen
            return await self._api.environment(name)
        finally:
            self._looking -= 1

    async def aclose(self) -> None:
        """Ends a list request that is still under way."""
        listing, self._listing = self._listing, None
        if listing is not None:
            listing.cancel()
            with suppress(asyncio.CancelledError, DscloneError):
                await listing

    async def _list(self) -> dict[str, Environment]:
        if self._listing is None or self._listing.done():
            self._listing = asyncio.create_task(self._fetch())
            self._listing.add_done_callback(_retrieve)
        return await asyncio.shield(self._listing)  # one look that is given up does not end it for the others

    async def _fetch(self) -> dict[str, Environment]:
        return {environment.id: environment for environment in await self._api.environments() if environment.id}


def _retrieve(task: asyncio.Task[dict[str, Environment]]) -> None:
    """Takes note of a failure even where every look was given up, so that the loop need not complain."""
    if not task.cancelled():
        task.exception()
