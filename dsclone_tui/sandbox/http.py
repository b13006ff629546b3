"""What both vendors' endpoints share: JSON in, JSON out, bearer tokens, size limits."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 4 * 1024 * 1024
JSON_TYPE = "application/json; charset=utf-8"

Endpoint = Callable[[Request], Awaitable[Response]]


class AnswerError(Exception):
    """An answer that says no, raised where the reason is found. Each vendor has its own shape for it."""


class BodyError(AnswerError):
    """The request's body cannot be taken: `status` is 400 or 413, the text is meant for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BodyLimit:
    """Refuses to read more than `MAX_BODY` bytes of a request, whatever its length header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY:
                raise BodyError(413, f"The request body is larger than {MAX_BODY} bytes")
            return message

        await self._app(scope, limited if scope["type"] == "http" else receive, send)


def json_response(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with the one content type that both official clients accept (wire/sanity 2, wire/datocms 1.3)."""
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(body, status, {"content-type": JSON_TYPE, **(headers or {})})


async def read_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises `BodyError` for anything else."""
    raw = await request.body()
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BodyError(400, "The request body is not valid JSON") from None
    if not isinstance(value, dict):
        raise BodyError(400, "The request body is not a JSON object")
    return value


def bearer(request: Request) -> str | None:
    """The token of the `Authorization` header, or None when there is no such header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def same_token(given: str | None, wanted: str) -> bool:
    return given is not None and secrets.compare_digest(given.encode(), wanted.encode())


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
