"""``apply``: what an event means for a job record. Pure, total, and deaf to news after the end.

An event that changes nothing returns the very same record, so callers tell news from repetition with ``is``.
"""

from __future__ import annotations

import math
from dataclasses import replace

from dsclone_tui.domain.jobs import EventKind, JobEvent, JobRecord
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis, may_move


def apply(record: JobRecord, event: JobEvent) -> JobRecord:
    """The record after the event. Terminal states never change; progress never goes backwards."""
    if record.state.terminal:
        return record
    changed = _moved(_known(record, event), event)
    if changed == record:
        return record
    at = max(record.updated_at, event.at)
    return replace(changed, updated_at=at, finished_at=at if changed.state.terminal else None)


def _known(record: JobRecord, event: JobEvent) -> JobRecord:
    """Facts that an event brings, apart from the state."""
    if event.remote_job_id and event.remote_job_id != record.remote_job_id:
        record = replace(record, remote_job_id=event.remote_job_id)
    if event.remote_state and event.remote_state != record.remote_state:
        record = replace(record, remote_state=event.remote_state)
    if event.kind is EventKind.SENT:
        record = replace(record, sent_at=event.at)
    if event.kind in (EventKind.SUBMITTED, EventKind.ADOPTED) and record.submitted_at is None:
        record = replace(record, submitted_at=event.at, adopted=event.kind is EventKind.ADOPTED)
    if event.link is not None and event.link is not record.link:
        record = replace(record, link=event.link)
    if event.error is not None and event.error != record.error and not _too_late(record, event):
        record = replace(record, error=event.error)
    progress = clamp(event.progress)
    if progress is not None and (record.progress is None or progress > record.progress):
        record = replace(record, progress=progress, progress_basis=event.basis)
    return record


def _moved(record: JobRecord, event: JobEvent) -> JobRecord:
    """The state after the event: only legal moves are made."""
    if event.state is None or event.state is record.state or _too_late(record, event):
        return record
    unheard = record.state in (JobState.INTENT, JobState.UNCONFIRMED)
    record = replace(record, state=event.state)
    if event.state in (JobState.QUEUED, JobState.RUNNING, JobState.COMPLETED) and event.error is None:
        record = replace(record, error=None, submitted_at=record.submitted_at or event.at)
    elif unheard and event.error is None:
        # what was said of a lost answer no longer holds once the server has spoken
        record = replace(record, error=None)
    if event.state.terminal:
        record = replace(record, link=LinkState.IDLE)
        if event.state is JobState.COMPLETED:
            basis = ProgressBasis.DERIVED if record.progress is None else record.progress_basis
            record = replace(record, progress=100.0, progress_basis=basis)
    return record


def _too_late(record: JobRecord, event: JobEvent) -> bool:
    """True for an event that speaks of a state the job has left behind: neither its state nor its error counts."""
    return event.state not in (None, record.state) and not may_move(record.state, event.state)


def clamp(progress: float | None) -> float | None:
    """A percentage within 0 to 100; None where the number is no number."""
    if progress is None or not math.isfinite(progress):
        return None
    return min(100.0, max(0.0, float(progress)))
