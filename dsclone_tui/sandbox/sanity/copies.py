"""Cloud clone: the start of a copy and the list of copy jobs (wire/sanity 2.4, 2.5)."""

import re
import secrets
import sqlite3
import string
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import json_response, read_object
from dsclone_tui.sandbox.jobs import (
    Job,
    Options,
    SourceMissingError,
    SourceNotReadyError,
    TargetBusyError,
    TargetExistsError,
    begin,
    list_jobs,
)
from dsclone_tui.sandbox.sanity.access import USER_ID, project_of, vendor_of
from dsclone_tui.sandbox.sanity.errors import BoomError
from dsclone_tui.sandbox.stamps import millis
from dsclone_tui.sandbox.state import sandbox_of
from dsclone_tui.sandbox.stores import Facts, Store, store_by_key

# The rule of the datasets documentation: 1 to 64, beginning and ending with a letter or digit (wire/sanity 4).
NAME = re.compile(r"[a-z0-9](?:[-_a-z0-9]{0,62}[a-z0-9])?")
DEFAULT_LIMIT, LARGEST_LIMIT = 10, 1000
LARGEST_OFFSET = 2**31


async def start(request: Request) -> Response:
    """`PUT /datasets/{source}/copy` with `{targetDataset, skipHistory?, skipContentReleases?}`.

    200 `{datasetName: SOURCE, message, aclMode, jobId}`; 400 for a bad body or name, 404 without source,
    409 when the target exists and, in other words, when a copy to it is already running.
    """
    project = await project_of(request)
    source = str(request.path_params["source"])
    target, options = _asked(await read_object(request))
    vendor = vendor_of(request)
    work = partial(
        begin,
        job_id=new_job_id(),
        project=project.id,
        source=source,
        target=target,
        options=options,
        author=USER_ID,
        target_facts=_target_facts,
    )
    try:
        job, acl_mode = await vendor.db.write(lambda db: _begun(db, work))
    except (SourceMissingError, SourceNotReadyError):
        raise BoomError(404, f'Source dataset "{source}" not found') from None
    except TargetExistsError:
        raise BoomError(409, f'Dataset "{target}" already exists') from None
    except TargetBusyError:
        raise BoomError(409, f'A copy to dataset "{target}" is already running') from None
    vendor.runner.start(job, sandbox_of(request).faults.take_job("sanity"))
    return json_response(
        {
            "datasetName": source,
            "message": f"Starting copying dataset {source} to {target}...",
            "aclMode": acl_mode,
            "jobId": job.id,
        }
    )


async def list_all(request: Request) -> Response:
    """`GET /datasets/copy?offset&limit`: newest first, 10 unless told, 1000 at most."""
    project = await project_of(request)
    offset = _number(request, "offset", 0, LARGEST_OFFSET)
    limit = _number(request, "limit", DEFAULT_LIMIT, LARGEST_LIMIT)
    jobs = await vendor_of(request).db.read(lambda db: list_jobs(db, project.id, offset, limit))
    return json_response([_item(job) for job in jobs])


def _begun(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], Job]) -> tuple[Job, str]:
    """The written-down job and the mode its target will have."""
    job = work(db)
    target = store_by_key(db, job.target_store)
    return job, target.facts["aclMode"] if target else "public"


def new_job_id() -> str:
    """`j` and ten small letters."""
    return "j" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(10))


def _asked(body: dict[str, Any]) -> tuple[str, Options]:
    target = body.get("targetDataset")
    if not isinstance(target, str) or not target:
        raise BoomError(400, '"targetDataset" is required and must be a string')
    if not NAME.fullmatch(target):
        raise BoomError(
            400,
            f'Dataset name "{target}" is invalid: 1 to 64 lowercase letters, digits, dashes and underscores,'
            " with a letter or digit at both ends",
        )
    switches = {name: body.get(name, False) for name in ("skipHistory", "skipContentReleases")}
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise BoomError(400, f'"{name}" must be a boolean')
    return target, Options(skip_history=switches["skipHistory"], skip_content_releases=switches["skipContentReleases"])


def _target_facts(source: Store) -> Facts:
    """A copy is a dataset of its own: it keeps the source's access, but is nobody's add-on."""
    return {
        "aclMode": source.facts["aclMode"],
        "createdByUserId": USER_ID,
        "addonFor": None,
        "datasetProfile": "content",
    }


def _number(request: Request, name: str, default: int, largest: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > largest:
        raise BoomError(400, f'"{name}" must be a number from 0 to {largest}')
    return int(text)


def _item(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "createdAt": millis(job.created_at),
        "updatedAt": millis(job.updated_at),
        "sourceDataset": job.source,
        "targetDataset": job.target,
        "withHistory": not job.options.skip_history,
    }
