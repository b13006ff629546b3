"""`/projects` and `/users/me` (wire/sanity 2.2, 2.8)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import json_response
from dsclone_tui.sandbox.sanity.access import USER_ID, project_of, vendor_of
from dsclone_tui.sandbox.stamps import seconds
from dsclone_tui.sandbox.stores import Project, list_projects

MEMBER = {
    "id": USER_ID,
    "role": "administrator",
    "roles": [{"name": "administrator", "title": "Administrator", "description": "All rights"}],
    "isRobot": True,
    "isCurrentUser": True,
}


async def list_all(request: Request) -> Response:
    """`GET /projects`: an array, not paged, oldest first."""
    projects = await vendor_of(request).db.read(list_projects)
    return json_response([_shown(project, request) for project in projects])


async def show(request: Request) -> Response:
    """`GET /projects/{pid}`: one object."""
    return json_response(_shown(await project_of(request), request))


async def me(_request: Request) -> Response:
    """`GET /users/me`: the cheap token probe."""
    return json_response(
        {
            "id": USER_ID,
            "name": "Sandbox Robot",
            "email": "robot@sandbox.invalid",
            "profileImage": None,
            "role": "administrator",
            "provider": "sanity-token",
        }
    )


def _shown(project: Project, request: Request) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": project.id,
        "displayName": project.facts["displayName"],
        "studioHost": project.facts.get("studioHost"),
        "organizationId": project.facts.get("organizationId"),
        "isBlocked": False,
        "isDisabled": False,
        "isDisabledByUser": False,
        "createdAt": seconds(project.created_at),
        "pendingInvites": 0,
        "maxRetentionDays": 365,
        "activityFeedEnabled": True,
        "members": [MEMBER],
        "features": project.facts.get("features", []),
        "metadata": {},
    }
    if request.query_params.get("includeMembers") == "false":
        del item["members"]
    if request.query_params.get("includeFeatures") == "false":
        del item["features"]
    return item
