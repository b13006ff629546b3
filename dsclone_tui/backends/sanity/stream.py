"""What the events of a job's stream mean (the table in wire/sanity 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dsclone_tui.backends.sanity.errors import copy_failure, said_by
from dsclone_tui.backends.sanity.wire import JobReport, job_state
from dsclone_tui.backends.sse import ServerEvent
from dsclone_tui.domain.errors import NoStreamError, UnreachableError
from dsclone_tui.domain.jobs import Observation
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.text import plain

_FATAL = frozenset({"channel_error", "channelError"})  # the newer and the older spelling


@dataclass(frozen=True, slots=True)
class Confirm:
    """The stream says that the job is over without saying how: ask for its status (wire/sanity 6, weakness 2)."""


def meaning(event: ServerEvent, job_id: str) -> Observation | Confirm | None:
    """The news in one event; None where it brings none for this job.

    Raises NoStreamError where the server ends the listening, UnreachableError where it wants us to come back.
    """
    document = _json(event.data)
    if event.name == "done":
        return Confirm()
    if event.name in _FATAL:
        raise NoStreamError(
            f"Sanity ended the stream: {_text(document, event.data)}",
            hint="The job is polled instead.",
            remote=_text(document, event.data) or None,
        )
    if event.name == "disconnect":
        raise NoStreamError("Sanity hung up the stream for good", remote=_text(document, event.data) or None)
    if event.name == "error":
        if not event.data:
            return None
        raise UnreachableError(f"the stream reports an error: {_text(document, event.data)}")
    if event.name == "welcome" or not isinstance(document, dict):
        return None
    return observe(document, job_id)


def observe(document: dict[str, object], job_id: str) -> Observation | None:
    """The job data of an event or a status answer; None when it is about another job or tells nothing."""
    report = JobReport.model_validate(document)
    if report.id is not None and report.id != job_id:
        return None
    if report.state is None and report.progress is None:
        return None
    state = job_state(report.state)
    text = said_by(document) if state is JobState.FAILED else ""
    return Observation(
        state=state,
        progress=report.progress,
        remote_state=plain(report.state or "", 60) or None,
        remote_job_id=job_id,
        error=copy_failure(text) if state is JobState.FAILED else None,
    )


def _json(data: str) -> object:
    try:
        document: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document


def _text(document: object, data: str) -> str:
    """What an error frame says: JSON in any of the error shapes, or plain text."""
    return said_by(document) or plain(data, 200)
