"""The launch form: what it says while it is filled in, and that one key press starts at most one job."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events

from dsclone_tui.domain.errors import LimitError, UnreachableError
from dsclone_tui.domain.jobs import Observation
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.states import JobState

from .conftest import Sit
from .fakes import FakeBackend, FakeJournal, job
from .seat import Seat

Size = tuple[int, int]


async def form(seat: Seat) -> None:
    """Opens the form for the first resource, once the journal is open."""
    await seat.sees("▌", "production")
    await seat.until(lambda: seat.app.board.engine, "the journal")
    await seat.press("n")
    await seat.sees("From", "acme:p1/production")


async def test_the_form_names_source_request_and_suggestion(sit: Sit, size: Size) -> None:
    async with sit(size) as seat:
        await form(seat)
        assert seat.line_with("New copy")
        assert seat.line_with("From", "acme:p1/production", "PROD")
        assert seat.line_with("→ takes production-copy")
        assert seat.line_with("PUT /v1/p1/production/copy")
        assert seat.line_with("[ ] force", "needs fast")
        assert seat.line_with("Cancel", "Start copy")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a", "✗ at least 2 characters"),
        ("staging", "✗ staging already exists"),
        ("No", "✗ lower-case letters, digits"),
        ("feature-login", "✓ free · 13 of 64"),
    ],
)
async def test_the_name_is_judged_while_it_is_typed(sit: Sit, name: str, said: str) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type(name)
        await seat.sees(said)


async def test_enter_on_a_bad_name_starts_nothing_and_says_why(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.press("enter")
        await seat.sees("✗ a dataset needs a name")
        await seat.type("staging")
        await seat.press("enter", "enter", "enter")
        await seat.sees("✗ staging already exists")
        assert seat.line_with("From")
    assert backend.started == []


async def test_type_enter_enter_starts_and_shows_the_job(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        await seat.press("enter", "enter")
        await seat.sees("▌", "● running", "production → feature")
        assert seat.line_with("SOURCE → TARGET", "ELAPSED")
    assert [request.target for request in backend.started] == ["feature"]


async def test_two_enters_typed_at_once_start_it(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        for _ in range(2):
            seat.app.post_message(events.Key("enter", None))
        await seat.sees("● running", "production → feature")
    assert len(backend.started) == 1


async def test_a_held_enter_starts_one_job(sit: Sit, backend: FakeBackend) -> None:
    backend.answer = LimitError("the plan has no room for another dataset", hint="Delete one.")
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        await seat.press(*["enter"] * 12)
        await seat.sees("✗ failed: the plan has no room for another dataset — Delete one")
        await seat.press(*["enter"] * 12)
        assert seat.line_with("From"), "the form stays"
    assert len(backend.started) == 1


async def test_the_right_arrow_takes_the_suggestion(sit: Sit) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.press("right")
        await seat.sees("✓ free · 15 of 64")
        await seat.press("left", "right", "x")
        await seat.sees("production-copyx")


async def test_options_show_their_help_and_need_each_other(sit: Sit, backend: FakeBackend) -> None:
    async with sit(guards={"acme": Guard()}) as seat:
        await form(seat)
        await seat.type("feature")
        await seat.press("down")
        await seat.sees("fast: the source is read-only while it runs")
        await seat.press("space")
        await seat.sees("[x] fast")
        assert not seat.line_with("needs fast")
        await seat.sees("/copy?fast")
        await seat.press("tab", "space")
        await seat.sees("[x] force")
        await seat.press("up", "space")
        await seat.sees("[ ] force", "needs fast")
        await seat.press("space")
        await seat.sees("[x] fast")
        assert seat.line_with("[ ] force"), "what was switched off with fast does not come back by itself"
        await seat.press("down", "space")
        await seat.sees("[x] force")
        await seat.press("enter", "enter")
        await seat.sees("Start copy?")
        await seat.sees("--force starts although editors may be working in")
        await seat.press("enter")
        await seat.sees_no_more("Start copy?")
        assert backend.started == [], "Cancel had the focus"
        await seat.press("enter", "right", "enter")
        await seat.sees("● running", "production → feature")
    assert [dict(request.options) for request in backend.started] == [{"fast": True, "force": True}]


async def test_a_protected_source_must_be_typed(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        await seat.press("tab", "space", "enter", "enter")
        await seat.sees("Type production to go on:")
        await seat.type("producti")
        await seat.press("enter", "enter")
        assert backend.started == []
        await seat.type("on")
        await seat.press("enter", "enter")
        await seat.sees("● running", "production → feature")
    assert len(backend.started) == 1


async def test_a_read_only_backend_starts_nothing_and_says_so(sit: Sit, backend: FakeBackend) -> None:
    async with sit(guards={"acme": Guard(read_only=True)}) as seat:
        await form(seat)
        await seat.sees("✗ acme is read-only: nothing may be started")
        await seat.type("feature")
        await seat.press("enter", "enter")
        await seat.sees("From")
    assert backend.started == []


async def test_a_copy_to_that_name_is_running_already(sit: Sit, backend: FakeBackend, journal: FakeJournal) -> None:
    journal.put(job("taken", JobState.RUNNING, 20.0))
    async with sit() as seat:
        await form(seat)
        await seat.type("taken")
        await seat.sees("✗ taken is being copied right now")


async def test_an_unreachable_server_leaves_the_form_for_another_try(
    sit: Sit, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsclone_tui.engine.launch.ATTEMPTS", 1)
    monkeypatch.setattr("dsclone_tui.tui.screens.launch.REPEAT_SECONDS", 0.0)
    backend.answer = UnreachableError("connection refused", hint="Check the network.")
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        await seat.press("enter", "enter")
        await seat.sees("⊘ not_started: connection refused — Check the network")
        backend.answer = Observation(JobState.RUNNING, remote_job_id="r2")
        await seat.press("enter", "enter")
        await seat.sees("● running", "production → feature")
    assert len(backend.started) == 2


async def test_escape_while_sending_does_not_cut_the_start_short(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        backend.gate.clear()
        await seat.press("enter", "enter")
        await seat.sees("starting…")
        await seat.press("escape")
        await seat.sees_no_more("From")
        backend.gate.set()
        await seat.press("2")
        await seat.sees("● running", "production → feature")
    assert len(backend.started) == 1


async def test_a_question_over_the_form_does_not_lose_the_job(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        backend.gate.clear()
        await seat.press("enter", "enter")
        await seat.sees("starting…")
        await seat.press("ctrl+c")
        await seat.sees("One job is open:")
        backend.gate.set()
        await seat.sees("1 running")
        await seat.press("escape")
        await seat.sees("▌", "● running", "production → feature")
    assert len(backend.started) == 1


async def test_a_refusal_after_the_form_was_closed_is_still_told(sit: Sit, backend: FakeBackend) -> None:
    backend.answer = LimitError("no room")
    async with sit() as seat:
        await form(seat)
        await seat.type("feature")
        backend.gate.clear()
        await seat.press("enter", "enter")
        await seat.sees("starting…")
        await seat.press("escape")
        await seat.sees_no_more("From")
        backend.gate.set()
        await seat.sees("no room")


async def test_n_on_a_job_starts_from_its_source(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("older", JobState.COMPLETED, 100.0, source="staging"))
    async with sit() as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("2")
        await seat.sees("✓ completed", "older")
        await seat.press("n")
        await seat.sees("From", "acme:p1/staging")


async def test_a_job_of_a_backend_that_is_gone_cannot_be_repeated(sit: Sit, journal: FakeJournal) -> None:
    gone = job("older", JobState.COMPLETED)
    journal.put(replace(gone, request=replace(gone.request, backend="gone")))
    async with sit() as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("2", "n")
        await seat.sees("no backend gone is configured")
