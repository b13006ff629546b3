"""The events of the jobs that are on the screen: read from the journal once, then kept up to date by the news."""

from __future__ import annotations

from collections.abc import Sequence

from dsclone_tui.domain.jobs import JobEvent
from dsclone_tui.tui.words import fold_progress

# How many events a job keeps here; the journal keeps them all.
LONGEST = 2_000


class Logbook:
    """Events by job, oldest first. Only jobs that somebody opened are kept."""

    def __init__(self) -> None:
        self._events: dict[str, list[JobEvent]] = {}
        self._early: dict[str, list[JobEvent]] = {}

    def events(self, job_id: str) -> Sequence[JobEvent]:
        return self._events.get(job_id, ())

    def has(self, job_id: str) -> bool:
        """True when the job's events were read, or are being read."""
        return job_id in self._events or job_id in self._early

    def reading(self, job_id: str) -> None:
        """The journal is being read: news are held until it has answered."""
        self._early.setdefault(job_id, [])

    def unread(self, job_id: str) -> None:
        """The reading is over, or was given up."""
        self._early.pop(job_id, None)

    def put(self, job_id: str, events: Sequence[JobEvent]) -> None:
        """What the journal has, then the news that came meanwhile."""
        self._events[job_id] = fold_progress(events)
        self.add(job_id, self._early.pop(job_id, []))

    def add(self, job_id: str, events: Sequence[JobEvent]) -> None:
        """News of a job; what the journal has told already is dropped."""
        if job_id in self._early:
            self._early[job_id].extend(events)
            return
        known = self._events.get(job_id)
        if known is None:
            return
        fresh = [event for event in events if _is_new(event, known)]
        if fresh:
            self._events[job_id] = fold_progress([*known, *fresh])[-LONGEST:]


def _is_new(event: JobEvent, known: Sequence[JobEvent]) -> bool:
    """Later than the last known one; at the same moment, one that is not among them."""
    if not known or event.at > known[-1].at:
        return True
    return event.at == known[-1].at and event not in known[-8:]
