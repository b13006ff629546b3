"""Every DatoCMS path of the sandbox."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from dsclone_tui.sandbox.datocms import environments, forks, items, job_results, site
from dsclone_tui.sandbox.datocms.errors import (
    ApiError,
    on_api_error,
    on_body_error,
    on_crash,
    on_http_error,
    refuse_start,
)
from dsclone_tui.sandbox.datocms.gate import Gate
from dsclone_tui.sandbox.http import BodyError, BodyLimit, Endpoint
from dsclone_tui.sandbox.starting import start_endpoint
from dsclone_tui.sandbox.state import Sandbox

_start_fork = start_endpoint("datocms", lambda body: body["data"]["id"], refuse_start, forks.start)

PATHS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/site", site.show),
    ("GET", "/public-info", site.public_info),
    ("GET", "/users/me", site.me),
    ("GET", "/environments", environments.list_all),
    ("GET", "/environments/{environment}", environments.show),
    ("POST", "/environments/{source}/fork", _start_fork),
    ("GET", "/job-results/{job}", job_results.show),
    ("GET", "/item-types", items.list_models),
    ("GET", "/items", items.list_all),
    ("GET", "/items/{item}", items.show),
    ("PUT", "/items/{item}", items.update),
)


def datocms_app(sandbox: Sandbox) -> Starlette:
    app = Starlette(
        routes=[Route(path, endpoint, methods=[method]) for method, path, endpoint in PATHS],
        middleware=[Middleware(Gate), Middleware(BodyLimit)],
        exception_handlers={
            ApiError: on_api_error,
            BodyError: on_body_error,
            HTTPException: on_http_error,
            Exception: on_crash,
        },
    )
    app.router.redirect_slashes = False
    app.state.sandbox = sandbox
    return app
