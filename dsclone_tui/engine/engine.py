"""The engine as its users hold it: launch, attach, look, listen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import CloneRequest, JobEvent, JobRecord
from dsclone_tui.domain.policy import Decision, Guard
from dsclone_tui.domain.ports import Backend, Clock, JobFilter, Journal
from dsclone_tui.domain.rates import RateMeter
from dsclone_tui.domain.refs import parse_name
from dsclone_tui.domain.states import JobState
from dsclone_tui.engine.adopt import adopt, found_in, journaled
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.engine.launch import Launcher, checked
from dsclone_tui.engine.ledger import Ledger
from dsclone_tui.engine.publish import Publisher, Subscription
from dsclone_tui.engine.supervise import Supervisor

# A lost answer is settled within nine seconds where the server can be asked at all (contract, "lost answers").
SETTLE_WITHIN = 9.0


class Engine:
    """One session's work. All methods belong to one event loop."""

    def __init__(
        self,
        backends: Mapping[str, Backend],
        guards: Mapping[str, Guard],
        *,
        catalog: Catalog,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self.catalog = catalog
        self.journal = journal
        self.clock = clock
        self.found_open: list[str] = []  # the jobs that were open when the engine started
        self._publisher = Publisher()
        self._ledger = Ledger(journal, self._publisher, clock)
        self._launcher = Launcher(guards, self._ledger, clock)
        self._supervisor = Supervisor(backends, journal, self._ledger, self._publisher, clock)

    async def start(self, *, follow_all: bool) -> None:
        """Loads the open jobs; with ``follow_all`` settles and follows each that no living process follows."""
        self.found_open = await self._supervisor.start(follow_all=follow_all)

    @property
    def jobs(self) -> Mapping[str, JobRecord]:
        """Every record this process has met, newest word first-hand; a live view."""
        return self._ledger.records

    def meter(self, job_id: str) -> RateMeter:
        return self._ledger.meter(job_id)

    def subscribe(self) -> Subscription:
        return self._publisher.subscribe()

    def decide(self, request: CloneRequest, *, target_exists: bool = False) -> Decision:
        """What policy says of a request, for asking before ``launch``."""
        return self._launcher.decide(request, target_exists=target_exists)

    async def intend(self, request: CloneRequest, *, consented: bool = False) -> JobRecord:
        """Checks the request and journals its intent; the next step is ``send``.

        Raises UsageError, DeclinedError, ConflictError, NotFoundError or JournalError; nothing was sent then.
        """
        request = checked(request, self.catalog.backend(request.backend).profile)
        job = await self._launcher.intend(request, self._supervisor.new_lease(), consented=consented)
        self._supervisor.hold(job.id)
        return job

    async def send(self, job: JobRecord) -> JobRecord:
        """Sends the one start request of an intent and follows the job.

        Returns the record as the answer left it: queued or running, failed (refused), not_started (surely not
        sent) or unconfirmed. Raises JournalError alone.
        """
        try:
            job = await self._launcher.send(job, self.catalog.backend(job.request.backend))
        finally:
            self._supervisor.let_go(job.id)
        await self._supervisor.follow(job, fresh=True)
        return job

    async def launch(self, request: CloneRequest, *, consented: bool = False) -> JobRecord:
        """``intend`` and ``send`` in one."""
        return await self.send(await self.intend(request, consented=consented))

    async def attach(self, text: str) -> JobRecord:
        """The job that ``text`` names, followed; one started elsewhere is taken into the journal first."""
        record = await journaled(text, self.journal)
        if record is None:
            if ":" not in text:
                return await found_in(self.journal, text)
            ref = parse_name(text)
            backend = self.catalog.backend(ref.backend)
            record = await adopt(
                ref, backend, catalog=self.catalog, journal=self.journal, ledger=self._ledger, clock=self.clock
            )
        self._ledger.load([record])
        record = self._ledger.records[record.id]
        await self._supervisor.follow(record)
        return record

    async def follow(self, job: JobRecord) -> None:
        """Follows a job of the journal, here or through the process that has it."""
        self._ledger.load([job])
        await self._supervisor.follow(self._ledger.records[job.id])

    async def settled(self, job_id: str, within: float = SETTLE_WITHIN) -> JobRecord:
        """The record once it is no longer unconfirmed, or as it is after ``within`` seconds."""
        subscription = self.subscribe()
        try:
            async with asyncio.timeout(within), aclosing(aiter(subscription)) as stream:
                while self.jobs[job_id].state is JobState.UNCONFIRMED:
                    if await anext(stream, None) is None:
                        break
        except TimeoutError:
            pass
        finally:
            subscription.close()
        return self.jobs[job_id]

    async def recent(self, limit: int) -> list[JobRecord]:
        """The newest records of the journal, loaded for the screen."""
        records = await self.journal.jobs(JobFilter(limit=limit))
        self._ledger.load(records)
        return [self._ledger.records[record.id] for record in records]

    async def events(self, job_id: str, limit: int | None = None) -> list[JobEvent]:
        return await self.journal.events(job_id, limit)

    async def stop(self) -> ErrorInfo | None:
        """Stops watching; jobs go on at their servers. Returns what could not be written, if anything."""
        trouble = None
        try:
            await self._supervisor.stop()
        except JournalError as error:
            trouble = error.info
        finally:
            self._publisher.close()
        return trouble
