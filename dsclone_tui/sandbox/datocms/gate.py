"""In front of every DatoCMS endpoint: the token, the environment a request is about, the response headers."""

import asyncio
import sqlite3
import uuid
from collections import deque

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsclone_tui.sandbox.datocms.errors import ApiError
from dsclone_tui.sandbox.http import bearer, same_token
from dsclone_tui.sandbox.state import Vendor, sandbox_of
from dsclone_tui.sandbox.stores import Store, find_primary, find_store, list_projects

LIMIT, WINDOW_SECONDS = 60, 3.0
OPEN_TO_ALL = frozenset({"/public-info"})
# Project-level paths do not look at `X-Environment` (wire/datocms 1.2).
PROJECT_LEVEL = ("/environments", "/job-results", "/public-info")


def vendor_of(request: Request) -> Vendor:
    return sandbox_of(request).datocms


class Gate:
    """Refuses wrong tokens with a 401, sets `request.state.environment` and writes the vendor's headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._recent: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        headers = {
            "x-api-version": "3",
            "x-ratelimit-limit": str(LIMIT),
            "x-ratelimit-remaining": str(self._count()),
            "x-request-id": str(uuid.uuid4()),
        }

        async def signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                written = MutableHeaders(scope=message)
                for name, value in headers.items():
                    written.setdefault(name, value)
            await send(message)

        try:
            _check_token(request)
            environment = await _environment(request)
        except ApiError as error:
            await error.response()(scope, receive, signed)
            return
        headers["x-environment"] = environment.name
        request.state.environment = environment
        await self._app(scope, receive, signed)

    def _count(self) -> int:
        """How many requests are left in the window of 60 in 3 s (wire/datocms 5.3)."""
        now = asyncio.get_running_loop().time()
        while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
            self._recent.popleft()
        self._recent.append(now)
        return max(0, LIMIT - len(self._recent))


def environment_of(request: Request) -> Store:
    """The environment that `X-Environment` names, else the primary one. Raises while it is being created."""
    environment: Store = request.state.environment
    if not environment.ready:
        raise ApiError(422, "ENVIRONMENT_NOT_READY")
    return environment


def _check_token(request: Request) -> None:
    given = bearer(request)
    if given is None and request.url.path in OPEN_TO_ALL:
        return
    if not same_token(given, vendor_of(request).token):
        raise ApiError(401, "INVALID_AUTHORIZATION_HEADER")


async def _environment(request: Request) -> Store:
    name = request.headers.get("x-environment")
    if request.url.path.startswith(PROJECT_LEVEL):
        name = None
    found = await vendor_of(request).db.read(lambda db: _find(db, name))
    if found is None:
        raise ApiError(404, "INVALID_ENVIRONMENT")
    return found


def _find(db: sqlite3.Connection, name: str | None) -> Store | None:
    site = list_projects(db)[0].id
    return find_primary(db, site) if name is None else find_store(db, site, name)


async def site_id(request: Request) -> str:
    """The one site that the token selects (wire/datocms 1.1)."""
    return (await vendor_of(request).db.read(list_projects))[0].id
