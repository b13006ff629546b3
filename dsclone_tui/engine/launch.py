"""Starting a clone: intent on disk first, then the one request, then its answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from dsclone_tui.domain.errors import (
    AnswerLostError,
    BusyError,
    DeclinedError,
    DscloneError,
    UnreachableError,
    UsageError,
)
from dsclone_tui.domain.jobs import CloneRequest, EventKind, JobEvent, JobRecord, Observation, new_job, new_job_id
from dsclone_tui.domain.policy import Decision, Guard, Verdict, decide_clone
from dsclone_tui.domain.ports import Backend, Clock, Lease
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.vendor import VendorProfile
from dsclone_tui.engine.backoff import Backoff
from dsclone_tui.engine.ledger import Ledger

logger = logging.getLogger("dsclone")

# Sent again only where the server cannot have acted, and not for ever.
ATTEMPTS = 4


def checked(request: CloneRequest, profile: VendorProfile) -> CloneRequest:
    """The request with its options in order; UsageError where the vendor does not take name or options."""
    if problem := profile.name_rule.problem(request.target):
        raise UsageError(
            f"{request.target!r} cannot name a new {profile.noun}: {problem}",
            code="bad_name",
            hint=f"{profile.name_rule.spelled}; {profile.name_rule.longest} characters at most",
        )
    return replace(request, options=profile.checked(request.options))


class Launcher:
    """Sends starts, one request each, for the backends of a session."""

    def __init__(self, guards: Mapping[str, Guard], ledger: Ledger, clock: Clock) -> None:
        self._guards = guards
        self._ledger = ledger
        self._clock = clock

    def decide(self, request: CloneRequest, *, target_exists: bool = False) -> Decision:
        """What policy says of the request."""
        return decide_clone(request, self._guards[request.backend], target_exists=target_exists)

    def permit(self, request: CloneRequest, *, consented: bool) -> None:
        """Raises DeclinedError where policy forbids the request, or asks and nobody has said yes."""
        decision = self.decide(request)
        if decision.verdict is Verdict.REFUSE:
            raise DeclinedError(decision.reason, code="policy", hint="change read_only in the configuration")
        if decision.verdict is Verdict.ASK and not consented:
            how = f"--confirm {decision.confirm}" if decision.confirm else "--yes"
            raise DeclinedError(decision.reason, code="consent_needed", hint=f"add {how} to go on")

    async def intend(self, request: CloneRequest, lease: Lease, *, consented: bool = False) -> JobRecord:
        """Writes the intent, leased to us. After DeclinedError, ConflictError or JournalError nothing was started."""
        self.permit(request, consented=consented)
        at = self._clock.now()
        return await self._ledger.open(new_job(request, new_job_id(at), at), JobEvent(at, EventKind.INTENT), lease)

    async def send(self, job: JobRecord, backend: Backend) -> JobRecord:
        """Sends the start of a journaled intent and journals the answer; never raises for what the server says."""
        backoff = Backoff(first=0.5, longest=10.0)
        job = self._ledger.records[job.id]
        if job.state is not JobState.INTENT or job.sent_at is not None:
            return job  # it has left before, or was settled: never twice
        while True:
            await self._ledger.record(job.id, JobEvent(self._clock.now(), EventKind.SENT))
            try:
                answer = await backend.start(job.request)
            except AnswerLostError as error:
                return await self._note(job, EventKind.UNANSWERED, JobState.UNCONFIRMED, error)
            except UnreachableError as error:
                if backoff.failures + 1 >= ATTEMPTS:
                    return await self._note(job, EventKind.SETTLED, JobState.NOT_STARTED, error)
                await self._tell(job, f"not sent: {error.message}; trying again")
                await self._clock.sleep(backoff.next(error.retry_after if isinstance(error, BusyError) else None))
            except DscloneError as error:
                return await self._note(job, EventKind.REFUSED, JobState.FAILED, error)
            except Exception as error:  # a bug of ours; the request may have left all the same
                logger.exception("starting job %s failed", job.id)
                bug = AnswerLostError(f"starting failed: {type(error).__name__}", code="internal_error")
                return await self._note(job, EventKind.UNANSWERED, JobState.UNCONFIRMED, bug)
            else:
                return await self._taken(job, answer)

    async def _taken(self, job: JobRecord, answer: Observation) -> JobRecord:
        event = JobEvent(
            self._clock.now(),
            EventKind.SUBMITTED,
            state=answer.state or JobState.QUEUED,
            progress=answer.progress,
            remote_job_id=answer.remote_job_id,
            remote_state=answer.remote_state,
            message=answer.message,
        )
        return await self._ledger.record(job.id, event)

    async def _note(self, job: JobRecord, kind: EventKind, state: JobState, error: DscloneError) -> JobRecord:
        event = JobEvent(self._clock.now(), kind, state=state, error=error.info, message=error.message)
        return await self._ledger.record(job.id, event)

    async def _tell(self, job: JobRecord, message: str) -> None:
        await self._ledger.record(job.id, JobEvent(self._clock.now(), EventKind.NOTE, message=message))
