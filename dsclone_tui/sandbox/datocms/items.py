"""`/items` and `/item-types`: the records and models of one environment (wire/datocms 1.4, 7)."""

import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.datocms.errors import ApiError, not_found
from dsclone_tui.sandbox.datocms.gate import environment_of, vendor_of
from dsclone_tui.sandbox.documents import Document, find_document, list_of_type, page_excluding, update_document
from dsclone_tui.sandbox.http import json_response, read_object
from dsclone_tui.sandbox.jobs import is_read_only
from dsclone_tui.sandbox.stamps import millis

MODEL = "item_type"
DEFAULT_LIMIT, LARGEST_LIMIT = 30, 500
LARGEST_OFFSET = 2**31


async def list_all(request: Request) -> Response:
    """`GET /items?page[offset]&page[limit]&filter[type]`: 30 a page unless told, 500 at most, `meta.total_count`."""
    store = environment_of(request).key
    offset = _number(request, "page[offset]", 0, LARGEST_OFFSET)
    limit = _number(request, "page[limit]", DEFAULT_LIMIT, LARGEST_LIMIT)
    wanted = request.query_params.get("filter[type]")

    def page(db: sqlite3.Connection) -> tuple[list[Document], int]:
        model = _model_id(db, store, wanted) if wanted else None
        return page_excluding(db, store, excluded=MODEL, only=model, offset=offset, limit=limit)

    records, total = await vendor_of(request).db.read(page)
    return json_response({"data": [record_item(record) for record in records], "meta": {"total_count": total}})


async def show(request: Request) -> Response:
    """`GET /items/{id}`. Ids are the same in every environment (wire/datocms 8, edge case 23)."""
    store, item_id = environment_of(request).key, str(request.path_params["item"])
    record = await vendor_of(request).db.read(lambda db: find_document(db, store, item_id))
    if record is None or record.type == MODEL:
        raise not_found()
    return json_response({"data": record_item(record)})


async def update(request: Request) -> Response:
    """`PUT /items/{id}` with `{data: {attributes}}`: merges them.

    422 `ENVIRONMENT_IN_READ_ONLY_MODE` while a fast fork copies the environment, `INVALID_ATTRIBUTES` for
    attributes that the record does not have.
    """
    store, item_id = environment_of(request).key, str(request.path_params["item"])
    changes = _attributes(await read_object(request))
    record = await vendor_of(request).db.write(lambda db: _update(db, store, item_id, changes))
    return json_response({"data": record_item(record)})


async def list_models(request: Request) -> Response:
    """`GET /item-types`: unpaged."""
    store = environment_of(request).key
    models = await vendor_of(request).db.read(lambda db: list_of_type(db, store, MODEL))
    return json_response({"data": [{"type": MODEL, "id": model.id, "attributes": model.body} for model in models]})


def record_item(record: Document) -> dict[str, Any]:
    return {
        "type": "item",
        "id": record.id,
        "attributes": record.body,
        "relationships": {"item_type": {"data": {"type": MODEL, "id": record.type}}},
        "meta": {
            "created_at": millis(record.created_at),
            "updated_at": millis(record.updated_at),
            "published_at": millis(record.updated_at),
            "status": "published",
            "is_valid": True,
            "current_version": record.rev,
        },
    }


def _update(db: sqlite3.Connection, store: int, item_id: str, changes: dict[str, Any]) -> Document:
    # Asked in the transaction that writes: a fast fork accepted in between would else copy a moving source.
    if is_read_only(db, store):
        raise ApiError(422, "ENVIRONMENT_IN_READ_ONLY_MODE")
    record = find_document(db, store, item_id)
    if record is None or record.type == MODEL:
        raise not_found()
    extraneous = sorted(set(changes) - set(record.body))
    if extraneous:
        raise ApiError(422, "INVALID_ATTRIBUTES", {"extraneous_attributes": extraneous})
    update_document(db, store, record, changes, rev=str(int(record.rev) + 1))
    changed = find_document(db, store, item_id)
    if changed is None:
        raise not_found()
    return changed


def _attributes(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(attributes, dict):
        raise ApiError(422, "INVALID_FORMAT", {"message": "data.attributes is required"})
    return attributes


def _model_id(db: sqlite3.Connection, store: int, wanted: str) -> str:
    """A model is named by its id or by its API key."""
    keys = {model.body["api_key"]: model.id for model in list_of_type(db, store, MODEL)}
    return keys.get(wanted, wanted)


def _number(request: Request, name: str, default: int, largest: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > largest:
        raise ApiError(422, "INVALID_PARAMS", {"param": name, "maximum": largest})
    return int(text)
