"""Telling listeners what changed: at most ten times a second, and silence when nothing did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import JobEvent

INTERVAL = 0.1


@dataclass(slots=True)
class News:
    """What changed since the listener last looked: job ids, the events of each, and trouble of the watcher itself.

    ``troubles`` maps a job id (or "" for the journal) to what keeps us from watching it, None when that is over.
    """

    changed: set[str] = field(default_factory=set)
    events: dict[str, list[JobEvent]] = field(default_factory=dict)
    troubles: dict[str, ErrorInfo | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.changed or self.troubles)

    def merge(self, other: News) -> None:
        self.changed |= other.changed
        self.troubles |= other.troubles
        for job_id, events in other.events.items():
            self.events.setdefault(job_id, []).extend(events)


class Subscription:
    """One listener's place; iterate over it for ``News``. A slow listener gets fewer, larger pieces."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._pending = News()
        self._ready = asyncio.Event()
        self._closed = False

    def _push(self, news: News) -> None:
        self._pending.merge(news)
        self._ready.set()

    def close(self) -> None:
        """Ends the iteration after what is pending."""
        self._closed = True
        self._ready.set()
        self._publisher.forget(self)

    async def __aiter__(self) -> AsyncGenerator[News, None]:
        while True:
            await self._ready.wait()
            self._ready.clear()
            news, self._pending = self._pending, News()
            if news:
                yield news
            if self._closed and not self._pending:
                return


class Publisher:
    """Collects news and flushes them to all subscriptions; a timer exists only while something is dirty."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._dirty = News()
        self._timer: asyncio.TimerHandle | None = None
        self._last_flush = float("-inf")
        self._troubles: dict[str, ErrorInfo] = {}
        self._subscriptions: set[Subscription] = set()

    def subscribe(self) -> Subscription:
        """A new place; the troubles of the moment are its first news."""
        subscription = Subscription(self)
        if self._troubles:
            subscription._push(News(troubles={**self._troubles}))
        self._subscriptions.add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)

    def tell(self, job_id: str, *events: JobEvent) -> None:
        """A job changed; the first news after a pause leaves at once, the rest of the burst with the next flush."""
        self._dirty.changed.add(job_id)
        if events:
            self._dirty.events.setdefault(job_id, []).extend(events)
        self._schedule()

    def trouble(self, job_id: str, info: ErrorInfo | None) -> None:
        """Watching a job (or, with an empty id, the journal) does not work, or works again; told once."""
        if self._troubles.get(job_id) == info:
            return
        if info is None:
            del self._troubles[job_id]
        else:
            self._troubles[job_id] = info
        self._dirty.troubles[job_id] = info
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = max(0.0, self._last_flush + self._interval - loop.time())
        self._timer = loop.call_later(wait, self.flush)

    def flush(self) -> None:
        """Hands over what is dirty now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._dirty:
            return
        self._last_flush = asyncio.get_running_loop().time()
        news, self._dirty = self._dirty, News()
        for subscription in tuple(self._subscriptions):
            subscription._push(news)

    def close(self) -> None:
        """Flushes the last news and ends every subscription."""
        self.flush()
        for subscription in tuple(self._subscriptions):
            subscription.close()
