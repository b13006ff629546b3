"""DatoCMS as a backend. The environment itself is the best witness of a fork: it shows the percentage, and it is
there or not; the job's result is asked for only where the environment cannot tell (wire/datocms 3, 4).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from datetime import UTC, datetime, timedelta

import httpx

from dsclone_tui.backends.datocms import wire
from dsclone_tui.backends.datocms.api import DatoApi
from dsclone_tui.backends.datocms.board import EnvironmentBoard
from dsclone_tui.backends.datocms.errors import Doing, failure, refusal
from dsclone_tui.backends.datocms.profile import PROFILE
from dsclone_tui.backends.failures import lost_answer
from dsclone_tui.backends.http import JsonClient, Sleep
from dsclone_tui.backends.limits import Rate
from dsclone_tui.backends.spec import BackendSpec
from dsclone_tui.domain.errors import NoStreamError, NotFoundError
from dsclone_tui.domain.jobs import CloneRequest, JobRecord, Observation
from dsclone_tui.domain.ports import Backend, FoundJob, StartRequest
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.text import plain
from dsclone_tui.domain.vendor import VendorProfile

RATE = Rate(30, 3.0)  # half of a token's 60 in 3 s: the rest is for the user's own scripts (wire/datocms 5.3)
HEADERS = {"X-Api-Version": "3"}  # and never X-Environment: environments belong to the project (wire/datocms 1.2)

_CLOCK_SKEW = timedelta(seconds=60)
_STILL_LOOKS = 5  # looks without progress after which the job's result is asked whether the fork has failed
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class DatoCmsBackend:
    """``domain.ports.Backend`` for DatoCMS. The token selects its one project: ``project`` arguments are not sent."""

    profile: VendorProfile = PROFILE

    def __init__(self, name: str, client: JsonClient, sleep: Sleep = asyncio.sleep) -> None:
        self.name = name
        self._client = client
        self._api = DatoApi(client, sleep)
        self._board = EnvironmentBoard(self._api)
        self._still: dict[str, tuple[float | None, int]] = {}

    async def projects(self) -> list[Project]:
        """The one project of the token (wire/datocms 1.1)."""
        site = await self._api.site()
        name = site.attributes.get("name")
        return [Project(site.id or "", plain(name if isinstance(name, str) else "", 120) or site.id or "")]

    async def resources(self, project: str) -> list[Resource]:
        """The environments that the token can see, which need not be all (wire/datocms U8)."""
        return [_resource(environment) for environment in await self._api.environments()]

    def start_request(self, request: CloneRequest) -> StartRequest:
        """``POST …/fork``. Options are query parameters, only those that are on; never ``force`` without ``fast``
        (wire/datocms 3)."""
        on = {option.id for option in PROFILE.options if request.options.get(option.id)}
        query = {
            option.id: "true"
            for option in PROFILE.options
            if option.id in on and (option.needs is None or option.needs in on)
        }
        url = self._client.url("environments", request.source, "fork", query=query)
        return StartRequest("POST", url, {"data": {"type": "environment", "id": request.target}})

    async def start(self, request: CloneRequest) -> Observation:
        """Sends the fork once; the answer is a job, or the environment itself (wire/datocms 3, U1)."""
        wanted = self.start_request(request)
        answer = await self._client.send_once(wanted.method, wanted.url, wanted.body)
        document = answer.error_document()
        if not answer.success:
            if answer.foreign and answer.status not in (401, 402, 403):
                raise answer.bad("with something that is not JSON")
            raise refusal(answer.status, document, _fork(request))
        if (job_id := wire.job_of(document)) is not None:
            return Observation(JobState.QUEUED, remote_job_id=job_id)
        environment = wire.environment_of(document)
        if environment is None or environment.id != request.target:
            raise lost_answer(answer, "names neither a job nor the new environment")
        return _observed(environment)

    async def poll(self, job: JobRecord) -> Observation:
        """The environment's word first, the job's result where the environment is absent, another's, or stands still.

        100 percent is not the end, only ``ready`` is (wire/datocms 3). An environment that seems older than the start
        may have been there before: then a failure of the job goes before its word, and a clock that is wrong does
        no harm.
        """
        environment = await self._board.look(job.request.target)
        if environment is None or not _is_ours(environment, job.request):
            return await self._without_environment(job, environment)
        seen = _observed(environment)
        still = seen.state is JobState.RUNNING and self._stands_still(job.id, seen.progress)
        if job.remote_job_id and (still or _is_older(environment, job)):
            outcome = await self._outcome(job, job.remote_job_id)
            if outcome is not None and outcome.state is JobState.FAILED:
                seen = outcome
        if seen.state is not JobState.RUNNING:
            self._still.pop(job.id, None)
        return seen

    async def listen(self, job: JobRecord) -> AsyncGenerator[Observation, None]:
        """There is no stream to listen to (wire/datocms 4, "Realtime": a WebSocket of another company)."""
        if self.profile.streams is False:
            raise NoStreamError("DatoCMS has no stream of jobs", hint="The job is polled instead.")
        yield Observation(remote_job_id=job.remote_job_id)

    async def find(self, job: JobRecord, known: Collection[str]) -> FoundJob | None:
        """The environment of the wanted name, if it comes from the right source and is no older than the start.

        60 s are allowed for clocks that differ, and both facts count only where the server tells them
        (wire/datocms 2.1, 7.8). ``known`` has no say: an environment's name is its identity.
        """
        environment = await self._api.environment(job.request.target)
        if environment is None or not _is_ours(environment, job.request) or _is_older(environment, job):
            return None
        return _found(environment, job.request.source)

    async def remote_jobs(self, project: str) -> list[FoundJob]:
        """The environments that are being made, newest first; DatoCMS lists no jobs."""
        creating = [each for each in await self._api.environments() if each.meta.status == "creating"]
        creating.sort(key=lambda each: each.meta.created_at or _LONG_AGO, reverse=True)
        return [_found(environment, "") for environment in creating]

    async def look_up(self, project: str, job_id: str) -> FoundJob | None:
        """A fork by its environment's name, or by a job id whose result names an environment.

        None while a job id is 404, pending or not: only the environment can be followed then (wire/datocms 4).
        """
        environment = await self._api.environment(job_id)
        if environment is not None:
            return _found(environment, "") if _is_fork(environment) else None
        result = await self._api.job_result(job_id)
        made = wire.environment_of(result.payload) if result is not None else None
        if made is None or made.id is None:
            return None
        if made.meta.forked_from is None:  # results recorded in 2021 do not tell; the environment may
            made = await self._api.environment(made.id)
        if made is None or not _is_fork(made):
            return None
        return _found(made, "", job_id)

    async def aclose(self) -> None:
        await self._board.aclose()
        await self._client.aclose()

    async def _without_environment(self, job: JobRecord, other: wire.Environment | None) -> Observation:
        """The job's result decides; a fork that vanished may have failed, or been removed or renamed since."""
        self._still.pop(job.id, None)
        target = job.request.target
        if job.remote_job_id is not None:
            outcome = await self._outcome(job, job.remote_job_id)
            if outcome is not None and outcome.state is not JobState.RUNNING:
                return outcome
        if other is not None:
            origin = plain(other.meta.forked_from or "", 80)
            raise NotFoundError(f"the environment {target} is a fork of {origin}, not of {job.request.source}")
        raise NotFoundError(f"DatoCMS knows neither the environment {target} nor the outcome of its fork")

    async def _outcome(self, job: JobRecord, job_id: str) -> Observation | None:
        """What the job's result says of the fork; None while there is no result."""
        result = await self._api.job_result(job_id)
        if result is None or result.status is None:
            return None
        if result.status >= 400:
            error = failure(result.status, result.payload, _fork(job.request))
            return Observation(
                JobState.FAILED, remote_state=f"status {result.status}", remote_job_id=job_id, error=error
            )
        made = wire.environment_of(result.payload)
        if made is None or made.meta.status is None:
            return Observation(JobState.COMPLETED, remote_state=f"status {result.status}", remote_job_id=job_id)
        return _observed(made, job_id)

    def _stands_still(self, job_id: str, progress: float | None) -> bool:
        """True at every fifth look in a row that shows the same percentage."""
        last, looks = self._still.get(job_id, (None, 0))
        looks = looks + 1 if progress == last else 1
        self._still[job_id] = (progress, looks)
        return looks % _STILL_LOOKS == 0


def build(spec: BackendSpec, url: str, transport: httpx.AsyncBaseTransport | None, sleep: Sleep | None) -> Backend:
    """What the registry calls."""
    wait = sleep or asyncio.sleep
    client = JsonClient(
        url, spec.token, vendor=PROFILE.title, rate=RATE, headers=HEADERS, transport=transport, sleep=wait
    )
    return DatoCmsBackend(spec.name, client, wait)


def _fork(request: CloneRequest) -> Doing:
    return Doing(f"fork {request.source}", request.source, request.target)


def _is_ours(environment: wire.Environment, request: CloneRequest) -> bool:
    origin = environment.meta.forked_from
    return origin is None or origin == request.source


def _is_older(environment: wire.Environment, job: JobRecord) -> bool:
    """True when the server says that the environment was made before the start was sent, by more than clocks differ."""
    at = environment.meta.created_at
    return at is not None and at < (job.sent_at or job.created_at) - _CLOCK_SKEW


def _is_fork(environment: wire.Environment) -> bool:
    return environment.meta.forked_from is not None and environment.meta.status in ("creating", "ready")


def _observed(environment: wire.Environment, job_id: str | None = None) -> Observation:
    """``creating`` and ``ready`` are states; every other word leaves the job as it is (wire/datocms 2.1, 7.17)."""
    status = environment.meta.status
    state = {"creating": JobState.RUNNING, "ready": JobState.COMPLETED}.get(status or "")
    progress = environment.meta.percentage if state is JobState.RUNNING else None
    return Observation(state, progress, remote_state=plain(status or "", 60) or None, remote_job_id=job_id)


def _found(environment: wire.Environment, source: str, job_id: str | None = None) -> FoundJob:
    meta = environment.meta
    return FoundJob(meta.forked_from or source, environment.id or "", _observed(environment, job_id), meta.created_at)


def _resource(environment: wire.Environment) -> Resource:
    meta = environment.meta
    facts = {
        "forked from": meta.forked_from or "",
        "created": _minute(meta.created_at),
        "last change": _minute(meta.last_data_change_at),
    }
    return Resource(
        environment.id or "",
        "environment",
        status=plain(meta.status or "", 40) or "unknown",
        primary=bool(meta.primary),
        read_only=bool(meta.read_only),
        forked_from=meta.forked_from,
        progress=meta.percentage if meta.status == "creating" else None,
        created_at=meta.created_at,
        facts={label: text for label, text in facts.items() if text},
    )


def _minute(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else ""
