"""Values of the wrong kind read as absent and spoil nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsclone_tui.backends.datocms import wire as datocms
from dsclone_tui.backends.fields import parse_percent, parse_status, parse_time
from dsclone_tui.backends.sanity import wire as sanity
from dsclone_tui.domain.states import JobState

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["id", "name", "state", "progress", "meta", "attributes", "payload", "data", "type", "jobId", "createdAt"]


@pytest.mark.parametrize(
    ("value", "percent"),
    [
        (60, 60.0),
        (12.5, 12.5),
        ("45", 45.0),
        (" 45.5 % ", 45.5),
        (101, 101.0),
        (None, None),
        ("", None),
        ("half", None),
        (True, None),
        (float("nan"), None),
        ("inf", None),
        (10**400, None),
        ([1], None),
    ],
)
def test_percentages(value: object, percent: float | None) -> None:
    assert parse_percent(value) == percent


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2022-06-27T11:39:52.123456Z", datetime(2022, 6, 27, 11, 39, 52, 123456, UTC)),
        ("2022-06-27T13:39:52+02:00", datetime(2022, 6, 27, 11, 39, 52, 0, UTC)),
        ("2022-06-27T11:39:52", datetime(2022, 6, 27, 11, 39, 52, 0, UTC)),
        ("", None),
        ("yesterday", None),
        (1656330000, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times(value: object, at: datetime | None) -> None:
    assert parse_time(value) == at


@pytest.mark.parametrize(("value", "status"), [(201, 201), ("422", 422), (0, None), (None, None), ("x", None)])
def test_statuses(value: object, status: int | None) -> None:
    assert parse_status(value) == status


def test_an_id_is_text_or_a_number_and_never_hides_anything() -> None:
    assert sanity.CopyStarted.model_validate({"jobId": 4235}).job_id == "4235"
    assert sanity.CopyStarted.model_validate({"jobId": "a\x1b[2Jb"}).job_id is None
    assert sanity.CopyStarted.model_validate({"jobId": ""}).job_id is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("running", JobState.RUNNING),
        ("PENDING", JobState.QUEUED),
        ("processing", JobState.RUNNING),
        ("completed", JobState.COMPLETED),
        ("Succeeded", JobState.COMPLETED),
        ("failed", JobState.FAILED),
        ("canceled", JobState.CANCELLED),
        ("purring", None),
        ("", None),
        (None, None),
    ],
)
def test_sanity_state_words(word: str | None, state: JobState | None) -> None:
    assert sanity.job_state(word) is state


@given(st.dictionaries(st.sampled_from(KEYS), JSON) | JSON)
def test_no_document_can_break_the_models(document: object) -> None:
    for read in (
        datocms.job_of,
        datocms.environment_of,
        datocms.environments_of,
        datocms.site_of,
        datocms.job_result_of,
        datocms.errors_of,
    ):
        read(document)
    if isinstance(document, dict):
        for model in (sanity.ProjectItem, sanity.DatasetItem, sanity.CopyStarted, sanity.CopyJob, sanity.JobReport):
            model.model_validate(document)
        datocms.Environment.model_validate(document)
