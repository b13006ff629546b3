"""Reads of the DatoCMS API, with the asynchronous answers that any endpoint may give resolved (wire/datocms 2.2)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from dsclone_tui.backends.answers import Answer
from dsclone_tui.backends.datocms import wire
from dsclone_tui.backends.datocms.errors import Doing, refusal
from dsclone_tui.backends.http import JsonClient, Sleep
from dsclone_tui.domain.errors import BadAnswerError, DscloneError, UnreachableError

_JOB_LOOKS = 8  # a read that became a job is looked at so often, with waits of 0.5 s rising to 2 s between
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A read's outcome: of the answer itself, or of the job that it announced. ``status`` is 2xx or 4xx."""

    status: int
    document: object
    answer: Answer

    @property
    def success(self) -> bool:
        return 200 <= self.status < 300

    def refused(self, doing: Doing) -> DscloneError:
        """The error of a reply that is no success."""
        if self.answer.status not in (401, 402, 403) and self.answer.foreign:
            return self.answer.bad("with something that is not JSON")
        return refusal(self.status, self.document, doing)

    def bad(self, how: str) -> BadAnswerError:
        return self.answer.bad(how)


class DatoApi:
    """The reads. ``client`` carries the headers of the API; ``sleep`` waits between looks at a job."""

    def __init__(self, client: JsonClient, sleep: Sleep = asyncio.sleep) -> None:
        self.client = client
        self._sleep = sleep

    async def read(self, *segments: str) -> Reply:
        """One GET. Raises UnreachableError when the job that the server made of it does not end in time."""
        reply = await self._once(*segments)
        job_id = wire.job_of(reply.document) if reply.success else None
        if job_id is None:
            return reply
        for look in range(_JOB_LOOKS):
            await self._sleep(min(_LONGEST_WAIT, _FIRST_WAIT * (look + 1)))
            if (result := await self.job_result(job_id)) is not None:
                return Reply(result.status or 500, result.payload, reply.answer)
        raise UnreachableError(
            f"DatoCMS has made a job of GET {reply.answer.path}, and it has not ended yet",
            hint="Try again in a moment.",
        )

    async def job_result(self, job_id: str) -> wire.JobResult | None:
        """A job's result; None on 404, which is pending, expired and unknown alike (wire/datocms 4)."""
        reply = await self._once("job-results", job_id)
        if reply.status == 404 and not reply.answer.foreign:
            return None
        if not reply.success:
            raise reply.refused(Doing("read the job's result"))
        result = wire.job_result_of(reply.document)
        if result is None:
            raise reply.bad("without the job's status")
        return result

    async def environment(self, name: str) -> wire.Environment | None:
        """One environment by name; None when the server does not know it."""
        reply = await self.read("environments", name)
        if reply.status == 404 and not reply.answer.foreign:
            return None
        if not reply.success:
            raise reply.refused(Doing(f"read the environment {name}"))
        environment = wire.environment_of(reply.document)
        if environment is None:
            raise reply.bad("without an environment")
        return environment

    async def environments(self) -> list[wire.Environment]:
        """All environments that the token can see, unpaged (wire/datocms 2.2)."""
        reply = await self.read("environments")
        if not reply.success:
            raise reply.refused(Doing("list the environments"))
        environments = wire.environments_of(reply.document)
        if environments is None:
            raise reply.bad("without a list of environments")
        return environments

    async def site(self) -> wire.Site:
        """The project that the token belongs to."""
        reply = await self.read("site")
        if not reply.success:
            raise reply.refused(Doing("read the project"))
        site = wire.site_of(reply.document)
        if site is None:
            raise reply.bad("without a project")
        return site

    async def _once(self, *segments: str) -> Reply:
        answer = await self.client.get(self.client.url(*segments))
        document = answer.document() if answer.success else answer.error_document()
        return Reply(answer.status, document, answer)
