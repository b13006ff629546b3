"""Sanity's management errors: Boom style, `{statusCode, error, message}` (wire/sanity 2.1)."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dsclone_tui.sandbox.http import AnswerError, BodyError, json_response


class BoomError(AnswerError):
    """A refusal with an HTTP status and a text for the user."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def boom(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    body = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": message}
    return json_response(body, status, headers)


def refuse_start(status: int, retry_after: int | None) -> Response:
    """An ordered refusal of a start; the waiting time goes into `Retry-After` (wire/sanity 5)."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return boom(status, HTTPStatus(status).description or HTTPStatus(status).phrase, headers)


async def on_boom(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BoomError):
        raise error
    return boom(error.status, error.message)


async def on_body_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BodyError):
        raise error
    return boom(error.status, error.message)


async def on_crash(_request: Request, _error: Exception) -> Response:
    """A mistake of ours. The server logs it; the client learns no details."""
    return boom(500, "An internal server error occurred")


async def on_http_error(_request: Request, error: Exception) -> Response:
    """Unknown paths and methods, in the vendor's shape."""
    if not isinstance(error, HTTPException):
        raise error
    return boom(error.status_code, error.detail, dict(error.headers or {}))
