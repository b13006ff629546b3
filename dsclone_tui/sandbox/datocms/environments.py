"""`/environments`: the list and the single environment (wire/datocms 2.1, 2.2)."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.datocms.errors import not_found
from dsclone_tui.sandbox.datocms.gate import site_id, vendor_of
from dsclone_tui.sandbox.http import json_response
from dsclone_tui.sandbox.jobs import open_jobs
from dsclone_tui.sandbox.stamps import millis
from dsclone_tui.sandbox.stores import Store, find_store, list_stores


async def list_all(request: Request) -> Response:
    """`GET /environments`: all of them, unpaged, those being created too."""
    site = await site_id(request)
    items = await vendor_of(request).db.read(lambda db: environment_items(db, list_stores(db, site)))
    return json_response({"data": items})


async def show(request: Request) -> Response:
    """`GET /environments/{id}`; 404 `NOT_FOUND`."""
    site, name = await site_id(request), str(request.path_params["environment"])
    item = await vendor_of(request).db.read(lambda db: find_environment(db, site, name))
    if item is None:
        raise not_found()
    return json_response({"data": item})


def find_environment(db: sqlite3.Connection, site: str, name: str) -> dict[str, Any] | None:
    store = find_store(db, site, name)
    return environment_items(db, [store])[0] if store else None


def environment_items(db: sqlite3.Connection, stores: Iterable[Store]) -> list[dict[str, Any]]:
    """Environments as the vendor shows them: no attributes, only `meta`; the percentage only while creating."""
    jobs = open_jobs(db)
    percentages = {job.target_store: job.percent for job in jobs}
    read_only = {job.source_store for job in jobs if job.options.fast}
    return [_item(store, percentages.get(store.key, 0), store.key in read_only) for store in stores]


def _item(store: Store, percentage: int, read_only: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "status": "ready" if store.ready else "creating",
        "created_at": millis(store.created_at),
        "last_data_change_at": millis(store.changed_at),
        "primary": store.facts["primary"],
        "forked_from": store.facts["forked_from"],
        "read_only_mode": read_only,
    }
    if not store.ready:
        meta["fork_completion_percentage"] = percentage
    return {"type": "environment", "id": store.name, "meta": meta}
