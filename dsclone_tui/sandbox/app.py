"""The one ASGI app of the sandbox: a version segment leads to Sanity, everything else to DatoCMS."""

from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Mount

from dsclone_tui.sandbox.datocms.routes import datocms_app
from dsclone_tui.sandbox.sanity.routes import VERSION, sanity_app
from dsclone_tui.sandbox.state import Sandbox


class VersionConvertor(StringConvertor):
    """`v1`, `vX` or `vYYYY-MM-DD`; the answers do not depend on it (wire/sanity 1.1)."""

    regex = VERSION


def build_app(sandbox: Sandbox) -> Starlette:
    """Both vendors behind one origin. Their paths do not clash: no DatoCMS path begins with a version."""
    register_url_convertor("sanity_version", VersionConvertor())
    app = Starlette(
        routes=[
            Mount("/{version:sanity_version}", app=sanity_app(sandbox)),
            Mount("/", app=datocms_app(sandbox)),
        ]
    )
    app.router.redirect_slashes = False
    return app
