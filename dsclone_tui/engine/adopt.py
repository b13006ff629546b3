"""Naming a job, and taking one that was started elsewhere into the journal."""

from __future__ import annotations

from collections.abc import Mapping

from dsclone_tui.domain.errors import ConflictError, NotFoundError, UsageError
from dsclone_tui.domain.jobs import CloneRequest, EventKind, JobEvent, JobRecord, new_job, new_job_id
from dsclone_tui.domain.ports import Backend, Clock, FoundJob, JobFilter, Journal
from dsclone_tui.domain.refs import NameRef, parse_name
from dsclone_tui.domain.states import JobState
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.engine.ledger import Ledger

# How long a vendor that hides pending jobs is asked for an id that nobody knows (contract, "Attaching").
UNKNOWN_FOR = 30.0
ASK_EVERY = 2.0


async def journaled(text: str, journal: Journal) -> JobRecord | None:
    """The record that ``text`` names in the journal: a local id, a prefix of one, or a vendor's id.

    None when the journal has none; UsageError when a prefix fits several.
    """
    if ":" in text:
        return await _by_vendor_name(parse_name(text), journal)
    records = await journal.match(text.lower()) if text else []
    exact = [record for record in records if record.id == text.lower()]
    if exact or len(records) == 1:
        return (exact or records)[0]
    if records:
        ids = ", ".join(record.id for record in records[:4])
        raise UsageError(f"{text} fits several jobs", code="ambiguous_job", hint=f"write more of it: {ids}")
    return None


async def found_in(journal: Journal, text: str) -> JobRecord:
    """The journal's record that ``text`` names; NotFoundError when it has none."""
    record = await journaled(text, journal)
    if record is None:
        raise NotFoundError(f"the journal has no job {text}", code="job_not_found", hint="dsclone jobs lists its jobs")
    return record


async def _by_vendor_name(ref: NameRef, journal: Journal) -> JobRecord | None:
    """By the vendor's job id, else by the name of the store that the job makes (``site:qa``), newest first."""
    records = await journal.by_remote_id(ref.backend, ref.name)
    if not records:
        recent = await journal.jobs(JobFilter(backend=ref.backend))
        records = [record for record in recent if record.request.target == ref.name]
    fitting = [record for record in records if ref.project in (None, record.request.project)]
    return fitting[0] if fitting else None


async def adopt(
    ref: NameRef, backend: Backend, *, catalog: Catalog, journal: Journal, ledger: Ledger, clock: Clock
) -> JobRecord:
    """Takes a job that the vendor knows into the journal; NotFoundError when the vendor does not know it."""
    full = await catalog.complete(ref)
    found = await _look_up(full.project, full.name, backend, clock)
    request = CloneRequest(
        full.backend, backend.profile.kind, full.project, found.source, found.target, _options(found)
    )
    at = clock.now()
    record = new_job(request, new_job_id(at), at)
    observation = found.observation
    event = JobEvent(
        at,
        EventKind.ADOPTED,
        state=observation.state or JobState.RUNNING,
        progress=observation.progress,
        remote_job_id=observation.remote_job_id,
        remote_state=observation.remote_state,
        message="started elsewhere",
        error=observation.error,
    )
    try:
        return await ledger.open(record, event)
    except ConflictError:
        # the journal follows a job to this very target already, under another name of it
        for known in await journal.open_jobs():
            if known.request.target_ref == request.target_ref:
                return known
        raise


async def _look_up(project: str, job_id: str, backend: Backend, clock: Clock) -> FoundJob:
    deadline = clock.monotonic() + (UNKNOWN_FOR if backend.profile.hides_pending_jobs else 0.0)
    while True:
        found = await backend.look_up(project, job_id)
        if found is not None:
            return found
        if clock.monotonic() >= deadline and not await _something_pends(project, backend):
            raise NotFoundError(
                f"{backend.profile.title} knows no job {job_id}",
                code="job_not_found",
                hint=f"dsclone jobs lists the journal; the {backend.profile.noun}'s own name works too",
            )
        await clock.sleep(ASK_EVERY)


async def _something_pends(project: str, backend: Backend) -> bool:
    return backend.profile.hides_pending_jobs and bool(await backend.remote_jobs(project))


def _options(found: FoundJob) -> Mapping[str, bool]:
    return {name: True for name, on in (found.options or {}).items() if on}
