"""Sanity's refusals as domain errors (wire/sanity 2.1, 4, 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsclone_tui.backends.answers import Answer
from dsclone_tui.domain.errors import (
    ConflictError,
    DscloneError,
    ErrorInfo,
    LimitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
)
from dsclone_tui.domain.text import plain

_GRANT = re.compile(r"missing (the )?required grants?", re.IGNORECASE)
_FOREIGN_PROJECT = re.compile(r"does not match project host|projectUserNotFound", re.IGNORECASE)
_PLAN = re.compile(r"\b(plan|quotas?|limit(s|ed)?|upgrade|enterprise)\b", re.IGNORECASE)
_ABSENT = re.compile(r"(not|n.t|no longer) (exist|found)|not be found", re.IGNORECASE)
_RUNNING = re.compile(r"progress|running", re.IGNORECASE)
_EXISTS = re.compile(r"\bexists?\b|already", re.IGNORECASE)
_FINAL = frozenset({400, 404, 409, 422})
_ITEMS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Start:
    """The start that was refused, for the words of its error."""

    project: str
    source: str
    target: str


def said_by(document: object, limit: int = 300) -> str:
    """The text of any of the five error shapes, cleaned; empty where there is none (wire/sanity 2.1, 8)."""
    return plain(_said(document), limit)


def _said(document: object) -> str:
    if isinstance(document, str):
        return document
    if not isinstance(document, dict):
        return ""
    error = document.get("error")
    if isinstance(error, dict):
        text = _first(error, "description", "message", "type")
        return "; ".join(part for part in (text, *_said_of_items(error.get("items"))) if part)
    message = _first(document, "message", "reason", "description")
    if isinstance(error, str) and error.strip():
        return f"{error} - {message}" if message else error
    return message


def _said_of_items(items: object) -> list[str]:
    """The first texts of a mutation error's items; each holds an error of its own."""
    if not isinstance(items, list):
        return []
    errors = [item["error"] for item in items[:_ITEMS_SHOWN] if isinstance(item, dict) and "error" in item]
    return [_first(error, "description", "type") if isinstance(error, dict) else str(error) for error in errors]


def _first(document: dict[str, object], *names: str) -> str:
    for name in names:
        value = document.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _kind(document: object) -> str:
    error = document.get("error") if isinstance(document, dict) else None
    kind = error.get("type") if isinstance(error, dict) else None
    return kind if isinstance(kind, str) else ""


def refusal(answer: Answer, *, doing: str, project: str | None = None, start: Start | None = None) -> DscloneError:
    """The error for a 4xx answer. ``doing`` completes "Sanity refused to …"; ``start`` is set for a start request.

    A 401 alone does not mean that the token is bad: missing rights come as 401 too (wire/sanity 2.1).
    """
    document = answer.error_document()
    text = said_by(document)
    if answer.status in (401, 402, 403):
        return _access_error(answer.status, text, _kind(document), doing)
    if answer.foreign:
        return answer.bad("with something that is not JSON")
    if start is not None and answer.status in _FINAL and (error := _start_error(answer.status, text, start)):
        return error
    if answer.status == 404:
        return _not_found(project, text, doing)
    trace = _trace(answer)
    return RefusedError(
        f"Sanity refused to {doing}: {text or f'status {answer.status}'}",
        hint=f"Sanity's support can look up trace {trace}." if trace else None,
        remote=text or f"status {answer.status}",
    )


def _access_error(status: int, text: str, kind: str, doing: str) -> DscloneError:
    remote = text or kind or f"status {status}"
    lacks_grant = _GRANT.search(text) is not None
    if status == 402 or (status == 403 and not lacks_grant and _PLAN.search(text)):
        return LimitError(
            f"the plan of the Sanity project does not allow to {doing}: {remote}",
            hint="See the plan and its limits in the project's settings at sanity.io/manage.",
            remote=remote,
        )
    if _FOREIGN_PROJECT.search(f"{text} {kind}"):
        return NotPermittedError(
            f"the token has no part in the Sanity project: {remote}",
            hint="Use a token that was made in this project.",
            remote=remote,
        )
    if status == 403 or lacks_grant:
        return NotPermittedError(
            f"the token may not {doing}: {remote}",
            hint="The token needs the grants sanity.project.datasets read and create, as Developers have.",
            remote=remote,
        )
    return NotPermittedError(
        f"Sanity does not accept the token: {remote}",
        code="not_authenticated",
        hint="Put a valid token where the configuration looks for it; dsclone config path tells which file that is.",
        remote=remote,
    )


def _start_error(status: int, text: str, start: Start) -> DscloneError | None:
    """The refusals that only a start can meet; their texts are not published, so words decide (wire/sanity 8)."""
    remote = text or f"status {status}"
    if status == 404 and "project" in text.lower() and "dataset" not in text.lower():
        return None
    if status == 404 or (status != 409 and _ABSENT.search(text)):
        return NotFoundError(
            f"there is no dataset {start.source} in the project {start.project}",
            code="source_not_found",
            hint="List the datasets with dsclone ls.",
            remote=remote,
        )
    if _RUNNING.search(text):
        return ConflictError(
            f"a copy to {start.target} is running already",
            code="already_running",
            hint="Follow it with dsclone attach; dsclone jobs --remote lists the project's copies.",
            remote=remote,
        )
    if _EXISTS.search(text):
        return ConflictError(
            f"a dataset {start.target} exists already",
            code="target_exists",
            hint="Choose another name: a copy never overwrites.",
            remote=remote,
        )
    if status == 409:
        return ConflictError(f"the copy to {start.target} is in conflict: {remote}", remote=remote)
    return None


def _not_found(project: str | None, text: str, doing: str) -> DscloneError:
    remote = text or "status 404"
    if project is None:
        return NotFoundError(f"Sanity answered 404 when asked to {doing}: {remote}", remote=remote)
    return NotFoundError(
        f"there is no Sanity project {project}, or the token cannot see it",
        code="project_not_found",
        hint="List the projects with dsclone ls.",
        remote=remote,
    )


def _trace(answer: Answer) -> str:
    """The trace id: the second field of ``traceparent`` (wire/sanity 2.1)."""
    fields = str(answer.headers.get("traceparent", "")).split("-")
    return plain(fields[1], 64) if len(fields) > 1 else ""


def copy_failure(text: str) -> ErrorInfo:
    """The cause of a copy that ended ``failed``; the status call never tells one (wire/sanity 2.6)."""
    if not text:
        return ErrorInfo("failed", "the copy failed; Sanity gave no reason", "Look at the target, then copy anew.")
    return ErrorInfo("failed", f"the copy failed: {text}", "Look at the target, then copy anew.", text)
