"""Runs a vendor's jobs in the background, each at its own pace, and tells whoever listens how far they are."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dsclone_tui.sandbox.copying import advance
from dsclone_tui.sandbox.database import Database
from dsclone_tui.sandbox.faults import JobFault
from dsclone_tui.sandbox.jobs import Failure, Job, fail, open_jobs
from dsclone_tui.sandbox.pacing import LARGEST_BATCH, Pace, Timetable

logger = logging.getLogger(__name__)

# Jobs that are due within this time share a round, and a round is one transaction.
ROUND_SECONDS = 0.05
SMALLEST_SHARE = 50


class LiveJob:
    """A job as listeners see it. `job` is its last committed state; `over` is set when no news will come."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.over = asyncio.Event()
        self._news = asyncio.Event()

    def publish(self, job: Job) -> None:
        self.job = job
        if job.ended:
            self.over.set()
        self.wake()

    def wake(self) -> None:
        """Lets every listener look again, be there news or not."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def news(self) -> asyncio.Event:
        """Is set at the next change after this call."""
        return self._news


@dataclass(frozen=True, slots=True)
class _Work:
    live: LiveJob
    timetable: Timetable
    fault: JobFault | None

    @property
    def next_at(self) -> float:
        return self.timetable.next_at(self.live.job)


class Runner:
    """The background work of one vendor: rounds, in which every job that is due moves one step.

    A round is committed before any of it is published. The rows of a round are shared out among its jobs, so that
    none waits for another's end.
    """

    def __init__(self, db: Database, pace: Pace) -> None:
        self._db = db
        self._pace = pace
        self._works: dict[str, _Work] = {}
        self._started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def watch(self, job_id: str) -> LiveJob | None:
        """The job if it runs here and now; one that has ended is to be read from the database."""
        work = self._works.get(job_id)
        return work.live if work else None

    def start(self, job: Job, fault: JobFault | None = None) -> None:
        """Runs a job that is written down already."""
        self._works[job.id] = _Work(LiveJob(job), Timetable(self._pace, job, _clock()), fault)
        self._started.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._rounds())
            self._task.add_done_callback(_report)

    async def resume(self) -> None:
        """Goes on with every job that an earlier process left open, from its last committed position."""
        for job in await self._db.read(open_jobs):
            self.start(job)

    def dismiss(self) -> None:
        """Tells all listeners that they will hear no more."""
        for work in self._works.values():
            work.live.over.set()
            work.live.wake()

    async def close(self) -> None:
        """Stops all work where it stands; `resume` takes it up again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _rounds(self) -> None:
        while True:
            self._started.clear()
            now = _clock()
            due = [work for work in self._works.values() if work.next_at <= now]
            if due:
                await self._round(due, now)
            else:
                await self._pause(now)

    async def _round(self, due: Sequence[_Work], now: float) -> None:
        try:
            jobs = await self._db.write(partial(_advance_all, due=due, now=now))
        except sqlite3.Error as error:
            if len(due) > 1:
                # One job's trouble must not be another's: find out whose it is.
                for work in due:
                    await self._round([work], now)
                return
            logger.exception("job %s failed", due[0].live.job.id)
            failure = Failure(f"The copy could not be written: {error}")
            jobs = [await self._db.write(partial(fail, job=due[0].live.job, failure=failure))]
        for work, job in zip(due, jobs, strict=True):
            if job.ended:
                del self._works[job.id]
            work.live.publish(job)

    async def _pause(self, now: float) -> None:
        """Waits until the next job is due, or a new one has come."""
        earliest = min((work.next_at for work in self._works.values()), default=None)
        wait = None if earliest is None else max(ROUND_SECONDS, earliest - now)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._started.wait()


def _advance_all(db: sqlite3.Connection, due: Sequence[_Work], now: float) -> list[Job]:
    share = max(SMALLEST_SHARE, LARGEST_BATCH // len(due))
    return [
        advance(db, work.live.job, min(share, work.timetable.rows_due(work.live.job, now)), work.fault) for work in due
    ]


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("the background work has stopped", exc_info=error)


def _clock() -> float:
    return asyncio.get_running_loop().time()
