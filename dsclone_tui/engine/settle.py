"""The outcome of a start whose answer never came, from the vendor's own lists.

Every path ends in the truth: the job is found and followed, or it is surely absent, or it stays ``unconfirmed``
while nobody can be asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dsclone_tui.domain.errors import BadAnswerError, ErrorInfo, UnreachableError
from dsclone_tui.domain.jobs import EventKind, JobEvent, JobRecord
from dsclone_tui.domain.ports import Backend, Clock
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.engine.backoff import Backoff
from dsclone_tui.engine.ledger import Ledger

# A start may be taken a little after the answer was lost: absence counts only when seen this long afterwards.
ABSENT_AFTER = timedelta(seconds=3.5)
LOOK_EVERY = 0.7


async def settle(job: JobRecord, backend: Backend, ledger: Ledger, clock: Clock) -> JobRecord:
    """Moves an ``intent`` or ``unconfirmed`` job on; returns it queued, running or ended.

    Raises NotPermittedError (and other refusals) when the server no longer lets us look.
    """
    if job.sent_at is None:
        return await _never_sent(job, ledger, clock)
    anchor = job.sent_at
    if job.state is JobState.INTENT:
        event = JobEvent(
            clock.now(), EventKind.UNANSWERED, state=JobState.UNCONFIRMED, error=_unanswered("the program ended")
        )
        job = await ledger.record(job.id, event)
    else:
        anchor = max(anchor, job.updated_at)
    return await _look(job, anchor, backend, ledger, clock)


async def _look(job: JobRecord, anchor: datetime, backend: Backend, ledger: Ledger, clock: Clock) -> JobRecord:
    backoff = Backoff(first=1.0, longest=15.0)
    began = clock.monotonic()
    while True:
        # the wall clock counts from before a restart; the other one is not put back
        looked = timedelta(seconds=clock.monotonic() - began)
        late_enough = max(clock.now() - anchor, looked) >= ABSENT_AFTER
        try:
            found = await backend.find(job, await ledger.known_ids(job))
        except (UnreachableError, BadAnswerError) as error:
            retry_after = getattr(error, "retry_after", None)
            link = LinkState.RETRYING if backoff.failures < 2 else LinkState.OFFLINE
            await ledger.record(job.id, JobEvent(clock.now(), EventKind.LINK, link=link, message=error.message))
            await clock.sleep(backoff.next(retry_after))
            continue
        backoff.reset()
        if found is not None:
            observation = found.observation
            event = JobEvent(
                clock.now(),
                EventKind.SUBMITTED,
                state=observation.state or JobState.QUEUED,
                progress=observation.progress,
                remote_job_id=observation.remote_job_id,
                remote_state=observation.remote_state,
                message="found in the server's own list",
                error=observation.error,
            )
            return await ledger.record(job.id, event)
        if late_enough:
            return await _absent(job, ledger, clock, "the server has no trace of it")
        await clock.sleep(LOOK_EVERY)


async def _never_sent(job: JobRecord, ledger: Ledger, clock: Clock) -> JobRecord:
    """An intent whose request never left: nothing to ask, but nothing ends before it is two seconds old."""
    age = (clock.now() - job.created_at).total_seconds()
    if age < 2.0:
        await clock.sleep(2.0 - age)
    return await _absent(job, ledger, clock, "the request was never sent")


async def _absent(job: JobRecord, ledger: Ledger, clock: Clock, reason: str) -> JobRecord:
    info = ErrorInfo("not_started", reason, hint="Start it again: nothing was changed on the server.")
    event = JobEvent(clock.now(), EventKind.SETTLED, state=JobState.NOT_STARTED, error=info, message=reason)
    return await ledger.record(job.id, event)


def _unanswered(reason: str) -> ErrorInfo:
    return ErrorInfo(
        "answer_lost",
        f"{reason} before the server's answer came",
        hint="The server's own lists are being asked whether it started.",
    )
