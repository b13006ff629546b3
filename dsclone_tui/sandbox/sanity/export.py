"""`/data/export/{dataset}` as a stream of documents (wire/sanity 7), and what was kept of their history."""

import json
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dsclone_tui.sandbox.database import Database
from dsclone_tui.sandbox.documents import Document, page_after
from dsclone_tui.sandbox.sanity.access import vendor_of
from dsclone_tui.sandbox.sanity.datasets import dataset_of
from dsclone_tui.sandbox.stamps import seconds

PAGE = 500
NDJSON = "application/x-ndjson"


async def export(request: Request) -> Response:
    """`GET /data/export/{dataset}?types=a,b`: one JSON document per line.

    Drafts, releases and their versions included, with their own `_id`, `_type`, `_rev` and times.
    """
    store = await dataset_of(request)
    types = frozenset(filter(None, request.query_params.get("types", "").split(",")))
    return StreamingResponse(_lines(vendor_of(request).db, store.key, types), media_type=NDJSON)


async def history(request: Request) -> Response:
    """`GET /data/history/{dataset}/transactions/{ids}`: one JSON line per kept revision, oldest first.

    `ids` are document ids, separated by commas. Not on the wire pages: it is here to show that a history was copied.
    """
    store = await dataset_of(request)
    ids = str(request.path_params["ids"]).split(",")
    steps = await vendor_of(request).db.read(lambda db: _steps(db, store.key, ids))
    return Response("".join(_line(step) for step in steps), media_type=NDJSON)


def exported(document: Document) -> dict[str, Any]:
    """A document as the vendor shows it."""
    return {
        "_id": document.id,
        "_type": document.type,
        "_rev": document.rev,
        "_createdAt": seconds(document.created_at),
        "_updatedAt": seconds(document.updated_at),
        **document.body,
    }


async def _lines(db: Database, store: int, types: frozenset[str]) -> AsyncIterator[str]:
    after = 0
    while True:
        last, text = await db.read(partial(_page, store=store, after=after, types=types))
        if last == after:
            return
        after = last
        yield text


def _page(db: sqlite3.Connection, store: int, after: int, types: frozenset[str]) -> tuple[int, str]:
    page = page_after(db, store, after, PAGE)
    text = "".join(_line(exported(document)) for document in page if not types or document.type in types)
    return (page[-1].seq if page else after), text


def _steps(db: sqlite3.Connection, store: int, ids: list[str]) -> list[dict[str, Any]]:
    rows = db.execute(
        "SELECT document, rev, at, body FROM history INDEXED BY history_in_store"
        " WHERE store = ? AND document IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (store, json.dumps(ids)),
    )
    return [
        {"id": row["rev"], "timestamp": row["at"], "documentIDs": [row["document"]], "set": json.loads(row["body"])}
        for row in rows
    ]


def _line(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n"
