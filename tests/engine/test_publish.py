"""Telling listeners: at once, at most ten times a second, and not at all when nothing changed."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import EventKind, JobEvent
from dsclone_tui.engine.publish import News, Publisher, Subscription

from .virtual_time import VirtualLoop

if TYPE_CHECKING:
    from .conftest import World

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TROUBLE = ErrorInfo("not_permitted", "revoked")


def note(number: int) -> JobEvent:
    return JobEvent(AT, EventKind.NOTE, message=str(number))


class Listener:
    """Takes ``pause`` seconds for every piece of news."""

    def __init__(self, subscription: Subscription, pause: float = 0.0) -> None:
        self.pieces: list[tuple[float, News]] = []
        self.task = asyncio.create_task(self._listen(subscription, pause))

    async def _listen(self, subscription: Subscription, pause: float) -> None:
        async for news in subscription:
            self.pieces.append((asyncio.get_running_loop().time(), news))
            await asyncio.sleep(pause)

    def messages(self, job_id: str) -> list[str | None]:
        return [event.message for _, news in self.pieces for event in news.events.get(job_id, [])]


async def test_the_first_news_leaves_at_once(world: World) -> None:
    publisher = Publisher()
    listener = Listener(publisher.subscribe())
    await world.passes(5.0)
    began = world.clock.monotonic()
    publisher.tell("a", note(1))
    await world.passes(1.0)
    assert [(at, news.changed) for at, news in listener.pieces] == [(began, {"a"})]
    publisher.close()


async def test_at_most_ten_pieces_a_second_and_nothing_is_lost(world: World) -> None:
    publisher = Publisher()
    listener = Listener(publisher.subscribe())
    for number in range(3000):
        publisher.tell("ab"[number % 2], note(number))
        await world.passes(0.001)
    await world.passes(0.2)
    times = [at for at, _ in listener.pieces]
    assert 28 <= len(times) <= 32
    assert all(later - sooner >= 0.0999 for sooner, later in pairwise(times))
    assert listener.messages("a") == [str(number) for number in range(0, 3000, 2)]
    assert listener.messages("b") == [str(number) for number in range(1, 3000, 2)]
    publisher.close()


async def test_nothing_is_scheduled_when_nothing_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    timers: list[float] = []
    call_at = loop.call_at

    def spy(when: float, *rest: object, **more: object) -> asyncio.TimerHandle:
        timers.append(when)
        return call_at(when, *rest, **more)  # type: ignore[arg-type]

    publisher = Publisher()
    listener = Listener(publisher.subscribe())
    await world.passes(0.0)
    monkeypatch.setattr(loop, "call_at", spy)
    publisher.tell("a", note(1))
    publisher.tell("a", note(2))
    await asyncio.sleep(0)
    assert len(timers) == 1, "one timer for both"
    monkeypatch.undo()
    await world.passes(10.0)
    monkeypatch.setattr(loop, "call_at", spy)
    publisher.flush()
    publisher.trouble("a", None)
    await asyncio.sleep(0)
    assert len(timers) == 1
    assert len(listener.pieces) == 1
    publisher.close()


async def test_a_slow_listener_gets_fewer_and_larger_pieces(world: World) -> None:
    publisher = Publisher()
    slow, quick = Listener(publisher.subscribe(), pause=1.0), Listener(publisher.subscribe())
    for number in range(100):
        publisher.tell("a", note(number))
        await world.passes(0.05)
    await world.passes(3.0)
    assert len(slow.pieces) <= 7 < len(quick.pieces)
    assert slow.messages("a") == quick.messages("a") == [str(number) for number in range(100)]
    publisher.close()


async def test_the_end_comes_after_what_is_pending(world: World) -> None:
    publisher = Publisher()
    slow, quick = Listener(publisher.subscribe(), pause=1.0), Listener(publisher.subscribe())
    publisher.tell("a", note(1))
    await world.passes(0.01)
    publisher.tell("a", note(2))
    publisher.close()
    await asyncio.gather(slow.task, quick.task)
    assert slow.messages("a") == quick.messages("a") == ["1", "2"]


async def test_closing_one_subscription_leaves_the_others(world: World) -> None:
    publisher = Publisher()
    mine = publisher.subscribe()
    one, other = Listener(mine), Listener(publisher.subscribe())
    await world.passes(0.0)
    mine.close()
    await one.task
    publisher.tell("a", note(1))
    await world.passes(1.0)
    assert (one.pieces, other.messages("a")) == ([], ["1"])
    publisher.close()


async def test_an_iteration_can_be_left_and_taken_up_again(world: World) -> None:
    publisher = Publisher()
    subscription = publisher.subscribe()
    publisher.tell("a")
    async with aclosing(aiter(subscription)) as stream:
        assert (await anext(stream)).changed == {"a"}
    publisher.tell("b")
    async with aclosing(aiter(subscription)) as stream:
        assert (await anext(stream)).changed == {"b"}
    publisher.close()


async def test_trouble_is_told_once_and_its_end_too(world: World) -> None:
    publisher = Publisher()
    listener = Listener(publisher.subscribe())
    for info in (None, TROUBLE, TROUBLE, None, None, TROUBLE):
        publisher.trouble("a", info)
        await world.passes(1.0)
    assert [news.troubles for _, news in listener.pieces] == [{"a": TROUBLE}, {"a": None}, {"a": TROUBLE}]
    publisher.close()


async def test_who_comes_late_hears_of_the_troubles_that_last(world: World) -> None:
    publisher = Publisher()
    publisher.trouble("a", TROUBLE)
    publisher.trouble("b", TROUBLE)
    await world.passes(1.0)
    publisher.trouble("b", None)
    await world.passes(1.0)
    late = Listener(publisher.subscribe())
    await world.passes(1.0)
    assert [news.troubles for _, news in late.pieces] == [{"a": TROUBLE}]
    publisher.close()


def test_no_news_is_nothing() -> None:
    assert not News()
    assert News(changed={"a"})
    assert News(troubles={"": None})
