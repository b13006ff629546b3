"""Everything that can go wrong, as a tree that callers can catch, with the exit code each branch ends in.

``code`` is a stable lower_snake word of ours for scripts; ``remote`` is the vendor's own code or text, verbatim.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the contract."""

    OK = 0
    JOB_NOT_COMPLETED = 1
    USAGE = 2
    DECLINED = 3
    NOT_PERMITTED = 4
    NOT_FOUND = 5
    CONFLICT = 6
    LIMIT = 7
    TIMEOUT = 8
    UNREACHABLE = 9
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An error as data: what a job record, a JSON line and the journal carry."""

    code: str
    message: str
    hint: str | None = None
    remote: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"code": self.code, "message": self.message, "hint": self.hint, "remote": self.remote}


class DscloneError(Exception):
    """Any failure that we can explain: what happened, and what to do next."""

    exit_code = ExitCode.JOB_NOT_COMPLETED
    default_code = "failed"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str | None = None, remote: str | None = None
    ) -> None:
        super().__init__(message)
        self.info = ErrorInfo(code or self.default_code, message, hint, remote)

    @property
    def message(self) -> str:
        return self.info.message


class UsageError(DscloneError):
    """The command line asks for something that makes no sense."""

    exit_code = ExitCode.USAGE
    default_code = "usage"


class ConfigError(DscloneError):
    """The configuration cannot be read; the message names file, line and key."""

    exit_code = ExitCode.USAGE
    default_code = "config_invalid"


class JournalError(DscloneError):
    """The journal cannot be read or written; nothing is started without it."""

    exit_code = ExitCode.USAGE
    default_code = "journal_unusable"


class DeclinedError(DscloneError):
    """The user said no, or policy forbids it."""

    exit_code = ExitCode.DECLINED
    default_code = "declined"


class NotPermittedError(DscloneError):
    """Not authenticated (``not_authenticated``) or not allowed (``not_permitted``)."""

    exit_code = ExitCode.NOT_PERMITTED
    default_code = "not_permitted"


class NotFoundError(DscloneError):
    """No such backend, project, source or job."""

    exit_code = ExitCode.NOT_FOUND
    default_code = "not_found"


class ConflictError(DscloneError):
    """The target exists, editors are active, or a copy to that name is already running."""

    exit_code = ExitCode.CONFLICT
    default_code = "conflict"


class LimitError(DscloneError):
    """The plan or a quota forbids it."""

    exit_code = ExitCode.LIMIT
    default_code = "plan_limit"


class RefusedError(DscloneError):
    """The server said no for a reason that is none of the others."""

    default_code = "refused"


class UnreachableError(DscloneError):
    """No connection, or no answer that arrived: the request surely did nothing, or was a read."""

    exit_code = ExitCode.UNREACHABLE
    default_code = "unreachable"


class BusyError(UnreachableError):
    """The server asks to come back later (429, 503); ``retry_after`` is in seconds, None when not said."""

    default_code = "rate_limited"

    def __init__(self, message: str, *, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code, hint="Wait a little, then try again.")
        self.retry_after = retry_after


class BadAnswerError(DscloneError):
    """The server answered something that cannot be understood."""

    exit_code = ExitCode.UNREACHABLE
    default_code = "bad_answer"


class NoStreamError(DscloneError):
    """The server offers no stream of this job (status 204, 4xx, another content type): poll instead."""

    exit_code = ExitCode.UNREACHABLE
    default_code = "no_stream"


class AnswerLostError(DscloneError):
    """A start request left and no usable answer came: the server may have acted. Never repeat it blindly."""

    exit_code = ExitCode.UNREACHABLE
    default_code = "answer_lost"


_EXIT_BY_CODE: dict[str, ExitCode] = {
    "usage": ExitCode.USAGE,
    "config_invalid": ExitCode.USAGE,
    "declined": ExitCode.DECLINED,
    "not_authenticated": ExitCode.NOT_PERMITTED,
    "not_permitted": ExitCode.NOT_PERMITTED,
    "not_found": ExitCode.NOT_FOUND,
    "source_not_found": ExitCode.NOT_FOUND,
    "project_not_found": ExitCode.NOT_FOUND,
    "backend_not_found": ExitCode.NOT_FOUND,
    "job_not_found": ExitCode.NOT_FOUND,
    "conflict": ExitCode.CONFLICT,
    "target_exists": ExitCode.CONFLICT,
    "already_running": ExitCode.CONFLICT,
    "already_known": ExitCode.CONFLICT,
    "editors_active": ExitCode.CONFLICT,
    "not_ready": ExitCode.CONFLICT,
    "read_only": ExitCode.CONFLICT,
    "maintenance": ExitCode.CONFLICT,
    "plan_limit": ExitCode.LIMIT,
    "quota": ExitCode.LIMIT,
    "unreachable": ExitCode.UNREACHABLE,
    "rate_limited": ExitCode.UNREACHABLE,
    "bad_answer": ExitCode.UNREACHABLE,
    "no_stream": ExitCode.UNREACHABLE,
    "answer_lost": ExitCode.UNREACHABLE,
    "token_missing": ExitCode.NOT_PERMITTED,
    "backend_missing": ExitCode.NOT_FOUND,
}


def exit_code_of(info: ErrorInfo) -> ExitCode:
    """The exit code of a cause that a job record carries; 1 where the cause has none of its own."""
    if info.code.startswith("journal_"):
        return ExitCode.USAGE
    return _EXIT_BY_CODE.get(info.code, ExitCode.JOB_NOT_COMPLETED)
