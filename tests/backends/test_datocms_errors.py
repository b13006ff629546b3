"""DatoCMS's refusals: codes decide, statuses only where there is no code (wire/datocms 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dsclone_tui.backends.datocms.errors import Doing, failure
from dsclone_tui.domain.errors import (
    BadAnswerError,
    BusyError,
    ConflictError,
    DscloneError,
    ExitCode,
    LimitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    exit_code_of,
)
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.ports import Backend

BackendOf = Callable[..., Backend]
RecordOf = Callable[..., JobRecord]
FORK = Doing("fork prod", "prod", "qa")


def _errors(*codes: str, transient: bool = False, **details: object) -> dict[str, Any]:
    attributes = [{"code": code, "details": details} | ({"transient": True} if transient else {}) for code in codes]
    return {"data": [{"id": "a1b2c3", "type": "api_error", "attributes": each} for each in attributes]}


async def _refused(backend_of: BackendOf, record: JobRecord, response: httpx.Response) -> DscloneError:
    with pytest.raises(DscloneError) as caught:
        await backend_of("datocms", lambda _request: response).start(record.request)
    return caught.value


@pytest.mark.parametrize(
    ("status", "document", "error", "code", "remote"),
    [
        (404, _errors("NOT_FOUND"), NotFoundError, "source_not_found", "NOT_FOUND"),
        (401, _errors("INVALID_AUTHORIZATION_HEADER"), NotPermittedError, "not_authenticated", "INVALID_AUTH"),
        (403, _errors("INSUFFICIENT_PERMISSIONS"), NotPermittedError, "not_permitted", "INSUFFICIENT_PERMISSIONS"),
        (
            422,
            _errors("INVALID_FIELD", field="name", code="VALIDATION_UNIQUENESS"),
            ConflictError,
            "target_exists",
            "VALIDATION_UNIQUENESS",
        ),
        (
            422,
            _errors("INVALID_FIELD", field="name", code="VALIDATION_FORMAT"),
            RefusedError,
            "refused",
            "INVALID_FIELD",
        ),
        (422, _errors("ACTIVE_EDITING_SESSIONS"), ConflictError, "editors_active", "ACTIVE_EDITING_SESSIONS"),
        (422, _errors("ENVIRONMENT_NOT_READY"), ConflictError, "not_ready", "ENVIRONMENT_NOT_READY"),
        (422, _errors("ENVIRONMENT_IN_READ_ONLY_MODE"), ConflictError, "read_only", "ENVIRONMENT_IN_READ_ONLY_MODE"),
        (422, _errors("MAINTENANCE_MODE"), ConflictError, "maintenance", "MAINTENANCE_MODE"),
        (400, _errors("PLAN_UPGRADE_REQUIRED", limit="sandbox_environments"), LimitError, "plan_limit", "PLAN_UPGRADE"),
        (422, _errors("RATE_LIMIT_EXCEEDED"), BusyError, "rate_limited", None),
        (422, _errors("CONCURRENT_ENVIRONMENT_UPDATE", transient=True), BusyError, "rate_limited", None),
        (422, _errors("NEVER_HEARD_OF", message="look\x1b[1m here"), RefusedError, "refused", "NEVER_HEARD_OF"),
        (422, _errors("ODD_ONE", "ACTIVE_EDITING_SESSIONS"), ConflictError, "editors_active", "ODD_ONE, ACTIVE"),
        (401, {}, NotPermittedError, "not_authenticated", "status 401"),
        (403, {"data": {}}, NotPermittedError, "not_permitted", "status 403"),
        (404, {"data": "x"}, NotFoundError, "source_not_found", "status 404"),
        (402, [], LimitError, "plan_limit", "status 402"),
        (422, {"data": [{"type": "api_error"}, 3]}, RefusedError, "refused", "status 422"),
    ],
)
async def test_a_refused_fork(
    backend_of: BackendOf,
    record_of: RecordOf,
    status: int,
    document: object,
    error: type[DscloneError],
    code: str,
    remote: str | None,
) -> None:
    caught = await _refused(backend_of, record_of("datocms"), httpx.Response(status, json=document))
    assert (type(caught), caught.info.code) == (error, code)
    assert (caught.info.remote or "").startswith(remote or "") or remote in (caught.info.remote or "").split()


async def test_a_refusal_without_a_body(backend_of: BackendOf, record_of: RecordOf) -> None:
    caught = await _refused(backend_of, record_of("datocms"), httpx.Response(404))
    assert caught.info.code == "source_not_found"


async def test_a_gateways_refusal(backend_of: BackendOf, record_of: RecordOf) -> None:
    caught = await _refused(backend_of, record_of("datocms"), httpx.Response(404, html="<html>nginx"))
    assert type(caught) is BadAnswerError
    assert "<html>nginx" in caught.message


async def test_hints_say_what_to_do(backend_of: BackendOf, record_of: RecordOf) -> None:
    record = record_of("datocms")
    editors = await _refused(backend_of, record, httpx.Response(422, json=_errors("ACTIVE_EDITING_SESSIONS")))
    assert "--fast" in (editors.info.hint or "")
    assert "--force" in (editors.info.hint or "")
    rights = await _refused(backend_of, record, httpx.Response(403, json=_errors("INSUFFICIENT_PERMISSIONS")))
    assert "can_manage_environments" in (rights.info.hint or "")
    plan = _errors("PLAN_UPGRADE_REQUIRED", limit="sandbox_environments")
    assert "sandbox_environments" in (await _refused(backend_of, record, httpx.Response(422, json=plan))).message


async def test_what_the_server_said_is_cleaned(backend_of: BackendOf, record_of: RecordOf, token: str) -> None:
    said = _errors("ODD\x1b]0;t\x07CODE", message=f"{token}\u202e" + "x" * 5_000)
    caught = await _refused(backend_of, record_of("datocms"), httpx.Response(422, json=said))
    assert caught.info.remote == "ODDCODE"
    assert token not in caught.message
    assert len(caught.message) < 300
    assert caught.message.isprintable()


async def test_a_busy_answer_says_for_how_long(backend_of: BackendOf, record_of: RecordOf) -> None:
    response = httpx.Response(429, headers={"X-RateLimit-Reset": "2"}, json=_errors("RATE_LIMIT_EXCEEDED"))
    caught = await _refused(backend_of, record_of("datocms"), response)
    assert isinstance(caught, BusyError)
    assert caught.retry_after == 2.0


@pytest.mark.parametrize(
    ("status", "document", "code", "exit_code"),
    [
        (422, _errors("PLAN_UPGRADE_REQUIRED", limit="x"), "plan_limit", ExitCode.LIMIT),
        (422, _errors("INVALID_FIELD", field="name", code="VALIDATION_UNIQUENESS"), "target_exists", ExitCode.CONFLICT),
        (404, _errors("NOT_FOUND"), "source_not_found", ExitCode.NOT_FOUND),
        (403, _errors("INSUFFICIENT_PERMISSIONS"), "not_permitted", ExitCode.NOT_PERMITTED),
        (500, _errors("EXCEPTION", message="disk full"), "failed", ExitCode.JOB_NOT_COMPLETED),
        (422, _errors("ODD", transient=True), "failed", ExitCode.JOB_NOT_COMPLETED),
        (429, _errors("RATE_LIMIT_EXCEEDED"), "failed", ExitCode.JOB_NOT_COMPLETED),
        (422, None, "failed", ExitCode.JOB_NOT_COMPLETED),
        (500, {"data": []}, "failed", ExitCode.JOB_NOT_COMPLETED),
    ],
)
def test_the_cause_of_a_failed_job(status: int, document: object, code: str, exit_code: ExitCode) -> None:
    info = failure(status, document, FORK)
    assert info.code == code
    assert exit_code_of(info) is exit_code
    assert info.remote


def test_a_failed_job_says_what_the_server_said() -> None:
    info = failure(500, _errors("EXCEPTION", message="disk full"), FORK)
    assert info.message == "the fork failed: EXCEPTION: disk full"
    assert info.remote == "EXCEPTION"
