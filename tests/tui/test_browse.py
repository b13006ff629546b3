"""Browse: branches as they are listed, what is wrong with them, and the facts beside them."""

from __future__ import annotations

from dataclasses import replace

from dsclone_tui.domain.errors import NotPermittedError
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.resources import Resource
from dsclone_tui.domain.states import JobState

from .conftest import Sit
from .fakes import FakeBackend, FakeJournal, job

Size = tuple[int, int]


async def test_branches_are_open_and_the_cursor_waits_on_the_first_resource(sit: Sit, size: Size) -> None:
    async with sit(size) as seat:
        await seat.sees("▌", "production", "PROD")
        assert seat.line_with("▾ acme")
        assert seat.line_with("▾ p1 title")
        assert "read-only" in seat.line_with("staging")


async def test_the_screen_stands_before_any_server_has_answered(sit: Sit, backend: FakeBackend) -> None:
    backend.gate.clear()
    async with sit() as seat:
        await seat.sees("acme", "listing…")
        assert seat.line_with("1 Browse", "2 Jobs", "3 History")
        backend.gate.set()
        await seat.sees("▌", "production")
        assert not seat.line_with("listing…")


async def test_a_backend_that_cannot_be_listed_says_why_and_the_others_are_shown(sit: Sit) -> None:
    broken = FakeBackend("broken")
    broken.projects_error = NotPermittedError(
        "the token is not valid", code="not_authenticated", hint="Make a new one."
    )
    async with sit(backends=[broken, FakeBackend("fine", p1=[Resource("production", "dataset")])]) as seat:
        await seat.sees("▌", "production")
        assert seat.line_with("broken", "✗ error")
        assert seat.line_with("✗ broken: the token is not valid — Make a new one"), "the line above the keys"
        await seat.press("g")
        await seat.sees("✗ the token is not valid")
        await seat.sees("Make a new one.")
        broken.projects_error = None
        await seat.press("r")
        await seat.sees_no_more("✗ error")
        await seat.sees("no projects")


async def test_r_asks_only_for_the_selected_branch(sit: Sit, backend: FakeBackend) -> None:
    backend.listed["p2"] = [Resource("other", "dataset")]
    async with sit() as seat:
        await seat.sees("other")
        backend.asked.clear()
        await seat.press("r")
        await seat.until(lambda: backend.asked, "a question")
        assert backend.asked == ["p1"]


async def test_a_failed_refresh_keeps_what_was_listed(sit: Sit, backend: FakeBackend) -> None:
    async with sit() as seat:
        await seat.sees("▌", "production")
        backend.listed["p1"] = NotPermittedError("revoked")
        await seat.press("r")
        await seat.sees("p1 title", "✗ error")
        assert seat.line_with("staging", "read-only")


async def test_branches_fold_and_the_cursor_stays_with_its_row(sit: Sit) -> None:
    async with sit() as seat:
        await seat.sees("▌", "production")
        await seat.press("h")
        await seat.sees("▌", "p1 title")
        await seat.press("h")
        await seat.sees("▌", "▸ p1 title")
        assert not seat.line_with("staging")
        await seat.press("enter")
        await seat.sees("▌", "▾ p1 title")
        await seat.sees("staging")
        await seat.press("space")
        await seat.sees_no_more("staging")
        await seat.press("l", "G")
        await seat.sees("▌", "staging")


async def test_live_words_and_the_jobs_that_touched_a_resource(
    sit: Sit, backend: FakeBackend, journal: FakeJournal
) -> None:
    backend.listed["p1"] = [Resource("production", "dataset"), Resource("qa", "dataset"), Resource("older", "dataset")]
    running = job("qa", JobState.RUNNING, 34.0)
    journal.put(running)
    journal.put(job("older", JobState.COMPLETED, 100.0, age=600))
    async with sit() as seat:
        await seat.sees("qa", "being copied 34 %")
        await seat.sees("● running", "production → qa")
        assert seat.line_with("✓ completed", "production → older")
        await seat.press("enter", "enter")
        await seat.sees("dsclone attach", running.id)
        await seat.press("escape")
        await seat.sees("▾ acme")


async def test_when_a_job_ends_its_project_is_listed_anew(sit: Sit, backend: FakeBackend, journal: FakeJournal) -> None:
    running = job("fresh")
    journal.put(running)
    async with sit() as seat:
        await seat.sees("1 running")
        await seat.sees("▌", "production")
        backend.listed["p1"] = [Resource("production", "dataset"), Resource("fresh", "dataset")]
        journal.put(replace(running, state=JobState.COMPLETED, progress=100.0, finished_at=running.created_at))
        await seat.sees_no_more("1 running")
        await seat.until(lambda: seat.line_with("     fresh"), "the new dataset in the tree")


async def test_a_backend_that_may_not_be_written_says_so(sit: Sit) -> None:
    async with sit(guards={"acme": Guard(read_only=True)}) as seat:
        await seat.sees("acme", "read-only")


async def test_the_filter_shows_what_fits_and_how_many(sit: Sit) -> None:
    async with sit() as seat:
        await seat.sees("staging")
        await seat.press("slash")
        await seat.type("stag")
        await seat.sees("/ stag", "1 of 2")
        assert not seat.line_with("production", "PROD", "primary")
        assert seat.line_with("▾ acme"), "the branches above stay"
        await seat.press("enter")
        await seat.sees("▌", "staging")
        await seat.press("escape")
        await seat.sees("production", "primary")
        assert not seat.line_with("1 of 2")


async def test_add_ons_are_told_apart_and_never_waited_on(sit: Sit, backend: FakeBackend) -> None:
    backend.listed["p1"] = [Resource("extra", "dataset", addon_for="production"), Resource("production", "dataset")]
    async with sit() as seat:
        await seat.sees("▌", "production")
        assert seat.line_with("extra", "add-on")


async def test_n_before_the_list_is_there_opens_the_form_when_it_comes(sit: Sit, backend: FakeBackend) -> None:
    backend.gate.clear()
    async with sit() as seat:
        await seat.sees("Browse")
        await seat.press("n")
        await seat.sees("opens as soon as the list is here")
        backend.gate.set()
        await seat.sees("From", "acme:p1/production")


async def test_n_before_the_list_is_forgotten_when_the_cursor_is_moved(sit: Sit, backend: FakeBackend) -> None:
    backend.gate.clear()
    async with sit() as seat:
        await seat.sees("Browse")
        await seat.press("n", "j")
        backend.gate.set()
        await seat.sees("production")
        assert not seat.line_with("From")
