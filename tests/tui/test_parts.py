"""The parts that need no screen: words, columns, keys, filters, logbook."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import EventKind, JobEvent
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.tui.actions import BY_ID, REGISTRY, SCOPES, Keymap, Scope, bindings
from dsclone_tui.tui.columns import Column, lay_out
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.logbook import Logbook
from dsclone_tui.tui.words import (
    day_and_time,
    error_text,
    event_text,
    event_tone,
    fold_progress,
    link_line,
    percent,
    remaining_word,
    state_line,
    tags,
    tags_within,
)

from .fakes import PROFILE, job

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def observed(value: float, second: float) -> JobEvent:
    return JobEvent(NOW + timedelta(seconds=second), EventKind.OBSERVED, state=JobState.RUNNING, progress=value)


@pytest.mark.parametrize("state", JobState)
def test_every_state_is_a_sign_and_the_word_of_the_contract(state: JobState) -> None:
    ((text, tone),) = state_line(state)
    sign, word = text.split(" ")
    assert len(sign) == 1
    assert word == state.value
    assert tone


@pytest.mark.parametrize("link", LinkState)
def test_every_line_state_is_a_sign_and_a_word(link: LinkState) -> None:
    ((text, _),) = link_line(link)
    assert text.split(" ")[1] == link.value


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_says_something(kind: EventKind) -> None:
    assert event_text(JobEvent(NOW, kind, message="told", link=LinkState.RETRYING, state=JobState.LOST)).strip()


@pytest.mark.parametrize(
    ("event", "said", "tone"),
    [
        (observed(72.9, 0), "72 %", "quiet"),
        (JobEvent(NOW, EventKind.SUBMITTED, remote_job_id="j1"), "started, job j1", ""),
        (JobEvent(NOW, EventKind.LINK, link=LinkState.RETRYING, message="cut"), "retrying: cut", "warn"),
        (JobEvent(NOW, EventKind.OBSERVED, state=JobState.COMPLETED), "completed", "good"),
        (JobEvent(NOW, EventKind.REFUSED, error=ErrorInfo("quota", "full"), message="full"), "refused: full", "bad"),
        (JobEvent(NOW, EventKind.SETTLED, state=JobState.NOT_STARTED, message="no trace"), "not_started: no trace", ""),
        (JobEvent(NOW, EventKind.OBSERVED, remote_state="[b]odd"), "[b]odd", "quiet"),
    ],
)
def test_events_as_lines(event: JobEvent, said: str, tone: str) -> None:
    assert (event_text(event), event_tone(event)) == (said, tone)


def test_small_words() -> None:
    assert percent(99.99) == "99 %", "100 % means all of it"
    assert percent(None) == "–"
    assert remaining_word(timedelta(seconds=100)) == "1m 40s"
    assert remaining_word(timedelta(0)) == "soon"
    assert remaining_word(None) == "–"
    assert error_text(ErrorInfo("x", "It broke.", hint="Mend it.")) == "It broke — Mend it"
    assert day_and_time(NOW - timedelta(days=3), NOW).startswith("2026-11-19")
    assert len(day_and_time(NOW, NOW)) == 8


def test_tags_are_the_labels_of_the_vendor_and_are_never_cut() -> None:
    record = job("x", options={"fast": True, "skip_history": True})
    assert tags(record, PROFILE) == ["fast", "skip history"]
    assert tags(record, None) == ["fast", "skip history"]
    assert tags_within(["fast", "force"], 11) == "fast, force"
    assert tags_within(["fast", "force"], 10) == "+2"
    assert tags_within(["fast"], 1) == ""
    assert tags_within([], 9) == ""


def test_columns_share_out_what_is_left_and_stand_still() -> None:
    columns = [
        Column[int]("A", lambda row, width: [("a" * row, "")], 4),
        Column[int]("B", lambda row, width: [("b" * row, "")], 4, grow=2, widest=9),
        Column[int]("C", lambda row, width: [("c" * row, "")], 4, grow=1, right=True),
        Column[int]("D", lambda row, width: [], 4, from_width=40),
    ]
    layout = lay_out(columns, 30)
    assert [width for _, width in layout.columns] == [4, 9, 13]
    lines = ["".join(text for text, _ in layout.row(row)) for row in range(12)]
    assert {len(line) for line in lines} == {30}
    assert lines[2] == "aa    bb                    cc"
    assert len(lay_out(columns, 40).columns) == 4


def test_the_registry_is_sound() -> None:
    assert [name for name, count in Counter(action.id for action in REGISTRY).items() if count > 1] == []
    assert set(SCOPES) == set(get_args(Scope))
    assert all(action.id and action.help and action.title for action in REGISTRY)
    for scope in SCOPES:
        keys = [key for action in REGISTRY if action.scope == scope for key in action.keys.split(",")]
        assert len(keys) == len(set(keys)), scope
    assert [binding.id for binding in bindings("list")] == [a.id for a in REGISTRY if a.scope == "list"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("keys", "action_id"),
    [
        ("?", "app.help"), (":", "app.commands"), ("ctrl+p", "app.commands"), ("/", "main.filter"), ("n", "main.new"),
        ("space", "main.mark"), ("enter", "list.open"), ("escape", "main.back"), ("1", "view.browse"),
        ("2", "view.jobs"), ("3", "view.history"), ("j", "list.down"), ("k", "list.up"), ("g", "list.first"),
        ("G", "list.last"), ("r", "main.refresh"), ("y", "main.copy"), ("q", "app.quit"),
    ],
)  # fmt: skip
def test_the_keys_of_the_contract(keys: str, action_id: str) -> None:
    assert keys in BY_ID[action_id].keys.split(",")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"main.neu": "x"}, "[keys] main.neu is no binding; did you mean main.new?"),
        ({"main.new": " , "}, "[keys] main.new has no key"),
        ({"main.new": "r"}, "[keys] r is bound to main.new and to main.refresh"),
        ({"list.down": "n"}, "[keys] n is bound to main.new and to list.down"),
    ],
)
def test_what_is_wrong_with_keys_is_told(wanted: dict[str, str], problem: str) -> None:
    assert problem in Keymap(wanted).problems


def test_keys_that_are_right_are_taken() -> None:
    keymap = Keymap({"main.new": "c, ctrl+n", "app.quit": "f10"})
    assert keymap.problems == []
    assert keymap.keys("main.new") == ["c", "ctrl+n"]
    assert keymap.hints(["main.new", "main.copy=copy id"]) == [("c", "new"), ("y", "copy id")]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("prod", True),
        ("PROD", True),
        ("prod failed", False),
        ("!failed", True),
        ("!prod", False),
        ("!", True),
    ],
)
def test_filters(text: str, fits: bool) -> None:
    assert Needle(text).fits("running production → staging acme") is fits


def test_the_logbook_reads_once_and_hears_the_rest() -> None:
    book = Logbook()
    record = job("x")
    book.add(record.id, [observed(1, 1)])
    assert book.events(record.id) == (), "nobody looks at this job"
    book.reading(record.id)
    book.add(record.id, [observed(3, 3), observed(4, 4)])
    book.put(record.id, [JobEvent(NOW, EventKind.SENT), observed(2, 2), observed(3, 3)])
    assert [event.progress for event in book.events(record.id)] == [None, 4]
    book.add(
        record.id, [observed(4, 4), JobEvent(NOW + timedelta(seconds=5), EventKind.NOTE, message="n"), observed(6, 6)]
    )
    assert [event.progress for event in book.events(record.id)] == [None, 4, None, 6]


def test_the_logbook_lets_go_of_a_reading_that_failed() -> None:
    book = Logbook()
    book.reading("x")
    assert book.has("x")
    book.unread("x")
    assert not book.has("x")


def test_of_a_run_of_percentages_the_newest_is_kept() -> None:
    ended = replace(observed(9, 9), state=JobState.COMPLETED)
    assert fold_progress([observed(1, 1), observed(2, 2), ended]) == [observed(2, 2), ended]
