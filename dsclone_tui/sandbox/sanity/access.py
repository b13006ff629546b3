"""Who asks, and about which project."""

import re

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import Endpoint, bearer, same_token
from dsclone_tui.sandbox.sanity.errors import BoomError
from dsclone_tui.sandbox.state import Vendor, sandbox_of
from dsclone_tui.sandbox.stores import Project, find_project

USER_ID = "pSandboxRobot"
_HOST_LABEL = re.compile(r"^([-a-z0-9]+)\.", re.IGNORECASE)


def vendor_of(request: Request) -> Vendor:
    return sandbox_of(request).sanity


def signed_in(endpoint: Endpoint) -> Endpoint:
    """Lets only requests with the right bearer token through; else 401 `Session not found` (wire/sanity 2.1)."""

    async def guarded(request: Request) -> Response:
        check_token(bearer(request), vendor_of(request))
        return await endpoint(request)

    return guarded


def check_token(given: str | None, vendor: Vendor) -> None:
    if not same_token(given, vendor.token):
        raise BoomError(401, "Session not found")


async def project_of(request: Request) -> Project:
    """The project of a request: in the path, else in `X-Sanity-Project-ID`, else the first label of the host.

    In this order (wire/sanity 1.2). Raises a 404 when none of them names a project that there is.
    """
    named = request.path_params.get("project") or request.headers.get("x-sanity-project-id")
    if not named:
        label = _HOST_LABEL.match(request.headers.get("host", ""))
        named = label.group(1).lower() if label else ""
    project = await vendor_of(request).db.read(lambda db: find_project(db, named))
    if project is None:
        raise BoomError(404, f'Project "{named}" not found' if named else "No project named in path, header or host")
    return project
