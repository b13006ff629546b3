"""A server that does what it is told, and remembers what it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Collection
from inspect import isawaitable
from typing import Any

from dsclone_tui.domain.errors import NoStreamError
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, JobRecord, Observation
from dsclone_tui.domain.naming import SANITY_DATASET
from dsclone_tui.domain.ports import FoundJob, StartRequest
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.vendor import CloneOption, VendorProfile

from .virtual_time import ORIGIN, VirtualClock

OPTIONS = (CloneOption("fast", "fast", "quicker"), CloneOption("force", "force", "over editors", needs="fast"))
PROFILE = VendorProfile("fake", "Fake", CloneKind.COPY, "dataset", "datasets", SANITY_DATASET, OPTIONS, streams=True)


class FakeBackend:
    """A server that does what ``will`` says, one outcome a call: a value, an exception, or a function to call.

    Where the script is empty, ``word`` answers polls, ``found`` answers searches and ``stream`` answers listeners; a
    stream is a list of observations, exceptions, and seconds to wait.
    """

    def __init__(self, name: str, clock: VirtualClock, log: list[str]) -> None:
        self.name, self.profile = name, PROFILE
        self.clock, self.log = clock, log
        self.word: Observation | Exception = Observation(JobState.RUNNING, 10.0)
        self.found: FoundJob | Exception | None = None
        self.stream: list[Observation | Exception | float] = [NoStreamError("no stream here")]
        self.calls: list[tuple[float, str]] = []
        self.known: list[frozenset[str]] = []
        self.listeners = 0
        self.listed: dict[str, list[Resource] | Exception] = {"zp": []}
        self._script: dict[str, deque[Any]] = {}

    def will(self, what: str, *outcomes: Any) -> None:
        self._script.setdefault(what, deque()).extend(outcomes)

    def count(self, *kinds: str) -> int:
        return sum(what in kinds for _, what in self.calls)

    def times(self, what: str) -> list[float]:
        """When it was asked, in seconds since the beginning."""
        return [at - ORIGIN for at, kind in self.calls if kind == what]

    async def _do(self, what: str, otherwise: Any) -> Any:
        self._note(what)
        script = self._script.get(what)
        outcome = script.popleft() if script else otherwise
        if callable(outcome):
            outcome = outcome()
        if isawaitable(outcome):
            outcome = await outcome
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _note(self, what: str) -> None:
        self.calls.append((self.clock.monotonic(), what))
        self.log.append(what)

    async def projects(self) -> list[Project]:
        found: list[Project] = await self._do("projects", [Project(name, name.upper()) for name in self.listed])
        return found

    async def resources(self, project: str) -> list[Resource]:
        found: list[Resource] = await self._do("resources", self.listed[project])
        return found

    def start_request(self, request: CloneRequest) -> StartRequest:
        return StartRequest("PUT", f"https://fake/{request.source}", {"targetDataset": request.target})

    async def start(self, request: CloneRequest) -> Observation:
        queued = Observation(JobState.QUEUED, remote_job_id=f"remote-{self.count('start') + 1}")
        answer: Observation = await self._do("start", queued)
        return answer

    async def poll(self, job: JobRecord) -> Observation:
        answer: Observation = await self._do("poll", self.word)
        return answer

    async def listen(self, job: JobRecord) -> AsyncGenerator[Observation, None]:
        self._note("listen")
        script = self._script.get("listen")
        self.listeners += 1
        try:
            for step in script.popleft() if script else self.stream:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, Observation):
                    yield step
                else:
                    await self.clock.sleep(step)
        finally:
            self.listeners -= 1

    async def find(self, job: JobRecord, known: Collection[str]) -> FoundJob | None:
        self.known.append(frozenset(known))
        found: FoundJob | None = await self._do("find", self.found)
        return found

    async def remote_jobs(self, project: str) -> list[FoundJob]:
        found: list[FoundJob] = await self._do("remote_jobs", [])
        return found

    async def look_up(self, project: str, job_id: str) -> FoundJob | None:
        found: FoundJob | None = await self._do("look_up", None)
        return found

    async def aclose(self) -> None: ...
