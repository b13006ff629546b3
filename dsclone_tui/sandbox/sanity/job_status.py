"""`/jobs/{id}`: what became of a job (wire/sanity 2.6)."""

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import json_response
from dsclone_tui.sandbox.jobs import Job, find_job
from dsclone_tui.sandbox.sanity.access import vendor_of
from dsclone_tui.sandbox.sanity.errors import BoomError


async def show(request: Request) -> Response:
    """`GET /jobs/{id}`: snake_case stamps; no progress, no names, no reason."""
    job = await job_of(request)
    return json_response(
        {
            "id": job.id,
            "state": job.state,
            "authors": [job.author],
            "created_at": job.created_at,
            "updated_at": job.updated_at,
        }
    )


async def job_of(request: Request) -> Job:
    """The job that the path names; any project's. Raises a 404."""
    job_id = str(request.path_params["job"])
    job = await vendor_of(request).db.read(lambda db: find_job(db, job_id))
    if job is None:
        raise BoomError(404, f'Job "{job_id}" not found')
    return job
