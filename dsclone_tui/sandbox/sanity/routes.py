"""Every Sanity path of the sandbox, in both families: `/projects/{pid}/…` and the bare one (wire/sanity 1.1)."""

import secrets

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsclone_tui.sandbox.http import BodyError, BodyLimit, Endpoint
from dsclone_tui.sandbox.sanity import copies, datasets, export, job_status, job_stream, projects
from dsclone_tui.sandbox.sanity.access import signed_in
from dsclone_tui.sandbox.sanity.errors import BoomError, on_body_error, on_boom, on_crash, on_http_error, refuse_start
from dsclone_tui.sandbox.starting import start_endpoint
from dsclone_tui.sandbox.state import Sandbox

VERSION = r"v(?:1|X|\d{4}-\d\d-\d\d)"

_start_copy = start_endpoint("sanity", lambda body: body["targetDataset"], refuse_start, copies.start)

GLOBAL: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/projects", projects.list_all),
    ("GET", "/projects/{project}", projects.show),
    ("GET", "/users/me", projects.me),
    ("GET", "/jobs/{job}", job_status.show),
)
# `/datasets/copy` stands before `/datasets/{dataset}`, which would swallow it.
OF_A_PROJECT: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/datasets", datasets.list_all),
    ("GET", "/datasets/copy", copies.list_all),
    ("GET", "/datasets/{dataset}", datasets.show),
    ("PUT", "/datasets/{source}/copy", _start_copy),
    ("GET", "/data/export/{dataset}", export.export),
    ("GET", "/data/history/{dataset}/transactions/{ids}", export.history),
)


class Traceparent:
    """Gives every answer a trace id, which clients show with an error (wire/sanity 2.1)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["traceparent"] = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
            await send(message)

        await self._app(scope, receive, traced)


def sanity_app(sandbox: Sandbox) -> Starlette:
    """The app below the version segment."""
    routes = [Route(path, signed_in(endpoint), methods=[method]) for method, path, endpoint in GLOBAL]
    routes.append(Route("/jobs/{job}/listen", job_stream.listen, methods=["GET"]))
    for prefix in ("/projects/{project}", ""):
        routes += [
            Route(prefix + path, signed_in(endpoint), methods=[method]) for method, path, endpoint in OF_A_PROJECT
        ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Traceparent), Middleware(BodyLimit)],
        exception_handlers={
            BoomError: on_boom,
            BodyError: on_body_error,
            HTTPException: on_http_error,
            Exception: on_crash,
        },
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return app
