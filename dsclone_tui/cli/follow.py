"""Following jobs on the command line: lines from the same snapshots as the screen, and an honest exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from dsclone_tui.cli import narrate, output
from dsclone_tui.domain.errors import ErrorInfo, ExitCode, exit_code_of
from dsclone_tui.domain.jobs import JobRecord, exit_code_for
from dsclone_tui.domain.states import JobState
from dsclone_tui.engine.engine import Engine
from dsclone_tui.engine.publish import News

HEARTBEAT = 30.0
PLAIN_STEP = 10.0


class Until(StrEnum):
    """When watching several jobs is over."""

    ALL = "all"
    ANY = "any"
    FAIL_FAST = "fail-fast"


class Follower:
    """Prints what becomes of some jobs. Make it before they start, so that nothing is missed."""

    def __init__(self, engine: Engine, *, as_json: bool, timeout: timedelta | None, until: Until = Until.ALL) -> None:
        self._engine = engine
        self._json = as_json
        self._until = until
        self._timeout = timeout.total_seconds() if timeout is not None else None
        self._news = aiter(engine.subscribe())
        self._shown: dict[str, JobRecord] = {}
        self._ended: dict[str, ExitCode] = {}
        self._troubles: dict[str, ErrorInfo] = {}
        self._line = narrate.LiveLine() if narrate.live() and not as_json else None

    async def run(self, ids: Collection[str], sending: asyncio.Task[JobRecord] | None = None) -> int:
        """Follows until the jobs have ended, the time is up or a signal comes; returns the exit code.

        ``sending`` is the start that is under way; its JournalError is raised here.
        """
        try:
            code = await self._watch(ids, sending)
        except asyncio.CancelledError:
            self._leave(ids, "interrupted")
            return ExitCode.INTERRUPTED
        finally:
            if self._line:
                self._line.end()
        return code

    async def _watch(self, ids: Collection[str], sending: asyncio.Task[JobRecord] | None) -> int:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout if self._timeout is not None else float("inf")
        heartbeat = loop.time() + HEARTBEAT
        upcoming = asyncio.ensure_future(anext(self._news))
        try:
            while not self._show(ids):
                waiting = {upcoming} | ({sending} if sending and not sending.done() else set())
                pause = max(0.0, min(deadline, heartbeat) - loop.time())
                done, _ = await asyncio.wait(waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                if sending in done and sending is not None:
                    sending.result()
                if upcoming in done:
                    self._hear(upcoming.result(), ids)
                    upcoming = asyncio.ensure_future(anext(self._news))
                if loop.time() >= deadline:
                    self._show(ids)
                    self._leave(ids, "the time is up")
                    return ExitCode.TIMEOUT
                if loop.time() >= heartbeat:
                    heartbeat = loop.time() + HEARTBEAT
                    self._beat(ids)
        finally:
            upcoming.cancel()
        return self._verdict(ids)

    def _hear(self, news: News, ids: Collection[str]) -> None:
        for job_id, trouble in news.troubles.items():
            if trouble is None:
                self._troubles.pop(job_id, None)
            elif job_id in ids or not job_id:
                self._troubles[job_id] = trouble

    def _show(self, ids: Collection[str]) -> bool:
        """Prints what is new; True when watching is over."""
        for job_id in ids:
            job = self._engine.jobs[job_id]
            if job is not self._shown.get(job_id) and job_id not in self._ended:
                self._print_changes(self._shown.get(job_id), job)
                self._shown[job_id] = job
            if not job.open and job_id not in self._ended:
                self._end(job)
        for job_id, trouble in list(self._troubles.items()):
            if job_id in ids and job_id not in self._ended:
                self._end(self._engine.jobs[job_id], trouble)
        codes = list(self._ended.values())
        if self._until is Until.ANY and codes:
            return True
        if self._until is Until.FAIL_FAST and any(codes):
            return True
        return len(codes) == len(ids)

    def _print_changes(self, old: JobRecord | None, new: JobRecord) -> None:
        if self._json:
            if old is None or old.state is not new.state:
                output.event("state", new.updated_at, new)
            if old is not None and old.link is not new.link and new.open:
                output.event("link", new.updated_at, new)
            if old is not None and old.progress != new.progress and new.open:
                output.event("progress", new.updated_at, new)
        elif self._line:
            self._line.draw(new, self._engine.meter(new.id))
        elif self._worth_a_line(old, new):
            narrate.say(narrate.summary(new))

    @staticmethod
    def _worth_a_line(old: JobRecord | None, new: JobRecord) -> bool:
        if old is None or old.state is not new.state or old.link is not new.link:
            return True
        return (new.progress or 0.0) // PLAIN_STEP > (old.progress or 0.0) // PLAIN_STEP

    def _end(self, job: JobRecord, trouble: ErrorInfo | None = None) -> None:
        """The last line of a job; ``trouble`` where not the job ended but our watching of it."""
        self._ended[job.id] = exit_code_of(trouble) if trouble else exit_code_for(job)
        if self._line:
            self._line.end()
        if self._json:
            output.event("result", self._engine.clock.now(), job, trouble)
        else:
            output.line(f"{job.state}\t{job.request.target_ref}\t{job.id}")
        if trouble:
            narrate.error(trouble)
            narrate.say(f"The job goes on: dsclone attach {job.id}")
        elif job.error:
            narrate.error(job.error)

    def _leave(self, ids: Collection[str], why: str) -> None:
        """Last words about jobs that go on without us."""
        for job_id in ids:
            if job_id in self._ended:
                continue
            job = self._engine.jobs[job_id]
            if self._line:
                self._line.end()
            if self._json:
                output.event("result", self._engine.clock.now(), job)
            if job.state is JobState.INTENT:
                narrate.say(f"{why}; whether it started is settled by: dsclone attach {job.id}")
            else:
                narrate.say(f"{why}; the job goes on. Watch it again: dsclone attach {job.id}")

    def _beat(self, ids: Collection[str]) -> None:
        if self._line is None:
            for job_id in ids:
                if job_id not in self._ended:
                    narrate.say(f"still watching: {narrate.summary(self._engine.jobs[job_id])}")

    def _verdict(self, ids: Collection[str]) -> int:
        codes = [self._ended[job_id] for job_id in ids if job_id in self._ended]
        if len(ids) == 1:
            return codes[0]
        if self._until is Until.ANY:
            return ExitCode.OK if ExitCode.OK in codes else ExitCode.JOB_NOT_COMPLETED
        return ExitCode.OK if all(code is ExitCode.OK for code in codes) else ExitCode.JOB_NOT_COMPLETED
