"""DatoCMS errors: a list of `api_error`s under `data` (wire/datocms 5.1)."""

import secrets
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import AnswerError, BodyError, json_response

DOCS = "https://www.datocms.com/docs/content-management-api/errors"


class ApiError(AnswerError):
    """An answer that says no: an HTTP status, the vendor's code and free-form details."""

    def __init__(self, status: int, code: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.details = details or {}

    def response(self, headers: dict[str, str] | None = None) -> Response:
        return json_response(error_body(self.code, self.details), self.status, headers)


def error_body(code: str, details: dict[str, Any]) -> dict[str, Any]:
    attributes = {"code": code, "doc_url": f"{DOCS}#{code}", "details": details}
    return {"data": [{"id": secrets.token_hex(3), "type": "api_error", "attributes": attributes}]}


def not_found() -> ApiError:
    """Also what a pending job result is: the two cannot be told apart (wire/datocms 4)."""
    return ApiError(404, "NOT_FOUND")


def invalid_name(code: str) -> ApiError:
    """A refused environment name: the body calls it `id`, the error `name` (wire/datocms 5.2)."""
    return ApiError(422, "INVALID_FIELD", {"field": "name", "code": code})


def refuse_start(status: int, retry_after: int | None) -> Response:
    """An ordered refusal of a fork; the waiting time goes into `X-RateLimit-Reset` (wire/datocms 5.3)."""
    code = "RATE_LIMIT_EXCEEDED" if status == 429 else "SERVICE_UNAVAILABLE" if status == 503 else "EXCEPTION"
    return ApiError(status, code).response({} if retry_after is None else {"x-ratelimit-reset": str(retry_after)})


async def on_api_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return error.response()


async def on_body_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BodyError):
        raise error
    return ApiError(error.status, "INVALID_JSON_BODY", {"message": error.message}).response()


async def on_crash(_request: Request, _error: Exception) -> Response:
    """A mistake of ours. The server logs it; the client learns no details."""
    return ApiError(500, "EXCEPTION").response()


async def on_http_error(_request: Request, error: Exception) -> Response:
    """Unknown paths and methods, in the vendor's shape."""
    if not isinstance(error, HTTPException):
        raise error
    code = "NOT_FOUND" if error.status_code == 404 else "INVALID_ENDPOINT"
    return ApiError(error.status_code, code).response(dict(error.headers or {}))
