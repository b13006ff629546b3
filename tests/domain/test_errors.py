"""The tree of errors, and the exit codes of the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dsclone_tui.domain import errors
from dsclone_tui.domain.errors import BusyError, DscloneError, ErrorInfo, ExitCode, exit_code_of


def family(kind: type[DscloneError] = DscloneError) -> Iterator[type[DscloneError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


FAMILY = list(family())


def test_the_numbers_of_the_contract() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "JOB_NOT_COMPLETED": 1,
        "USAGE": 2,
        "DECLINED": 3,
        "NOT_PERMITTED": 4,
        "NOT_FOUND": 5,
        "CONFLICT": 6,
        "LIMIT": 7,
        "TIMEOUT": 8,
        "UNREACHABLE": 9,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize("kind", FAMILY)
def test_an_error_keeps_its_exit_code_as_data(kind: type[DscloneError]) -> None:
    error = kind("words")
    assert error.info.code == kind.default_code
    assert exit_code_of(error.info) is kind.exit_code


def test_no_two_branches_share_a_code() -> None:
    codes = [kind.default_code for kind in FAMILY]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("journal_full", ExitCode.USAGE),
        ("journal_newer", ExitCode.USAGE),
        ("journal_damaged", ExitCode.USAGE),
        ("backend_missing", ExitCode.NOT_FOUND),
        ("backend_not_found", ExitCode.NOT_FOUND),
        ("job_not_found", ExitCode.NOT_FOUND),
        ("project_not_found", ExitCode.NOT_FOUND),
        ("not_authenticated", ExitCode.NOT_PERMITTED),
        ("token_missing", ExitCode.NOT_PERMITTED),
        ("already_running", ExitCode.CONFLICT),
        ("internal_error", ExitCode.JOB_NOT_COMPLETED),
        ("a word of the future", ExitCode.JOB_NOT_COMPLETED),
        ("", ExitCode.JOB_NOT_COMPLETED),
    ],
)
def test_the_exit_code_of_a_cause(code: str, exit_code: ExitCode) -> None:
    assert exit_code_of(ErrorInfo(code, "words")) is exit_code


def test_an_error_carries_all_its_words() -> None:
    error = errors.ConflictError("taken", code="target_exists", hint="choose another", remote="Conflict")
    assert str(error) == error.message == "taken"
    assert error.info.to_json() == {
        "code": "target_exists",
        "message": "taken",
        "hint": "choose another",
        "remote": "Conflict",
    }


def test_a_lost_answer_is_never_taken_for_a_request_that_did_not_leave() -> None:
    assert not issubclass(errors.AnswerLostError, errors.UnreachableError)
    assert issubclass(BusyError, errors.UnreachableError)


def test_busy_says_when_to_come_back() -> None:
    busy = BusyError("later", retry_after=3.0)
    assert (busy.retry_after, busy.info.code) == (3.0, "rate_limited")
    assert busy.info.hint
    assert BusyError("later").retry_after is None
