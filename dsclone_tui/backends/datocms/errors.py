"""DatoCMS's refusals as domain errors. Codes decide, the HTTP status only where there is none (wire/datocms 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dsclone_tui.backends.datocms.wire import ApiError, errors_of
from dsclone_tui.domain.errors import (
    BusyError,
    ConflictError,
    DscloneError,
    ErrorInfo,
    LimitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
)
from dsclone_tui.domain.text import plain


@dataclass(frozen=True, slots=True)
class Doing:
    """What was asked for, for the words of an error; ``source`` and ``target`` are set for a fork."""

    verb: str
    source: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class _Conflict:
    code: str
    message: str
    hint: str


_CONFLICTS = {
    "ACTIVE_EDITING_SESSIONS": _Conflict(
        "editors_active",
        "editors are working in {source}, and a fast fork makes it read-only",
        "Wait until they are done, fork without --fast, or add --force.",
    ),
    "ENVIRONMENT_NOT_READY": _Conflict(
        "not_ready",
        "{source} is still being made or removed",
        "Wait until dsclone ls shows it as ready, then try again.",
    ),
    "SITE_NOT_READY": _Conflict("not_ready", "the project is still being made", "Wait a little, then try again."),
    "ENVIRONMENT_IN_READ_ONLY_MODE": _Conflict(
        "read_only",
        "{source} is read-only: a fast fork of it is running",
        "Wait until that fork has ended, then try again.",
    ),
    "MAINTENANCE_MODE": _Conflict(
        "maintenance",
        "the project is in maintenance mode",
        "Wait until maintenance is over, or end it in the project's settings.",
    ),
}
_BUSY = frozenset({"RATE_LIMIT_EXCEEDED", "BATCH_DATA_VALIDATION_IN_PROGRESS"})
_UNIQUENESS = "VALIDATION_UNIQUENESS"


def refusal(status: int, document: object, doing: Doing) -> DscloneError:
    """The error for a refused request; ``document`` is the answer's body, or a job result's payload."""
    errors = errors_of(document)
    remote = ", ".join(dict.fromkeys(plain(error.code or "", 80) for error in errors)) or f"status {status}"
    for error in errors:
        if error.transient or error.code in _BUSY:
            return BusyError(f"DatoCMS cannot {doing.verb} now and asks to come back later: {remote}")
    for error in errors:
        if (known := _KNOWN.get(error.code or "")) is not None:
            return known(error, doing, remote)
        if (conflict := _CONFLICTS.get(error.code or "")) is not None:
            message = conflict.message.format(source=doing.source or "the environment", target=doing.target)
            return ConflictError(message, code=conflict.code, hint=conflict.hint, remote=remote)
    if not errors and (by_status := _BY_STATUS.get(status)) is not None:
        return by_status(ApiError(), doing, remote)
    return _refused(errors[0] if errors else ApiError(), doing, remote)


def failure(status: int, document: object, doing: Doing) -> ErrorInfo:
    """The cause of a fork that failed, from its job result (wire/datocms 4).

    What a request might be repeated for ends a job all the same: then the code is ``failed``.
    """
    error = refusal(status, document, doing)
    if not isinstance(error, BusyError | RefusedError):
        return error.info
    errors = errors_of(document)
    codes = ", ".join(dict.fromkeys(plain(item.code or "", 80) for item in errors))
    if not codes:
        return ErrorInfo(
            "failed", f"the fork failed with status {status}; DatoCMS gave no reason", remote=f"status {status}"
        )
    said = plain(errors[0].details.message or "", 200)
    hint = "DatoCMS calls it transient: fork anew." if isinstance(error, BusyError) else error.info.hint
    return ErrorInfo("failed", f"the fork failed: {codes}" + (f": {said}" if said else ""), hint, codes)


def _not_authenticated(_error: ApiError, _doing: Doing, remote: str) -> DscloneError:
    return NotPermittedError(
        "DatoCMS does not accept the token",
        code="not_authenticated",
        hint="Put a valid token where the configuration looks for it; dsclone config path tells which file that is.",
        remote=remote,
    )


def _not_permitted(_error: ApiError, doing: Doing, remote: str) -> DscloneError:
    return NotPermittedError(
        f"the token may not {doing.verb}",
        hint="Its role needs can_manage_environments to fork, and access to the environments.",
        remote=remote,
    )


def _not_found(_error: ApiError, doing: Doing, remote: str) -> DscloneError:
    if doing.source is None:
        return NotFoundError(f"DatoCMS answered 404 when asked to {doing.verb}", remote=remote)
    return NotFoundError(
        f"there is no environment {doing.source}, or the token cannot see it",
        code="source_not_found",
        hint="List the environments with dsclone ls.",
        remote=remote,
    )


def _invalid_field(error: ApiError, doing: Doing, remote: str) -> DscloneError:
    details = error.details
    if details.code == _UNIQUENESS:
        return ConflictError(
            f"an environment {doing.target or ''} exists already".replace("  ", " "),
            code="target_exists",
            hint="Choose another name: a fork never overwrites.",
            remote=f"{remote} {_UNIQUENESS}",
        )
    where = " ".join(plain(part, 80) for part in (details.field, details.code) if part)
    return RefusedError(
        f"DatoCMS refused to {doing.verb}: {remote}" + (f" ({where})" if where else ""),
        hint="Names are lower-case letters, digits and dashes." if details.field in ("name", "id") else None,
        remote=f"{remote} {where}".strip(),
    )


def _plan_limit(error: ApiError, _doing: Doing, remote: str) -> DscloneError:
    limit = plain(error.details.limit or "", 80)
    return LimitError(
        f"the plan's limit is reached: {limit}" if limit else "the plan does not allow it",
        hint="Remove an environment that is no longer needed, or see the project's plan.",
        remote=remote,
    )


def _refused(error: ApiError, doing: Doing, remote: str) -> DscloneError:
    said = plain(error.details.message or "", 200)
    return RefusedError(f"DatoCMS refused to {doing.verb}: {remote}" + (f": {said}" if said else ""), remote=remote)


_Builder = Callable[[ApiError, Doing, str], DscloneError]
_KNOWN: dict[str, _Builder] = {
    "INVALID_AUTHORIZATION_HEADER": _not_authenticated,
    "INSUFFICIENT_PERMISSIONS": _not_permitted,
    "NOT_FOUND": _not_found,
    "INVALID_FIELD": _invalid_field,
    "PLAN_UPGRADE_REQUIRED": _plan_limit,
}
_BY_STATUS: dict[int, _Builder] = {
    401: _not_authenticated,
    402: _plan_limit,
    403: _not_permitted,
    404: _not_found,
}
