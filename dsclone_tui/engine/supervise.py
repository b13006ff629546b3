"""Who follows what: one task a job, a lease on each, and an ear on the journal for what other processes do."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from dsclone_tui.domain.errors import DscloneError, ErrorInfo, JournalError
from dsclone_tui.domain.jobs import JobChange, JobRecord
from dsclone_tui.domain.ports import Backend, Clock, Journal, Lease
from dsclone_tui.engine.ledger import Ledger
from dsclone_tui.engine.owner import may_live, new_owner
from dsclone_tui.engine.publish import Publisher
from dsclone_tui.engine.track import Tracker

LEASE_SECONDS = 15.0
HEARTBEAT_EVERY = 5.0
LISTEN_EVERY = 0.4
INHERIT_EVERY = 1.0
TRY_AGAIN_AFTER = 30.0

logger = logging.getLogger("dsclone")


class Supervisor:
    """Runs the trackers of this process. ``follow_all`` also takes over jobs that nobody living follows; without it
    the same is done for the jobs that this process was asked to follow.
    """

    def __init__(
        self, backends: Mapping[str, Backend], journal: Journal, ledger: Ledger, publisher: Publisher, clock: Clock
    ) -> None:
        self.owner = new_owner()
        self._backends = backends
        self._journal = journal
        self._ledger = ledger
        self._publisher = publisher
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._chores: list[asyncio.Task[None]] = []
        self._leased: set[str] = set()
        self._launching: set[str] = set()
        self._wanted: set[str] = set()
        self._held_back: dict[str, float] = {}
        self._revision = 0
        self._hearing = asyncio.Lock()
        self._stopped = False

    async def start(self, *, follow_all: bool) -> list[str]:
        """Loads the open jobs, starts listening to the journal and, with ``follow_all``, following.

        Returns the ids of the jobs that were open.
        """
        self._revision = await self._journal.revision()
        found = await self._journal.open_jobs()
        self._ledger.load(found)
        self._chores = [
            asyncio.create_task(self._listen(), name="journal-listener"),
            asyncio.create_task(self._heartbeat(), name="lease-heartbeat"),
            asyncio.create_task(self._inherit(follow_all=follow_all), name="job-inheritance"),
        ]
        if follow_all:
            try:
                await self._take_over(follow_all=True)
            except BaseException:
                with suppress(JournalError):
                    await self.stop()
                raise
        return [record.id for record in found]

    def new_lease(self) -> Lease:
        return Lease(self.owner, self._clock.now() + timedelta(seconds=LEASE_SECONDS))

    def hold(self, job_id: str) -> None:
        """Keeps the lease of a job that we have just written; nobody settles or follows it until ``let_go``."""
        self._leased.add(job_id)
        self._launching.add(job_id)

    def let_go(self, job_id: str) -> None:
        """The start of a held job is over, one way or the other: from now on it is settled and followed."""
        self._launching.discard(job_id)
        self._wanted.add(job_id)

    async def _claim(self, job_id: str) -> bool:
        """Takes or renews the lease on a job; False while another living process has it."""
        return await self._journal.claim(job_id, self.new_lease(), self._clock.now(), may_live)

    async def follow(self, job: JobRecord, *, fresh: bool = False) -> bool:
        """Follows a job here, unless another process does: then its news come through the journal."""
        self._wanted.add(job.id)
        if job.id in self._tasks or job.id in self._launching or not (job.open or job.id in self._leased):
            return True
        if job.open and not self._stopped and job.id not in self._leased and not await self._claim(job.id):
            return False
        if self._stopped or not job.open:
            await self._give_back(job.id)
            return not job.open
        if job.id not in self._tasks:
            self._tasks[job.id] = asyncio.create_task(self._run(job.id, fresh=fresh), name=f"track-{job.id}")
        return True

    async def _run(self, job_id: str, *, fresh: bool) -> None:
        """One job's task: whatever happens, it ends with the lease given back and, if need be, with trouble told."""
        try:
            if not fresh:
                await self._hear()  # whoever had the job before us may have written just now
            self._leased.add(job_id)
            await self._ledger.catch_up(job_id)
            await self._watch(job_id, fresh=fresh)
        except JournalError as error:
            self._hold_back(job_id, error.info, 0.0)
        except DscloneError as error:
            self._hold_back(job_id, error.info)
        except Exception as error:  # noqa: BLE001 - a bug of ours, logged; the other jobs go on
            self._hold_back(job_id, _bug(f"watching job {job_id}", error))
        finally:
            try:
                with suppress(JournalError):
                    await self._ledger.catch_up(job_id)
            finally:
                self._tasks.pop(job_id, None)
                await self._give_back(job_id)

    async def _watch(self, job_id: str, *, fresh: bool) -> None:
        name = self._ledger.records[job_id].request.backend
        backend = self._backends.get(name)
        if backend is None:
            hint = f"add [backends.{name}] to the configuration to go on watching"
            self._hold_back(job_id, ErrorInfo("backend_missing", f"no backend {name} is configured", hint))
            return
        well = partial(self._publisher.trouble, job_id, None)
        await Tracker(job_id, backend, self._ledger, self._clock, well).run(fresh=fresh)
        well()

    async def _give_back(self, job_id: str) -> None:
        self._leased.discard(job_id)
        with suppress(JournalError):
            await self._journal.release(job_id, self.owner)

    def _hold_back(self, job_id: str, info: ErrorInfo, seconds: float = TRY_AGAIN_AFTER) -> None:
        """Watching failed for a reason that time may mend (a revoked token, a full disk): try again later."""
        self._held_back[job_id] = self._clock.monotonic() + seconds
        self._publisher.trouble(job_id, info)

    async def _take_over(self, *, follow_all: bool) -> None:
        """Follows what nobody living follows: all that is open, or only what was asked for here."""
        for job in list(self._ledger.records.values()):
            if not job.open or not (follow_all or job.id in self._wanted):
                continue
            if self._held_back.get(job.id, 0.0) <= self._clock.monotonic():
                await self.follow(job)

    async def _heartbeat(self) -> None:
        """Keeps our leases alive."""

        async def renew() -> None:
            for job_id in list(self._leased):
                if job_id in self._leased and not await self._claim(job_id):
                    await self._lost_lease(job_id)
            self._ledger.journal_works()

        await self._repeat(renew, HEARTBEAT_EVERY, "renewing leases")

    async def _inherit(self, *, follow_all: bool) -> None:
        """Takes over what was left behind: a process ended, died, or only started a job (``--detach``)."""
        await self._repeat(partial(self._take_over, follow_all=follow_all), INHERIT_EVERY, "taking jobs over")

    async def _repeat(self, chore: Callable[[], Awaitable[None]], seconds: float, doing: str) -> None:
        """Does a chore for ever, whatever becomes of it; the journal's trouble is told."""
        while True:
            await self._clock.sleep(seconds * random.uniform(0.8, 1.0))  # noqa: S311 - jitter, no secret
            try:
                await chore()
            except JournalError as error:
                self._ledger.journal_failed(error.info)
            except Exception as error:  # noqa: BLE001 - a bug of ours, logged; without leases we would lose every job
                self._ledger.journal_failed(_bug(doing, error))

    async def _lost_lease(self, job_id: str) -> None:
        """We slept past our lease and another process took over: what it wrote since then counts."""
        self._leased.discard(job_id)
        self._ledger.drop(job_id)
        if (task := self._tasks.get(job_id)) is not None:
            task.cancel()
        if (record := await self._journal.get(job_id)) is not None:
            self._ledger.hear(JobChange(record))

    async def _hear(self) -> None:
        """Takes what other processes have written since the last time; our own jobs we know better."""
        async with self._hearing:
            self._revision, changes = await self._journal.changed_since(self._revision)
            for change in changes:
                known = self._ledger.records.get(change.record.id)
                if change.record.id not in self._leased and change.record != known:
                    self._ledger.hear(change)
                    if not change.record.open:
                        self._publisher.trouble(change.record.id, None)

    async def _listen(self) -> None:
        """Hears the journal for as long as we run."""
        failed = False
        while True:
            try:
                await self._hear()
            except JournalError as error:
                failed = True
                self._publisher.trouble("", error.info)
            except Exception as error:  # noqa: BLE001 - a bug of ours, logged; other processes would fall silent
                if not failed:
                    self._publisher.trouble("", _bug("listening to the journal", error))
                failed = True
            else:
                if failed:
                    self._publisher.trouble("", None)
                    failed = False
            await self._clock.sleep(LISTEN_EVERY)

    async def stop(self) -> None:
        """Stops watching; the jobs themselves go on at their servers."""
        self._stopped = True
        tasks = [*self._chores, *self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for job_id in list(self._tasks):  # those that were cancelled before they began
            await self._give_back(job_id)
        await self._ledger.flush()


def _bug(doing: str, error: Exception) -> ErrorInfo:
    """What is told of an exception that nobody foresaw; the log has the rest."""
    logger.error("%s failed", doing, exc_info=error)
    return ErrorInfo("internal_error", f"{doing} failed: {type(error).__name__}", hint="The log tells more.")
