"""How long jobs take. Rate 1 is the pace of a vendor's small project, 2 twice as long, 0 as fast as it goes."""

import math
from dataclasses import dataclass

from dsclone_tui.sandbox.jobs import Job

QUEUED_SECONDS = 1.0
BASE_SECONDS = 2.0
ROWS_PER_SECOND = 650.0
FAST_FACTOR = 3.0
# A batch is worth a write when it moves the percentage, and not more often than this.
STEPS = 100
SHORTEST_STEP_SECONDS = 0.1
LARGEST_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of every job of a sandbox; `rate` scales all of its seconds."""

    rate: float

    @property
    def queued_seconds(self) -> float:
        """How long an accepted job waits before it runs."""
        return QUEUED_SECONDS * self.rate

    def seconds_for(self, total: int, *, fast: bool) -> float:
        """How long copying `total` rows takes; a fast fork takes a third (wire/datocms 3: quicker, same content)."""
        return self.rate * (BASE_SECONDS + total / ROWS_PER_SECOND) / (FAST_FACTOR if fast else 1.0)


class Timetable:
    """When one job has to do what, on the event loop's clock. A resumed job takes up its pace where it stands."""

    def __init__(self, pace: Pace, job: Job, now: float) -> None:
        self._seconds = pace.seconds_for(job.total, fast=job.options.fast)
        self._runs_at = now + (pace.queued_seconds if job.state == "pending" else 0.0)
        self._begun = self._runs_at - (self._seconds * job.done / job.total if job.total else 0.0)
        rows_per_second = job.total / self._seconds if self._seconds else math.inf
        self._step = max(1.0, job.total / STEPS, rows_per_second * SHORTEST_STEP_SECONDS)

    def next_at(self, job: Job) -> float:
        """When `job`, as it stands, is to be looked at again."""
        if job.state == "pending":
            return self._runs_at
        done = min(1.0, (job.done + self._step) / job.total) if job.total else 1.0
        return self._begun + self._seconds * done

    def rows_due(self, job: Job, now: float) -> int:
        """How many rows are to be copied now; when the time is over, more than are left, so that it finds its end."""
        elapsed = now - self._begun
        if elapsed >= self._seconds:
            return LARGEST_BATCH
        return max(1, int(job.total * elapsed / self._seconds) - job.done)
