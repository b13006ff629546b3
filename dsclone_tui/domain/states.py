"""The states of a job and of the line to its server, and which moves between them are legal."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands; only the server's word, or the settling of an unconfirmed start, ends one."""

    INTENT = "intent"
    UNCONFIRMED = "unconfirmed"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"
    LOST = "lost"

    @property
    def terminal(self) -> bool:
        return self in TERMINAL


class LinkState(StrEnum):
    """How news of a job reaches us; trouble on the line is never a job state."""

    STREAMING = "streaming"
    POLLING = "polling"
    RETRYING = "retrying"
    OFFLINE = "offline"
    IDLE = "idle"


class ProgressBasis(StrEnum):
    """Where a percentage comes from."""

    REPORTED = "reported"
    DERIVED = "derived"
    UNKNOWN = "unknown"


TERMINAL = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.NOT_STARTED, JobState.LOST})
OPEN = frozenset(JobState) - TERMINAL

_ENDS_BY_SERVER = {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}
LEGAL: dict[JobState, frozenset[JobState]] = {
    JobState.INTENT: frozenset(
        {JobState.UNCONFIRMED, JobState.QUEUED, JobState.RUNNING, JobState.NOT_STARTED, *_ENDS_BY_SERVER}
    ),
    JobState.UNCONFIRMED: frozenset(
        {JobState.QUEUED, JobState.RUNNING, JobState.NOT_STARTED, JobState.LOST, *_ENDS_BY_SERVER}
    ),
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.LOST, *_ENDS_BY_SERVER}),
    JobState.RUNNING: frozenset({JobState.LOST, *_ENDS_BY_SERVER}),
    **{state: frozenset() for state in TERMINAL},
}


def may_move(old: JobState, new: JobState) -> bool:
    """True when a job may go from ``old`` to ``new``; staying put is not a move."""
    return new in LEGAL[old]
