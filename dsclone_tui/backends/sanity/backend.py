"""Sanity as a backend. URLs take the documented global, path-style form (wire/sanity 1.1), so that one base URL
serves the vendor, a proxy and a sandbox alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import httpx

from dsclone_tui.backends.failures import lost_answer
from dsclone_tui.backends.fields import each
from dsclone_tui.backends.http import JsonClient, Sleep
from dsclone_tui.backends.limits import Rate
from dsclone_tui.backends.sanity import wire
from dsclone_tui.backends.sanity.errors import Start, copy_failure, refusal
from dsclone_tui.backends.sanity.profile import PROFILE
from dsclone_tui.backends.sanity.stream import Confirm, meaning, observe
from dsclone_tui.backends.spec import BackendSpec
from dsclone_tui.backends.sse import UnauthorizedStreamError, open_events
from dsclone_tui.domain.errors import NoStreamError, NotFoundError, NotPermittedError
from dsclone_tui.domain.jobs import CloneRequest, JobRecord, Observation
from dsclone_tui.domain.ports import Backend, FoundJob, StartRequest
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.states import JobState
from dsclone_tui.domain.text import plain
from dsclone_tui.domain.vendor import VendorProfile

RATE = Rate(100, 1.0)  # a fifth of what one address may send (wire/sanity 5)

_PROJECTS_API = _JOBS_API = "v2021-06-07"
_DATASETS_API = "v2025-02-19"
_WIRE_OPTIONS = {"skip_history": "skipHistory", "skip_content_releases": "skipContentReleases"}
_NEWEST, _MOST = 100, 1000  # copy jobs asked for at once; 1,000 is the server's most (wire/sanity 2.5)
_CLOCK_SKEW = timedelta(seconds=60)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class SanityBackend:
    """``domain.ports.Backend`` for Sanity. ``wanted`` restricts the projects, in the vendor's order."""

    profile: VendorProfile = PROFILE

    def __init__(self, name: str, client: JsonClient, wanted: tuple[str, ...] = ()) -> None:
        self.name = name
        self._client = client
        self._wanted = wanted

    async def projects(self) -> list[Project]:
        """The projects of the token (wire/sanity 2.2). Configured ids are shown even where listing is not allowed,
        or does not name them: a token may copy in a project that it cannot list (wire/sanity 9.25)."""
        try:
            listed = await self._listed_projects()
        except NotPermittedError as error:
            if not self._wanted or error.info.code == "not_authenticated":
                raise
            return [Project(name, name, note="the token may not list projects") for name in self._wanted]
        if not self._wanted:
            return listed
        seen = {project.id for project in listed}
        chosen = [project for project in listed if project.id in self._wanted]
        unseen = [name for name in dict.fromkeys(self._wanted) if name not in seen]
        return chosen + [Project(name, name, note="not among the token's projects") for name in unseen]

    async def resources(self, project: str) -> list[Resource]:
        """The datasets of a project, add-on datasets included (wire/sanity 2.3)."""
        url = self._client.url(_DATASETS_API, "projects", project, "datasets")
        items = await self._list(url, doing="list the datasets", project=project)
        return [_resource(item, item.name) for item in each(wire.DatasetItem, items) if item.name]

    def start_request(self, request: CloneRequest) -> StartRequest:
        """``PUT …/copy``; options that are off are left out, for older servers (wire/sanity 2.4)."""
        body: dict[str, object] = {"targetDataset": request.target}
        body |= {wired: True for option, wired in _WIRE_OPTIONS.items() if request.options.get(option)}
        path = (_DATASETS_API, "projects", request.project, "datasets", request.source, "copy")
        return StartRequest("PUT", self._client.url(*path), body)

    async def start(self, request: CloneRequest) -> Observation:
        """Sends the copy once. An answer without a job id means that a copy nobody has named may be running."""
        wanted = self.start_request(request)
        answer = await self._client.send_once(wanted.method, wanted.url, wanted.body)
        if not answer.success:
            start = Start(request.project, request.source, request.target)
            raise refusal(answer, doing=f"copy {request.source}", project=request.project, start=start)
        document = answer.error_document()
        if not isinstance(document, dict):
            raise lost_answer(answer, "without a readable body")
        started = wire.CopyStarted.model_validate(document)
        if started.job_id is None:
            raise lost_answer(answer, "without a job id")
        message = plain(started.message, 200) if started.message else None
        return Observation(JobState.QUEUED, remote_job_id=started.job_id, message=message)

    async def poll(self, job: JobRecord) -> Observation:
        """``GET /jobs/{id}``: a state, never a percentage nor a reason (wire/sanity 2.6).

        A job that is 404 there is looked for in the copy-job list, which may remember longer (wire/sanity 8).
        """
        job_id = _job_id(job)
        if (seen := await self._status(job_id)) is not None:
            return seen
        if (found := await self._copy_by_id(job.request.project, job_id)) is not None:
            return _observed(found)
        raise NotFoundError(f"Sanity does not know the job {job_id}", hint="It may have expired, or been mistyped.")

    async def listen(self, job: JobRecord) -> AsyncGenerator[Observation, None]:
        """``GET /jobs/{id}/listen``, with the token, and without it where that is refused (wire/sanity 3)."""
        job_id = _job_id(job)
        url = self._client.url(_JOBS_API, "jobs", job_id, "listen")
        try:
            async with aclosing(self._heard(url, job_id, authorized=True)) as news:
                async for observation in news:
                    yield observation
        except UnauthorizedStreamError:
            pass
        else:
            return
        async with aclosing(self._heard(url, job_id, authorized=False)) as news:
            async for observation in news:
                yield observation

    async def find(self, job: JobRecord, known: Collection[str]) -> FoundJob | None:
        """The newest copy of the same pair that nobody else owns and that is not older than the start.

        Times within 60 s before the start are allowed for clocks that differ; a job without a time counts only
        where no dated one fits (wire/sanity 2.5, 9.20).
        """
        request = job.request
        earliest = (job.sent_at or job.created_at) - _CLOCK_SKEW
        fitting = [
            copy
            for copy in await self._copies(request.project, _NEWEST)
            if (copy.source, copy.target) == (request.source, request.target)
            and copy.id not in known
            and (copy.created_at is None or copy.created_at >= earliest)
        ]
        if not fitting:
            return None
        return _found(max(fitting, key=_age))  # of equals the first, and the list is newest first

    async def remote_jobs(self, project: str) -> list[FoundJob]:
        """The newest 100 copy jobs of the project (wire/sanity 2.5)."""
        copies = await self._copies(project, _NEWEST)
        return [_found(copy) for copy in copies if copy.source and copy.target]

    async def look_up(self, project: str, job_id: str) -> FoundJob | None:
        """A copy by its id; the status call names no datasets, so the copy-job list must have it (wire/sanity 2.6)."""
        status = await self._status(job_id)
        copy = await self._copy_by_id(project, job_id)
        if copy is None or not copy.source or not copy.target:
            return None
        found = _found(copy)
        if status is None or status.state is None:
            return found
        return FoundJob(found.source, found.target, status, found.created_at, found.options)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _listed_projects(self) -> list[Project]:
        query = {"includeMembers": "false", "includeFeatures": "false"}
        items = await self._list(self._client.url(_PROJECTS_API, "projects", query=query), doing="list the projects")
        return [
            Project(item.id, plain(item.display_name or "", 120) or item.id, note=_note(item))
            for item in each(wire.ProjectItem, items)
            if item.id
        ]

    async def _list(self, url: str, *, doing: str, project: str | None = None) -> list[object]:
        """A JSON array; Sanity's lists have no envelope (wire/sanity 10)."""
        answer = await self._client.get(url)
        if not answer.success:
            raise refusal(answer, doing=doing, project=project)
        document = answer.document()
        if not isinstance(document, list):
            raise answer.bad("with something that is no list")
        return document

    async def _copies(self, project: str, limit: int) -> list[wire.CopyJob]:
        path = (_DATASETS_API, "projects", project, "datasets", "copy")
        url = self._client.url(*path, query={"limit": str(limit)})
        items = await self._list(url, doing="list the copy jobs", project=project)
        return [item for item in each(wire.CopyJob, items) if item.id]

    async def _copy_by_id(self, project: str, job_id: str) -> wire.CopyJob | None:
        return next((copy for copy in await self._copies(project, _MOST) if copy.id == job_id), None)

    async def _status(self, job_id: str) -> Observation | None:
        """The job's status, None on 404."""
        answer = await self._client.get(self._client.url(_JOBS_API, "jobs", job_id))
        if answer.status == 404 and not answer.foreign:
            return None
        if not answer.success:
            raise refusal(answer, doing="read the job")
        document = answer.document()
        observation = observe(document, job_id) if isinstance(document, dict) else None
        if observation is None or observation.remote_state is None:
            raise answer.bad("without the job's state")
        return observation

    async def _heard(self, url: str, job_id: str, *, authorized: bool) -> AsyncGenerator[Observation, None]:
        async with open_events(self._client, url, authorized=authorized) as events:
            yield Observation()
            async for event in events:
                news = meaning(event, job_id)
                if isinstance(news, Confirm):
                    news = await self._status(job_id)
                    if news is None:
                        raise NoStreamError(f"the stream is done with the job {job_id}, and its status is unknown")
                if news is None:
                    continue
                yield news
                if news.state is not None and news.state.terminal:
                    return  # servers may leave the stream open (wire/sanity 8)


def build(spec: BackendSpec, url: str, transport: httpx.AsyncBaseTransport | None, sleep: Sleep | None) -> Backend:
    """What the registry calls."""
    wait = sleep or asyncio.sleep
    client = JsonClient(url, spec.token, vendor=PROFILE.title, rate=RATE, transport=transport, sleep=wait)
    return SanityBackend(spec.name, client, spec.projects)


def _job_id(job: JobRecord) -> str:
    if job.remote_job_id is None:
        raise NotFoundError("the job has no id at Sanity yet", hint="Its start must be settled first.")
    return job.remote_job_id


def _resource(item: wire.DatasetItem, name: str) -> Resource:
    facts = {
        "visibility": plain(item.acl_mode or "", 40),
        "profile": plain(item.profile or "", 40),
        "add-on for": item.addon_for or "",
        "created": item.created_at.strftime("%Y-%m-%d %H:%M UTC") if item.created_at else "",
    }
    return Resource(
        name,
        "dataset",
        addon_for=item.addon_for,
        created_at=item.created_at,
        facts={label: text for label, text in facts.items() if text},
    )


def _note(item: wire.ProjectItem) -> str | None:
    """Blocked and disabled projects are listed too (wire/sanity 2.2)."""
    if item.blocked:
        return "blocked"
    return "disabled" if item.disabled or item.disabled_by_user else None


def _age(copy: wire.CopyJob) -> datetime:
    return copy.created_at or _LONG_AGO


def _observed(copy: wire.CopyJob) -> Observation:
    state = wire.job_state(copy.state)
    return Observation(
        state=state,
        remote_state=plain(copy.state or "", 60) or None,
        remote_job_id=copy.id,
        error=copy_failure("") if state is JobState.FAILED else None,
    )


def _found(copy: wire.CopyJob) -> FoundJob:
    options = None if copy.with_history is None else {} if copy.with_history else {"skip_history": True}
    return FoundJob(copy.source or "", copy.target or "", _observed(copy), copy.created_at, options)
