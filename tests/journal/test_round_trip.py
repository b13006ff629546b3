"""Any record and any event comes back exactly as it went in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobChange, JobEvent, JobRecord
from dsclone_tui.domain.states import JobState, LinkState, ProgressBasis
from dsclone_tui.journal.rows import micros, moment, storable
from dsclone_tui.journal.store import Store

MakeJob = Callable[..., JobRecord]
OpenStore = Callable[..., Store]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MAYBE_TEXT = st.none() | TEXT
TIME = st.datetimes(timezones=st.just(UTC))
MAYBE_TIME = st.none() | TIME
PROGRESS = st.none() | st.floats(allow_nan=False)
ERROR = st.none() | st.builds(ErrorInfo, TEXT, TEXT, MAYBE_TEXT, MAYBE_TEXT)

REQUESTS = st.builds(
    CloneRequest,
    backend=TEXT,
    kind=st.sampled_from(CloneKind),
    project=TEXT,
    source=TEXT,
    target=TEXT,
    options=st.dictionaries(TEXT, st.booleans(), max_size=4),
)
RECORDS = st.builds(
    JobRecord,
    id=TEXT,
    request=REQUESTS,
    created_at=TIME,
    updated_at=TIME,
    state=st.sampled_from(JobState),
    remote_job_id=MAYBE_TEXT,
    remote_state=MAYBE_TEXT,
    progress=PROGRESS,
    progress_basis=st.sampled_from(ProgressBasis),
    link=st.sampled_from(LinkState),
    error=ERROR,
    sent_at=MAYBE_TIME,
    submitted_at=MAYBE_TIME,
    finished_at=MAYBE_TIME,
    adopted=st.booleans(),
)
EVENTS = st.builds(
    JobEvent,
    at=TIME,
    kind=st.sampled_from(EventKind),
    state=st.none() | st.sampled_from(JobState),
    progress=PROGRESS,
    basis=st.sampled_from(ProgressBasis),
    remote_job_id=MAYBE_TEXT,
    remote_state=MAYBE_TEXT,
    link=st.none() | st.sampled_from(LinkState),
    message=MAYBE_TEXT,
    error=ERROR,
)


@settings(deadline=None)
@given(record=RECORDS, events=st.lists(EVENTS, min_size=1, max_size=4))
def test_any_record_and_event(record: JobRecord, events: list[JobEvent]) -> None:
    with TemporaryDirectory() as folder, closing(Store(Path(folder, "journal.sqlite3"))) as store:
        store.add(record, events[0], None)
        assert store.get(record.id) == record
        assert store.match(record.id) == [record]
        assert store.open_jobs() == [record] * record.open
        assert store.save([JobChange(record, tuple(events[1:]))]) == set()
        assert store.events(record.id, None) == events
        assert store.changed_since(0) == (2, [JobChange(record, tuple(events))])


@settings(deadline=None)
@given(TIME, TIME)
def test_times_keep_every_microsecond_and_their_order(one: datetime, two: datetime) -> None:
    assert moment(micros(one)) == one
    assert (micros(one) < micros(two)) == (one < two)


def test_times_come_back_in_utc() -> None:
    elsewhere = datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert moment(micros(elsewhere)) == elsewhere
    assert moment(micros(elsewhere)).tzinfo is UTC


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
@example("\ud83d\ude00 \ud83d")
def test_any_text_can_be_stored(text: str) -> None:
    stored = storable(text)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert stored == text or any("\ud800" <= character <= "\udfff" for character in text)
    assert storable(stored) == stored


def test_half_a_pair_and_a_number_that_is_none(open_store: OpenStore, make_job: MakeJob, intent: JobEvent) -> None:
    store = open_store()
    job = make_job(remote_state="half \ud83d of it", progress=float("nan"))
    store.add(job, replace(intent, message="\udc00"), None)
    stored = store.get(job.id)
    assert stored is not None
    assert stored.remote_state == "half \ufffd of it"
    assert stored.progress is None
    assert store.events(job.id, None) == [replace(intent, message="\ufffd")]


def test_options_and_error_fields_of_the_future(
    open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    store = open_store()
    job = make_job()
    store.add(job, intent, None)
    options = {"skip_history": True, "not_yet_invented": False}
    error = {"code": "c", "message": "m", "severity": 3}
    with closing(sqlite3.connect(journal_path)) as other:
        other.execute("UPDATE job SET options = ?, error = ?", (json.dumps(options), json.dumps(error)))
        other.commit()
    expected = replace(job, request=replace(job.request, options=options), error=ErrorInfo("c", "m"))
    assert store.get(job.id) == expected


@pytest.mark.parametrize(
    "damage",
    ["UPDATE job SET state = 'melting'", "UPDATE job SET options = '{'", "UPDATE job SET created_at = 1 << 62"],
)
def test_a_row_that_nobody_wrote_is_named(
    open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path, damage: str
) -> None:
    store = open_store()
    store.add(make_job(), intent, None)
    with closing(sqlite3.connect(journal_path)) as other:
        other.execute(damage)
        other.commit()
    with pytest.raises(JournalError, match=r"journal\.sqlite3: .* job job-0001 cannot be read") as trouble:
        store.open_jobs()
    assert trouble.value.info.code == "journal_damaged"


def test_an_event_that_nobody_wrote_is_named(
    open_store: OpenStore, make_job: MakeJob, intent: JobEvent, journal_path: Path
) -> None:
    store = open_store()
    store.add(make_job(), intent, None)
    with closing(sqlite3.connect(journal_path)) as other:
        other.execute("UPDATE event SET kind = 'miracle'")
        other.commit()
    with pytest.raises(JournalError, match="event 1 cannot be read"):
        store.events("job-0001", None)
    with pytest.raises(JournalError, match="event 1 cannot be read"):
        store.changed_since(0)
