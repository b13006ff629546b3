"""`/datasets`: the list and the single dataset (wire/sanity 2.3)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import json_response
from dsclone_tui.sandbox.sanity.access import project_of, vendor_of
from dsclone_tui.sandbox.sanity.errors import BoomError
from dsclone_tui.sandbox.stamps import millis
from dsclone_tui.sandbox.stores import Store, find_store, list_stores


async def list_all(request: Request) -> Response:
    """`GET /datasets`: an array. A dataset that is still being copied is not in it (wire/sanity 8: after success)."""
    project = await project_of(request)
    stores = await vendor_of(request).db.read(lambda db: list_stores(db, project.id))
    items = [dataset_item(store) for store in stores if store.ready]
    for name in ("datasetProfile", "addonFor"):
        wanted = request.query_params.get(name)
        if wanted is not None:
            items = [item for item in items if item[name] == wanted]
    return json_response(items)


async def show(request: Request) -> Response:
    """`GET /datasets/{name}`."""
    return json_response(dataset_item(await dataset_of(request)))


async def dataset_of(request: Request) -> Store:
    """The dataset that the path names, in the request's project. Raises a 404 while it is not there."""
    project = await project_of(request)
    name = str(request.path_params["dataset"])
    store = await vendor_of(request).db.read(lambda db: find_store(db, project.id, name))
    if store is None or not store.ready:
        raise BoomError(404, f'Dataset "{name}" not found for project ID "{project.id}"')
    return store


def dataset_item(store: Store) -> dict[str, Any]:
    return {
        "name": store.name,
        "aclMode": store.facts["aclMode"],
        "createdAt": millis(store.created_at),
        "createdByUserId": store.facts["createdByUserId"],
        "addonFor": store.facts["addonFor"],
        "datasetProfile": store.facts["datasetProfile"],
        "features": [],
        "tags": [],
    }
