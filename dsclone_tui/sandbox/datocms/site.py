"""`/site`, `/public-info` and `/users/me` (wire/datocms 2.2)."""

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.datocms.gate import vendor_of
from dsclone_tui.sandbox.http import bearer, json_response
from dsclone_tui.sandbox.stamps import millis
from dsclone_tui.sandbox.stores import Project, list_projects

SANDBOXES_INCLUDED = 20
ROLE = {
    "type": "role",
    "id": "1",
    "attributes": {
        "name": "Admin",
        "can_manage_environments": True,
        "can_promote_environments": True,
        "can_edit_environment": True,
        "environments_access": "all",
    },
    "meta": {
        "final_permissions": {
            "can_manage_environments": True,
            "can_promote_environments": True,
            "can_edit_environment": True,
            "environments_access": "all",
        }
    },
}
ACCESS_TOKEN = {
    "type": "access_token",
    "id": "1",
    "attributes": {
        "name": "Sandbox token",
        "hardcoded_type": None,
        "can_access_cma": True,
        "can_access_cda": False,
        "can_access_cda_preview": False,
    },
    "relationships": {"role": {"data": {"type": "role", "id": "1"}}},
}


async def show(request: Request) -> Response:
    """`GET /site`."""
    site = await _site(request)
    return json_response(
        {
            "data": {
                "type": "site",
                "id": site.id,
                "attributes": site.facts,
                "meta": {"created_at": millis(site.created_at)},
            }
        }
    )


async def public_info(request: Request) -> Response:
    """`GET /public-info`: the name for everybody, `extras` only with a token."""
    site = await _site(request)
    attributes = {"name": site.facts["name"]}
    if bearer(request) is not None:
        attributes["extras"] = {"overage_thresholds": {"environments": SANDBOXES_INCLUDED}}
    return json_response({"data": {"type": "public_info", "id": site.id, "attributes": attributes}})


async def me(request: Request) -> Response:
    """`GET /users/me?include=role`: an access token with all rights."""
    body: dict[str, object] = {"data": ACCESS_TOKEN}
    if "role" in request.query_params.get("include", "").split(","):
        body["included"] = [ROLE]
    return json_response(body)


async def _site(request: Request) -> Project:
    return (await vendor_of(request).db.read(list_projects))[0]
