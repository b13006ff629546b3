"""Ids, the JSON of jobs and events, and the exit code of a job that has ended."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.errors import ErrorInfo, ExitCode
from dsclone_tui.domain.jobs import (
    CloneKind,
    CloneRequest,
    EventKind,
    JobEvent,
    Observation,
    exit_code_for,
    new_job,
    new_job_id,
    rfc3339,
)
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
REQUEST = CloneRequest("acme", CloneKind.COPY, "zp7mbokg", "production", "staging", {"skip_history": True})
JOB = new_job(REQUEST, "01m81j18g0j1c0enxqazbdwnvg", AT)
CONTRACT_KEYS = {
    *("id", "backend", "kind", "project", "source", "target", "options", "state", "remote_job_id", "progress"),
    *("progress_basis", "link", "error", "created_at", "submitted_at", "updated_at", "finished_at"),
}

instants = st.integers(0, 250_000_000_000_000_000).map(lambda micros: EPOCH + timedelta(microseconds=micros))


@settings(deadline=None)
@given(instants, instants)
def test_ids_sort_by_time(one: datetime, other: datetime) -> None:
    sooner, later = sorted((one, other))
    if later - sooner >= timedelta(milliseconds=1):
        assert new_job_id(sooner) < new_job_id(later)


@settings(deadline=None)
@given(instants)
def test_ids_are_26_characters_without_the_confusing_ones(at: datetime) -> None:
    job_id = new_job_id(at)
    assert len(job_id) == 26
    assert set(job_id) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_ids_of_one_moment_differ() -> None:
    assert len({new_job_id(AT) for _ in range(1000)}) == 1000


def test_a_new_job_is_an_open_intent() -> None:
    assert (JOB.state, JOB.open, JOB.link, JOB.progress) == (JobState.INTENT, True, LinkState.IDLE, None)
    assert JOB.created_at == JOB.updated_at == AT
    assert JOB.sent_at is JOB.submitted_at is JOB.finished_at is None


def test_a_request_names_both_its_ends() -> None:
    assert REQUEST.source_ref == ResourceRef("acme", "zp7mbokg", "production")
    assert str(REQUEST.target_ref) == "acme:zp7mbokg/staging"


def test_the_job_object_of_the_contract() -> None:
    document = JOB.to_json()
    assert set(document) >= CONTRACT_KEYS
    assert document["options"] == {"skip_history": True}
    assert document["created_at"] == "2026-11-22T12:00:00.123Z"
    empty = ("remote_job_id", "progress", "error", "submitted_at", "finished_at")
    assert [document[name] for name in empty] == [None] * len(empty)
    assert json.loads(json.dumps(document)) == document


def test_the_job_object_of_a_failed_job() -> None:
    job = replace(
        JOB,
        state=JobState.FAILED,
        remote_job_id="jeyu",
        remote_state="failed",
        progress=100 / 3,
        progress_basis=ProgressBasis.REPORTED,
        error=ErrorInfo("failed", "the copy failed", remote="disk full"),
        submitted_at=AT,
        finished_at=AT + timedelta(minutes=1),
    )
    document = job.to_json()
    assert document["progress"] == 33.33
    assert document["error"] == {"code": "failed", "message": "the copy failed", "hint": None, "remote": "disk full"}
    assert document["finished_at"] == "2026-11-22T12:01:00.123Z"
    assert (document["state"], document["kind"], document["link"]) == ("failed", "copy", "idle")


@pytest.mark.parametrize("enumeration", [JobState, LinkState, ProgressBasis])
def test_the_words_of_the_contract(enumeration: type[JobState] | type[LinkState] | type[ProgressBasis]) -> None:
    words = {
        JobState: "intent unconfirmed queued running completed failed cancelled not_started lost",
        LinkState: "streaming polling retrying offline idle",
        ProgressBasis: "reported derived unknown",
    }
    assert [member.value for member in enumeration] == words[enumeration].split()


def test_an_event_says_only_what_it_knows() -> None:
    assert JobEvent(AT, EventKind.INTENT).to_json() == {"at": "2026-11-22T12:00:00.123Z", "kind": "intent"}


def test_an_observation_becomes_a_full_event() -> None:
    error = ErrorInfo("failed", "no")
    seen = Observation(JobState.FAILED, 12.345, "failed", "jeyu", error, "words", ProgressBasis.DERIVED)
    assert seen.as_event(AT).to_json() == {
        "at": "2026-11-22T12:00:00.123Z",
        "kind": "observed",
        "state": "failed",
        "progress": 12.35,
        "progress_basis": "derived",
        "remote_job_id": "jeyu",
        "remote_state": "failed",
        "message": "words",
        "error": error.to_json(),
    }


def test_a_link_event_names_the_link() -> None:
    assert JobEvent(AT, EventKind.LINK, link=LinkState.OFFLINE).to_json()["link"] == "offline"


@settings(deadline=None)
@given(instants, st.integers(-14, 14))
def test_times_are_written_in_utc(at: datetime, hours: int) -> None:
    written = rfc3339(at)
    assert written is not None
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert rfc3339((at + timedelta(days=1)).astimezone(timezone(timedelta(hours=hours)))) == rfc3339(
        at + timedelta(days=1)
    )


def test_no_time_is_none() -> None:
    assert rfc3339(None) is None


@pytest.mark.parametrize(
    ("state", "code", "exit_code"),
    [
        (JobState.COMPLETED, None, ExitCode.OK),
        (JobState.COMPLETED, "target_exists", ExitCode.OK),
        (JobState.FAILED, None, ExitCode.JOB_NOT_COMPLETED),
        (JobState.FAILED, "declined", ExitCode.JOB_NOT_COMPLETED),
        (JobState.FAILED, "failed", ExitCode.JOB_NOT_COMPLETED),
        (JobState.FAILED, "not_authenticated", ExitCode.NOT_PERMITTED),
        (JobState.FAILED, "not_permitted", ExitCode.NOT_PERMITTED),
        (JobState.FAILED, "source_not_found", ExitCode.NOT_FOUND),
        (JobState.FAILED, "target_exists", ExitCode.CONFLICT),
        (JobState.FAILED, "editors_active", ExitCode.CONFLICT),
        (JobState.FAILED, "not_ready", ExitCode.CONFLICT),
        (JobState.FAILED, "read_only", ExitCode.CONFLICT),
        (JobState.FAILED, "maintenance", ExitCode.CONFLICT),
        (JobState.FAILED, "plan_limit", ExitCode.LIMIT),
        (JobState.FAILED, "quota", ExitCode.LIMIT),
        (JobState.FAILED, "unreachable", ExitCode.JOB_NOT_COMPLETED),
        (JobState.FAILED, "journal_full", ExitCode.JOB_NOT_COMPLETED),
        (JobState.CANCELLED, "not_permitted", ExitCode.JOB_NOT_COMPLETED),
        (JobState.LOST, "lost", ExitCode.JOB_NOT_COMPLETED),
        (JobState.NOT_STARTED, "not_started", ExitCode.JOB_NOT_COMPLETED),
        (JobState.NOT_STARTED, "target_exists", ExitCode.JOB_NOT_COMPLETED),
        (JobState.NOT_STARTED, "unreachable", ExitCode.UNREACHABLE),
        (JobState.NOT_STARTED, "rate_limited", ExitCode.UNREACHABLE),
    ],
)
def test_the_exit_code_of_an_ended_job(state: JobState, code: str | None, exit_code: ExitCode) -> None:
    error = ErrorInfo(code, "words") if code else None
    assert exit_code_for(replace(JOB, state=state, error=error)) is exit_code
