"""Following one job to its end: its stream where there is one, polling wherever there is none at the moment.

Trouble on the line changes ``link`` and nothing else. Only the server's word ends a job, or its lasting
ignorance of it (``lost``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from dsclone_tui.domain.errors import (
    BadAnswerError,
    BusyError,
    DscloneError,
    ErrorInfo,
    NoStreamError,
    NotFoundError,
    UnreachableError,
)
from dsclone_tui.domain.jobs import EventKind, JobEvent, JobRecord, Observation
from dsclone_tui.domain.ports import Backend, Clock
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.engine.backoff import Backoff
from dsclone_tui.engine.ledger import Ledger
from dsclone_tui.engine.settle import settle

POLL_EVERY = 2.0
# How long a job may be unknown to its server before it counts as lost: 2 + 4 + 8 + 16 seconds, five questions.
MISSES_ALLOWED = 5
OFFLINE_AFTER = 3


class Tracker:
    """Follows one job; ``run`` returns when the job has ended, and raises only what keeps us from watching.

    ``heard`` is called at every word of the server.
    """

    def __init__(
        self, job_id: str, backend: Backend, ledger: Ledger, clock: Clock, heard: Callable[[], None] = lambda: None
    ) -> None:
        self._id = job_id
        self._backend = backend
        self._ledger = ledger
        self._clock = clock
        self._heard = heard
        self._streams = backend.profile.streams
        self._reconnect = Backoff(first=1.0, longest=30.0)
        self._trouble = Backoff(first=1.0, longest=15.0)
        self._misses = 0
        self._stream_again_at = 0.0

    @property
    def job(self) -> JobRecord:
        return self._ledger.records[self._id]

    async def run(self, *, fresh: bool = False) -> JobRecord:
        """Follows to the end. A job that was not started just now (``fresh``) is first polled once for the truth."""
        if self.job.state in (JobState.INTENT, JobState.UNCONFIRMED):
            await settle(self.job, self._backend, self._ledger, self._clock)
        wait = 0.0 if fresh else await self._poll()
        while self.job.open:
            if self._may_stream():
                await self._stream()
            else:
                await self._clock.sleep(wait)
                if self._may_stream():
                    continue
            wait = await self._poll()
        return self.job

    def _may_stream(self) -> bool:
        return (
            self._streams
            and self.job.remote_job_id is not None
            and self._misses == 0
            and self._clock.monotonic() >= self._stream_again_at
        )

    async def _stream(self) -> None:
        """Listens until the job ends or the line does; says when to connect again."""
        news_came = False
        try:
            async with aclosing(self._backend.listen(self.job)) as stream:
                async for observation in stream:
                    await self._link(LinkState.STREAMING)
                    news_came = news_came or observation != Observation()
                    await self._observe(observation)
                    if not self.job.open:
                        return
        except NoStreamError as error:
            self._streams = False
            await self._note(f"{error.message}; polling instead")
        except (UnreachableError, BadAnswerError) as error:
            await self._link(LinkState.RETRYING, f"stream: {error.message}")
        else:
            await self._link(LinkState.RETRYING, "the server closed the stream")
        if news_came:
            self._reconnect.reset()
        self._stream_again_at = self._clock.monotonic() + self._reconnect.next()

    async def _poll(self) -> float:
        """Asks once; returns the seconds to wait before the next question."""
        if not self.job.open:
            return 0.0
        try:
            observation = await self._backend.poll(self.job)
        except NotFoundError as error:
            return await self._missed(error)
        except (UnreachableError, BadAnswerError) as error:
            wait = self._trouble.next(error.retry_after if isinstance(error, BusyError) else None)
            offline = self._trouble.failures >= OFFLINE_AFTER
            await self._link(LinkState.OFFLINE if offline else LinkState.RETRYING, error.message)
            return wait
        self._misses = 0
        self._trouble.reset()
        await self._observe(observation)
        if self.job.open:
            await self._link(LinkState.POLLING)
        return POLL_EVERY

    async def _missed(self, error: DscloneError) -> float:
        """The server does not know the job: ask again for half a minute, look in its lists, then give it up."""
        self._misses += 1
        if self._misses < MISSES_ALLOWED:
            return POLL_EVERY * 2.0 ** (self._misses - 1)
        try:
            found = await self._backend.find(self.job, await self._ledger.known_ids(self.job))
        except (UnreachableError, BadAnswerError):
            return POLL_EVERY * MISSES_ALLOWED
        if found is not None and _same(found.observation.remote_job_id, self.job.remote_job_id):
            await self._observe(found.observation)
            self._misses = 1
            return POLL_EVERY * MISSES_ALLOWED
        info = ErrorInfo(
            "lost",
            "the server no longer knows this job, and its lists do not show how it ended",
            hint="Look at the target on the server: it may be complete.",
            remote=error.info.remote,
        )
        event = JobEvent(self._clock.now(), EventKind.SETTLED, state=JobState.LOST, error=info, message=info.message)
        await self._ledger.record(self._id, event)
        return 0.0

    async def _observe(self, observation: Observation) -> None:
        self._heard()
        await self._ledger.record(self._id, observation.as_event(self._clock.now()))

    async def _link(self, link: LinkState, message: str | None = None) -> None:
        if self.job.link is not link:
            await self._ledger.record(self._id, JobEvent(self._clock.now(), EventKind.LINK, link=link, message=message))

    async def _note(self, message: str) -> None:
        await self._ledger.record(self._id, JobEvent(self._clock.now(), EventKind.NOTE, message=message))


def _same(one: str | None, other: str | None) -> bool:
    """False only for two ids that differ; some vendors' lists name no ids."""
    return one is None or other is None or one == other
