"""`GET /job-results/{id}`: nothing until a job is done, then the answer it would have had (wire/datocms 4)."""

import sqlite3
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.datocms.environments import environment_items
from dsclone_tui.sandbox.datocms.errors import error_body, not_found
from dsclone_tui.sandbox.datocms.gate import vendor_of
from dsclone_tui.sandbox.http import json_response
from dsclone_tui.sandbox.jobs import Job, find_job
from dsclone_tui.sandbox.stores import store_by_key

FORK_STATUS = 201


async def show(request: Request) -> Response:
    """404 `NOT_FOUND` while the job runs, and for ids that never were: the two look the same."""
    job_id = str(request.path_params["job"])
    result = await vendor_of(request).db.read(lambda db: _result(db, job_id))
    if result is None:
        raise not_found()
    return json_response({"data": result})


def _result(db: sqlite3.Connection, job_id: str) -> dict[str, Any] | None:
    job = find_job(db, job_id)
    if job is None or not job.ended:
        return None
    status, payload = _outcome(db, job)
    attributes = {"status": status, "payload": payload, "statusText": HTTPStatus(status).phrase}
    return {"type": "job_result", "id": job.id, "attributes": attributes}


def _outcome(db: sqlite3.Connection, job: Job) -> tuple[int, dict[str, Any] | None]:
    if job.failure is not None:
        return job.failure.status, error_body(job.failure.code, {"message": job.failure.message})
    store = store_by_key(db, job.target_store)
    return FORK_STATUS, {"data": environment_items(db, [store])[0]} if store else None
