"""Sanity's refusals: five shapes of body, and 401s that do not mean "log in again" (wire/sanity 2.1, 4, 8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.backends.sanity.errors import said_by
from dsclone_tui.domain.errors import (
    BadAnswerError,
    ConflictError,
    DscloneError,
    ExitCode,
    LimitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
)
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.ports import Backend

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]


def _boom(status: int, error: str, message: str) -> dict[str, Any]:
    return {"statusCode": status, "error": error, "message": message}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (_boom(401, "Unauthorized", "Session not found"), "Unauthorized - Session not found"),
        ({"error": {"type": "projectUserNotFoundError", "description": "Not a member"}}, "Not a member"),
        ({"error": {"type": "someError"}}, "someError"),
        ({"error": "just this"}, "just this"),
        ({"message": "or this"}, "or this"),
        (
            {
                "error": {
                    "type": "mutationError",
                    "description": "Failed",
                    "items": [{"error": {"description": f"item {n}"}} for n in range(9)],
                }
            },
            "Failed; item 0; item 1; item 2; item 3; item 4",
        ),
        ({"error": {"description": "x", "items": "none"}}, "x"),
        ({"error": {}, "message": 7}, ""),
        ({"message": "\x1b[31mred\x1b[0m\n\u202ealert"}, "red alert"),
        ("plain", "plain"),
        ([1], ""),
        (None, ""),
    ],
)
def test_the_shapes(document: object, text: str) -> None:
    assert said_by(document) == text


async def _refused(backend_of: BackendOf, record: JobRecord, status: int, body: object) -> DscloneError:
    """The error of a start that is answered so."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    backend = backend_of("sanity", lambda _request: httpx.Response(status, content=content))
    with pytest.raises(DscloneError) as caught:
        await backend.start(record.request)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (401, _boom(401, "Unauthorized", "Session not found"), NotPermittedError, "not_authenticated"),
        (
            401,
            _boom(401, "Unauthorized", "User is missing required grant `sanity.project.datasets/create` to do this"),
            NotPermittedError,
            "not_permitted",
        ),
        (
            401,
            {"message": "missing the required grant sanity.project.datasets/read"},
            NotPermittedError,
            "not_permitted",
        ),
        (401, {"error": {"type": "projectUserNotFoundError", "description": "?"}}, NotPermittedError, "not_permitted"),
        (401, {"message": "Session does not match project host"}, NotPermittedError, "not_permitted"),
        (401, b"<html>login", NotPermittedError, "not_authenticated"),
        (402, {"message": "Payment required"}, LimitError, "plan_limit"),
        (403, {"message": "Upgrade your plan to copy datasets"}, LimitError, "plan_limit"),
        (403, {"message": "Dataset quota reached"}, LimitError, "plan_limit"),
        (403, {"message": "Robots are not allowed"}, NotPermittedError, "not_permitted"),
        (403, {"message": "missing required grant for this plan"}, NotPermittedError, "not_permitted"),
        (403, b"", NotPermittedError, "not_permitted"),
        (404, _boom(404, "Not Found", "Dataset not found"), NotFoundError, "source_not_found"),
        (404, b"", NotFoundError, "source_not_found"),
        (404, {"message": "Project p1 not found"}, NotFoundError, "project_not_found"),
        (400, {"message": 'Source dataset "prod" doesn\'t exist'}, NotFoundError, "source_not_found"),
        (409, _boom(409, "Conflict", 'Dataset "qa" already exists'), ConflictError, "target_exists"),
        (400, {"message": "Target dataset already exists"}, ConflictError, "target_exists"),
        (409, {"message": "A copy to qa is already running"}, ConflictError, "already_running"),
        (422, {"message": "Copying in progress"}, ConflictError, "already_running"),
        (409, {"message": "No"}, ConflictError, "conflict"),
        (400, {"message": "Bad option"}, RefusedError, "refused"),
        (418, {"error": "teapot"}, RefusedError, "refused"),
        (400, b"<html>nginx", BadAnswerError, "bad_answer"),
        (404, b"<html>nginx", BadAnswerError, "bad_answer"),
    ],
)
async def test_a_refused_start(
    backend_of: BackendOf, record_of: RecordOf, status: int, body: object, error: type[DscloneError], code: str
) -> None:
    caught = await _refused(backend_of, record_of("sanity"), status, body)
    assert (type(caught), caught.info.code) == (error, code)
    assert caught.info.remote


async def test_the_exit_codes(backend_of: BackendOf, record_of: RecordOf) -> None:
    by_status = {401: ExitCode.NOT_PERMITTED, 404: ExitCode.NOT_FOUND, 409: ExitCode.CONFLICT, 402: ExitCode.LIMIT}
    for status, exit_code in by_status.items():
        caught = await _refused(backend_of, record_of("sanity"), status, {"message": "no"})
        assert caught.exit_code is exit_code


async def test_what_the_server_said_is_kept_and_cleaned(backend_of: BackendOf, record_of: RecordOf, token: str) -> None:
    said = {"message": f"\x1b]0;pwned\x07cannot\n\u202e do {token} " + "x" * 5000}
    caught = await _refused(backend_of, record_of("sanity"), 400, said)
    assert caught.info.remote is not None
    assert caught.info.remote.startswith("cannot do [token] xxx")
    assert len(caught.info.remote) <= 300
    assert token not in repr(caught.info)


async def test_the_trace_id_is_offered(backend_of: BackendOf, record_of: RecordOf) -> None:
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    backend = backend_of("sanity", lambda _request: httpx.Response(400, json={"message": "no"}, headers=headers))
    with pytest.raises(RefusedError) as caught:
        await backend.start(record_of("sanity").request)
    assert "0af7651916cd43dd8448eb211c80319c" in (caught.value.info.hint or "")
