"""`/jobs/{id}/listen`: a job's event stream (wire/sanity 3)."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dsclone_tui.sandbox.connection import drop
from dsclone_tui.sandbox.faults import AnsweredStream, CutStream
from dsclone_tui.sandbox.http import bearer
from dsclone_tui.sandbox.jobs import Job
from dsclone_tui.sandbox.runner import LiveJob
from dsclone_tui.sandbox.sanity.access import check_token, vendor_of
from dsclone_tui.sandbox.sanity.errors import boom
from dsclone_tui.sandbox.sanity.job_status import job_of
from dsclone_tui.sandbox.state import Sandbox, sandbox_of

KEEP_ALIVE_SECONDS = 10.0
SHORTEST_GAP = 0.25


async def listen(request: Request) -> Response:
    """`GET /jobs/{id}/listen`: `welcome`, a snapshot, a `job` per change of the percentage, `done`, and the end.

    Needs no token, because the official command line sends none; a wrong one is refused. A finished job gets its
    last `job` and `done` at once, an unknown one a 404.
    """
    sandbox = sandbox_of(request)
    token = bearer(request)
    if token is not None:
        check_token(token, vendor_of(request))
    fault = sandbox.faults.take_stream()
    if isinstance(fault, AnsweredStream):
        return Response(status_code=204) if fault.status == 204 else boom(fault.status, "The stream is not available")
    frames = _frames(sandbox, await _found(request))
    return StreamingResponse(
        _cut(request, frames, fault) if isinstance(fault, CutStream) else frames,
        headers={"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"},
    )


async def _found(request: Request) -> LiveJob:
    """The job that the path names, whether it runs or has ended. Raises a 404.

    A job that is on disk as open but not at work either ended between the two looks or is about to be started:
    in both cases another look tells.
    """
    sandbox = sandbox_of(request)
    while True:
        live = sandbox.sanity.runner.watch(str(request.path_params["job"]))
        if live is not None:
            return live
        job = await job_of(request)
        if job.ended or sandbox.closing.is_set():
            return LiveJob(job)


async def _frames(sandbox: Sandbox, live: LiveJob) -> AsyncGenerator[str, None]:
    yield _frame("welcome", {"listener_id": secrets.token_hex(8)})
    async for text in _follow(sandbox, live):
        yield text
    if live.job.ended:
        yield _frame("done", {"job_id": live.job.id, "state": live.job.state})


async def _follow(sandbox: Sandbox, live: LiveJob) -> AsyncIterator[str]:
    """The state now and every change of it, at most four times a second; the end at once. Stops when we close."""
    told: dict[str, Any] = {}
    while not sandbox.closing.is_set():
        # Asked for before the look at the job, so that no change can fall between the two.
        news = live.news()
        current = _told(live.job)
        if current != told:
            told = current
            yield _frame("job", told)
            if live.job.ended:
                return
            await _happens(live.over, SHORTEST_GAP)
        elif not await _happens(news, KEEP_ALIVE_SECONDS):
            yield ": keep-alive\n\n"


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Waits for `event`; False when the time has passed without it."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _cut(request: Request, frames: AsyncGenerator[str, None], fault: CutStream) -> AsyncIterator[str]:
    sent = 0
    async with aclosing(frames):
        while sent < fault.after:
            text = await anext(frames, None)
            if text is None:
                return
            yield text
            sent += not text.startswith(":")
    if not fault.clean:
        await drop(request)


def _told(job: Job) -> dict[str, Any]:
    data: dict[str, Any] = {"job_id": job.id, "state": job.state, "progress": job.percent}
    if job.failure is not None:
        data["message"] = job.failure.message
    return data


def _frame(event: str, data: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
