"""What an event means for a record, whatever the order, the repetition and the loss of events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobEvent, JobRecord, new_job
from dsclone_tui.domain.reduce import apply, clamp
from dsclone_tui.domain.states import LEGAL, OPEN, TERMINAL, JobState, LinkState, ProgressBasis, may_move

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
JOB = new_job(CloneRequest("acme", CloneKind.COPY, "zp7mbokg", "production", "staging"), "01", AT)
LOST = ErrorInfo("answer_lost", "the program ended before the server's answer came")

steady = settings(deadline=None)
times = st.integers(-3600, 3600).map(lambda seconds: AT + timedelta(seconds=seconds))
percents = st.none() | st.floats(-50, 150) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 100.0])
errors = st.none() | st.builds(ErrorInfo, st.sampled_from(["failed", "answer_lost", "bad_answer"]), st.just("words"))
events = st.builds(
    JobEvent,
    times,
    st.sampled_from(EventKind),
    state=st.none() | st.sampled_from(JobState),
    progress=percents,
    basis=st.sampled_from(ProgressBasis),
    remote_job_id=st.sampled_from([None, "", "r1", "r2"]),
    remote_state=st.sampled_from([None, "", "running", "odd"]),
    link=st.none() | st.sampled_from(LinkState),
    error=errors,
)
histories = st.lists(events, max_size=12)


def steps(history: Sequence[JobEvent], record: JobRecord = JOB) -> list[JobRecord]:
    """The record before the first event and after each."""
    records = [record]
    for event in history:
        records.append(apply(records[-1], event))
    return records


def observed(state: JobState | None = None, progress: float | None = None, seconds: float = 0.0) -> JobEvent:
    return JobEvent(AT + timedelta(seconds=seconds), EventKind.OBSERVED, state=state, progress=progress)


@steady
@given(histories)
def test_only_legal_moves_are_made(history: list[JobEvent]) -> None:
    states = [record.state for record in steps(history)]
    assert all(old is new or may_move(old, new) for old, new in pairwise(states))


@steady
@given(histories, histories)
def test_an_end_is_an_end(history: list[JobEvent], later: list[JobEvent]) -> None:
    ended = steps([*history, observed(JobState.RUNNING), observed(JobState.FAILED)])[-1]
    assert ended.state.terminal
    assert all(record is ended for record in steps(later, ended))


@steady
@given(histories)
def test_progress_never_goes_back_and_stays_a_percentage(history: list[JobEvent]) -> None:
    seen = [record.progress for record in steps(history) if record.progress is not None]
    assert seen == sorted(seen)
    assert all(0.0 <= progress <= 100.0 for progress in seen)


@steady
@given(histories)
def test_time_never_goes_back(history: list[JobEvent]) -> None:
    records = steps(history)
    updates = [record.updated_at for record in records]
    assert updates == sorted(updates)
    last = records[-1]
    assert last.finished_at == (last.updated_at if last.state.terminal else None)


@steady
@given(histories, events)
def test_the_same_event_again_is_no_news(history: list[JobEvent], event: JobEvent) -> None:
    once = apply(steps(history)[-1], event)
    assert apply(once, event) is once


@steady
@given(histories)
def test_what_changes_nothing_returns_the_very_same_record(history: list[JobEvent]) -> None:
    records = steps(history)
    assert all(new is old or new != old for old, new in pairwise(records))


@steady
@given(histories)
def test_completed_is_a_hundred_percent(history: list[JobEvent]) -> None:
    last = steps([*history, observed(JobState.COMPLETED)])[-1]
    assert (last.state is not JobState.COMPLETED) or last.progress == 100.0


@steady
@given(
    st.lists(
        st.tuples(st.sampled_from([None, JobState.QUEUED, JobState.RUNNING]), st.none() | st.floats(0, 100)),
        max_size=8,
    ),
    st.sampled_from([JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED]),
    st.randoms(use_true_random=False),
)
def test_shuffled_doubled_and_dropped_news_end_the_same(
    news: list[tuple[JobState | None, float | None]], end: JobState, chance: Random
) -> None:
    told = [observed(state, progress) for state, progress in news] + [observed(end)]
    jumbled = [event for event in told for _ in range(chance.randint(0, 2))] + [told[-1]]
    chance.shuffle(jumbled)
    running = apply(JOB, observed(JobState.RUNNING))
    assert reduce(apply, told, running).state is end
    assert reduce(apply, jumbled, running).state is end
    assert reduce(apply, jumbled, running).link is LinkState.IDLE


@steady
@given(histories)
def test_what_speaks_of_a_state_left_behind_leaves_no_error(history: list[JobEvent]) -> None:
    record = steps(history)[-1]
    for state in JobState:
        if record.open and state is not record.state and not may_move(record.state, state):
            late = JobEvent(AT, EventKind.UNANSWERED, state=state, error=ErrorInfo("answer_lost", "too late"))
            assert apply(record, late).error == record.error


def test_the_table_of_moves_is_closed() -> None:
    assert set(LEGAL) == set(JobState) == OPEN | TERMINAL
    assert all(not LEGAL[state] for state in TERMINAL)
    assert all(LEGAL[state] & TERMINAL for state in OPEN), "every open state can end"
    assert not any(state in moves for state, moves in LEGAL.items()), "staying put is no move"
    assert JobState.INTENT not in frozenset().union(*LEGAL.values()), "nothing becomes an intent again"


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_what_the_server_has_taken_is_never_not_started(state: JobState) -> None:
    assert not may_move(state, JobState.NOT_STARTED)
    assert not may_move(state, JobState.UNCONFIRMED)


def test_a_hundred_percent_is_no_end() -> None:
    assert apply(JOB, observed(JobState.RUNNING, 100.0)).state is JobState.RUNNING


def test_an_unknown_word_of_the_server_changes_no_state() -> None:
    running = apply(JOB, observed(JobState.RUNNING, 10.0))
    seen = apply(running, replace(observed(None, 20.0), remote_state="hibernating"))
    assert (seen.state, seen.progress, seen.remote_state) == (JobState.RUNNING, 20.0, "hibernating")


def test_a_completed_job_without_a_percentage_has_a_derived_one() -> None:
    ended = apply(apply(JOB, observed(JobState.RUNNING)), observed(JobState.COMPLETED))
    assert (ended.progress, ended.progress_basis) == (100.0, ProgressBasis.DERIVED)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.COMPLETED, JobState.FAILED])
def test_the_server_s_word_ends_the_talk_of_a_lost_answer(state: JobState) -> None:
    unconfirmed = apply(JOB, JobEvent(AT, EventKind.UNANSWERED, state=JobState.UNCONFIRMED, error=LOST))
    assert unconfirmed.error == LOST
    assert apply(unconfirmed, JobEvent(AT, EventKind.SUBMITTED, state=state)).error is None


def test_a_failure_keeps_its_own_reason() -> None:
    why = ErrorInfo("failed", "the copy failed: disk full")
    running = apply(JOB, observed(JobState.RUNNING))
    warned = apply(running, replace(observed(JobState.RUNNING, 50.0), error=why))
    assert apply(warned, observed(JobState.FAILED)).error == why


def test_sending_and_submitting_leave_their_times() -> None:
    sent = apply(JOB, JobEvent(AT + timedelta(seconds=1), EventKind.SENT))
    taken = apply(sent, JobEvent(AT + timedelta(seconds=2), EventKind.SUBMITTED, state=JobState.QUEUED))
    again = apply(taken, JobEvent(AT + timedelta(seconds=3), EventKind.SUBMITTED, state=JobState.QUEUED))
    assert (sent.sent_at, taken.submitted_at) == (AT + timedelta(seconds=1), AT + timedelta(seconds=2))
    assert again is taken
    assert not taken.adopted


def test_an_end_leaves_no_line_open() -> None:
    streaming = apply(JOB, JobEvent(AT, EventKind.LINK, link=LinkState.STREAMING))
    assert streaming.link is LinkState.STREAMING
    assert apply(streaming, observed(JobState.FAILED)).link is LinkState.IDLE


def test_an_adopted_job_is_marked() -> None:
    adopted = apply(JOB, JobEvent(AT, EventKind.ADOPTED, state=JobState.RUNNING, remote_job_id="r1"))
    assert (adopted.adopted, adopted.remote_job_id, adopted.submitted_at) == (True, "r1", AT)


@steady
@given(st.floats())
def test_clamp(number: float) -> None:
    kept = clamp(number)
    if math.isfinite(number):
        assert kept == min(100.0, max(0.0, number))
    else:
        assert kept is None
