"""What happens around every start request: it is counted, and an ordered fault has its way with it."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.connection import NoResponse, drop
from dsclone_tui.sandbox.faults import DroppedStart, RefusedStart, VendorName
from dsclone_tui.sandbox.http import AnswerError, Endpoint
from dsclone_tui.sandbox.state import Start, sandbox_of

Refuse = Callable[[int, int | None], Response]


def start_endpoint(
    vendor: VendorName, target_of: Callable[[dict[str, Any]], Any], refuse: Refuse, endpoint: Endpoint
) -> Endpoint:
    """Wraps the endpoint of a start.

    `target_of` finds the target's name in the body, `refuse` builds an error from a status and a waiting time (s).
    Only requests that carry the right token get here.
    """

    async def counted(request: Request) -> Response:
        sandbox = sandbox_of(request)
        target = _target(await request.body(), target_of)
        sandbox.starts.append(Start(vendor, str(request.path_params["source"]), target))
        fault = sandbox.faults.take_start(vendor)
        if isinstance(fault, RefusedStart):
            return refuse(fault.status, fault.retry_after)
        if isinstance(fault, DroppedStart):
            return await _lose_answer(request, fault, endpoint)
        return await endpoint(request)

    return counted


async def _lose_answer(request: Request, fault: DroppedStart, endpoint: Endpoint) -> Response:
    if fault.handled and not fault.late:
        await _unheard(endpoint, request)
    elif fault.handled:
        sandbox_of(request).spawn(_unheard(endpoint, request, after=fault.late))
    await drop(request)
    return NoResponse()


async def _unheard(endpoint: Endpoint, request: Request, after: float = 0.0) -> None:
    """Carries a start out although nobody is there to hear the answer, be it a yes or a no."""
    await asyncio.sleep(after)
    with contextlib.suppress(AnswerError):
        await endpoint(request)


def _target(body: bytes, target_of: Callable[[dict[str, Any]], Any]) -> str:
    try:
        target = target_of(json.loads(body))
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return target if isinstance(target, str) else ""
