"""A world in which waiting takes no time: a virtual event loop, a scripted server, a journal in memory.

Tests let time pass with ``world.passes``; what is due meanwhile happens in its order. When a test is over, its
engines are stopped, and no task, no stream and no unheard exception may be left of it.
"""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobEvent, JobRecord, new_job, new_job_id
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.ports import Backend, Lease
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.engine.engine import Engine
from dsclone_tui.engine.publish import News, Subscription

from .fake_backend import FakeBackend
from .memory_journal import MemoryJournal, Shelf
from .virtual_time import VirtualClock, VirtualLoop

REQUEST = CloneRequest("acme", CloneKind.COPY, "zp", "production", "staging")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": VirtualLoop}


class Ear:
    """Listens to an engine all the time; ``news`` are the pieces it got, ``heard`` all of them in one."""

    def __init__(self, subscription: Subscription) -> None:
        self.news: list[News] = []
        self.heard = News()
        self.subscription = subscription
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for news in self.subscription:
            self.news.append(news)
            self.heard.merge(news)

    @property
    def troubles(self) -> Mapping[str, ErrorInfo | None]:
        return self.heard.troubles


class World:
    """One server, one journal file, one clock, and as many engines as a test likes."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.log: list[str] = []
        self.shelf = Shelf()
        self.journal = self.open_journal()
        self.backend = FakeBackend("acme", self.clock, self.log)
        self.request = REQUEST
        self.engines: list[Engine] = []

    def open_journal(self) -> MemoryJournal:
        """The same file, as another process has it open."""
        return MemoryJournal(self.shelf, self.log)

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def engine(
        self,
        *,
        journal: MemoryJournal | None = None,
        backends: Mapping[str, Backend] | None = None,
        guard: Guard | None = None,
        follow_all: bool = False,
    ) -> Engine:
        """A started engine, on the world's journal and backend where nothing else is said."""
        backends = {"acme": self.backend} if backends is None else backends
        guards = {name: guard or Guard() for name in backends}
        journal = journal or self.journal
        engine = Engine(backends, guards, catalog=Catalog(backends), journal=journal, clock=self.clock)
        self.engines.append(engine)
        await engine.start(follow_all=follow_all)
        return engine

    def ear(self, engine: Engine) -> Ear:
        return Ear(engine.subscribe())

    async def job(self, *, owner: str | None = None, ago: float = 60.0, **changes: Any) -> JobRecord:
        """A record in the journal as another process left it ``ago`` seconds ago, leased to ``owner`` or nobody."""
        at = self.clock.now() - timedelta(seconds=ago)
        record = replace(new_job(self.request, new_job_id(at), at), **changes)
        lease = Lease(owner, self.clock.now() + timedelta(seconds=15)) if owner else None
        await MemoryJournal(self.shelf, []).add(record, JobEvent(at, EventKind.INTENT), lease)
        return record

    def kept(self, job_id: str) -> JobRecord:
        """The record as the journal has it."""
        return self.shelf.records[job_id]

    def events(self, job_id: str) -> list[JobEvent]:
        """The events of a job as the journal has them."""
        return [event for _, owner, event in self.shelf.events if owner == job_id]


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    chance = random.Random(7)  # the same jitter every time
    monkeypatch.setattr(random.SystemRandom, "uniform", chance.uniform)
    monkeypatch.setattr(random, "uniform", chance.uniform)
    unheard: list[Mapping[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    world = World()
    yield world
    for engine in world.engines:
        await engine.stop()
    await world.passes(0.1)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert [task.get_name() for task in left] == []
    assert world.backend.listeners == 0
    gc.collect(1)
    assert unheard == []
