"""`POST /environments/{source}/fork` (wire/datocms 3)."""

import re
import secrets
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.datocms.environments import find_environment
from dsclone_tui.sandbox.datocms.errors import ApiError, invalid_name, not_found
from dsclone_tui.sandbox.datocms.gate import site_id, vendor_of
from dsclone_tui.sandbox.http import json_response, read_object
from dsclone_tui.sandbox.jobs import (
    Options,
    SourceMissingError,
    SourceNotReadyError,
    SourceReadOnlyError,
    TargetBusyError,
    TargetExistsError,
    begin,
)
from dsclone_tui.sandbox.state import sandbox_of
from dsclone_tui.sandbox.stores import Facts, Store

NAME = re.compile(r"[a-z0-9-]{1,63}")


async def start(request: Request) -> Response:
    """Forks the source into the environment that the body names: `{data: {type: "environment", id}}`.

    202 with a job, or with `immediate_return` 200 with the environment itself, still `creating` (wire/datocms 8, U1).
    `fast` makes the source read-only until the fork is done. `force` only means something while somebody edits.
    422 for a name that is taken or not allowed and for a source that is not ready or, for a second fast fork,
    read-only; a normal fork of a read-only source only reads and goes through.
    """
    site, source = await site_id(request), str(request.path_params["source"])
    target = _asked(await read_object(request))
    vendor = vendor_of(request)
    work = partial(
        begin,
        job_id=secrets.token_hex(12),
        project=site,
        source=source,
        target=target,
        options=Options(fast=flag(request, "fast")),
        author="access_token",
        target_facts=_target_facts,
    )
    try:
        job, environment = await vendor.db.write(lambda db: (work(db), find_environment(db, site, target)))
    except SourceMissingError:
        raise not_found() from None
    except (TargetExistsError, TargetBusyError):
        raise invalid_name("VALIDATION_UNIQUENESS") from None
    except SourceNotReadyError:
        raise ApiError(422, "ENVIRONMENT_NOT_READY") from None
    except SourceReadOnlyError:
        raise ApiError(422, "ENVIRONMENT_IN_READ_ONLY_MODE") from None
    vendor.runner.start(job, sandbox_of(request).faults.take_job("datocms"))
    if flag(request, "immediate_return"):
        return json_response({"data": environment})
    return json_response({"data": {"type": "job", "id": job.id}}, 202)


def flag(request: Request, name: str) -> bool:
    """A query flag: `true` switches it on, `false`, nothing and absence leave it off."""
    return request.query_params.get(name, "") == "true"


def _asked(body: dict[str, Any]) -> str:
    data = body.get("data")
    if not isinstance(data, dict):
        raise ApiError(422, "INVALID_FORMAT", {"message": "data is required"})
    if data.get("type", "environment") != "environment":
        raise ApiError(422, "INVALID_TYPE", {"expected": "environment"})
    target = data.get("id")
    if target is None:
        raise invalid_name("VALIDATION_REQUIRED")
    if not isinstance(target, str) or not NAME.fullmatch(target):
        raise invalid_name("VALIDATION_FORMAT")
    return target


def _target_facts(source: Store) -> Facts:
    return {"primary": False, "forked_from": source.name}
