"""Jobs and History: the table, marks and panes, the filter, one job in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dsclone_tui.domain.errors import ErrorInfo, JournalError
from dsclone_tui.domain.jobs import EventKind, JobEvent
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.tui.widgets.job_table import JobsView

from .conftest import Sit
from .fakes import FakeBackend, FakeJournal, job, note
from .seat import Seat

Size = tuple[int, int]


async def jobs(seat: Seat) -> None:
    """Goes to Jobs once the journal is open."""
    await seat.until(lambda: seat.app.board.engine, "the journal")
    await seat.press("2")
    await seat.sees("STATE", "ETA")


async def test_open_jobs_come_first_and_each_state_has_its_word(sit: Sit, journal: FakeJournal, size: Size) -> None:
    for age, state in enumerate(JobState):
        journal.put(job(f"to-{state.value.replace('_', '-')}", state, 50.0, age=600.0 - age))
    async with sit(size) as seat:
        await jobs(seat)
        rows = [line for line in seat.lines() if "→ to-" in line and "✓" + "✗" not in line]
        order = [state for line in rows for state in JobState if f" {state.value} " in line][: len(JobState)]
        assert order[:4] == [JobState.RUNNING, JobState.QUEUED, JobState.UNCONFIRMED, JobState.INTENT]
        assert order[4:9] == [
            JobState.LOST,
            JobState.NOT_STARTED,
            JobState.CANCELLED,
            JobState.FAILED,
            JobState.COMPLETED,
        ]
        assert "1 running" in seat.lines()[0]
        assert "3 queued" in seat.lines()[0]


async def test_a_narrow_table_keeps_state_target_percent_and_time_left(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("feature-login", JobState.RUNNING, 72.0))
    async with sit((60, 24)) as seat:
        await jobs(seat)
        assert seat.line_with("● running", "feature-login", "72 %")
        assert not seat.line_with("ELAPSED")
        assert not seat.app.screen.query("PaneGrid").first().display or not seat.line_with("reported")


async def test_columns_stand_still_while_they_count(sit: Sit, journal: FakeJournal) -> None:
    first = job("feature", JobState.RUNNING, 9.0)
    journal.put(first)
    async with sit() as seat:
        await jobs(seat)
        await seat.sees("feature", "9 %")
        before = seat.line_with("production → feature", "9 %")
        at = first.updated_at + timedelta(seconds=50)
        journal.put(replace(first, progress=100.0, updated_at=at, state=JobState.COMPLETED, finished_at=at))
        await seat.sees("production → feature", "100 %")
        after = seat.line_with("production → feature", "100 %")
        assert before.index("%") == after.index("%")
        assert before.index("acme") == after.index("acme")
        assert len(before) == len(after)


async def test_marked_jobs_are_watched_side_by_side(sit: Sit, journal: FakeJournal) -> None:
    for number in range(5):
        journal.put(job(f"copy-{number}", JobState.RUNNING, 10.0 * number, age=100.0 - number))
    async with sit((200, 60)) as seat:
        await jobs(seat)
        await seat.press("space", "space", "space")
        await seat.sees("3 marked")
        panes = [line for line in seat.lines() if line.count("● running") == 2]
        assert len(panes) == 2, "two rows of two panes"
        assert "copy-4" in panes[0]
        assert "copy-3" in panes[0]
        assert "copy-1" in panes[1]
        await seat.press("slash")
        await seat.type("copy-0")
        await seat.sees("3 marked, 3 hidden")
        await seat.press("escape", "escape")
        await seat.sees_no_more("marked")


async def test_the_cursor_stays_with_its_job_when_rows_change_places(sit: Sit, journal: FakeJournal) -> None:
    older, newer = job("older", JobState.RUNNING, 5.0, age=90), job("newer", JobState.RUNNING, 5.0, age=30)
    journal.put(older)
    journal.put(newer)
    async with sit() as seat:
        await jobs(seat)
        await seat.sees("▌", "newer")
        await seat.press("j")
        await seat.sees("▌", "older")
        journal.put(job("newest", JobState.RUNNING, 1.0, age=1))
        await seat.sees("newest")
        assert seat.line_with("▌", "older")
        await seat.press("g")
        await seat.sees("▌", "newest")
        await seat.press("G", "k")
        await seat.sees("▌", "newer")


async def test_the_filter_takes_words_and_their_absence(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("one", JobState.RUNNING, 5.0))
    journal.put(job("two", JobState.FAILED, age=50))
    async with sit() as seat:
        await jobs(seat)
        await seat.press("slash")
        await seat.type("!failed")
        await seat.sees("/ !failed", "1 of 2")
        assert not seat.line_with("→ two")
        await seat.type(" nothing")
        await seat.sees("no job fits the filter")
        await seat.press("escape")
        await seat.sees("→ two")


async def test_a_pane_tells_rate_line_end_and_log(sit: Sit, journal: FakeJournal) -> None:
    running = replace(job("feature", JobState.RUNNING, 20.0), link=LinkState.POLLING)
    journal.put(running, note(running, "something was observed"))
    async with sit() as seat:
        await jobs(seat)
        await seat.sees("something was observed")
        assert seat.line_with("reported", "○ polling")
        later = running
        for step in range(1, 4):
            at = running.updated_at + timedelta(seconds=step * 2)
            later = replace(running, progress=20.0 + step * 10, updated_at=at, link=LinkState.STREAMING)
            journal.put(later, JobEvent(at, EventKind.OBSERVED, state=JobState.RUNNING, progress=later.progress))
        await seat.sees("%/min", "reported", "● streaming")
        await seat.sees("ends about", "so far")
        assert [line.split()[1:] for line in seat.lines() if line.endswith("50 %") and ":" in line] == [["50", "%"]]
        assert not seat.line_with("40 %"), "of a run of percentages only the newest is kept"


async def test_the_clock_ticks_only_while_open_jobs_are_on_the_screen(sit: Sit, journal: FakeJournal) -> None:
    running = job("feature", JobState.RUNNING, 20.0)
    journal.put(running)
    async with sit() as seat:
        await jobs(seat)
        view = seat.app.screen.query_one(JobsView)
        assert view.ticking
        await seat.press("1")
        assert not view.ticking
        await seat.press("2")
        assert view.ticking
        await seat.press("enter")
        await seat.sees("dsclone attach")
        await seat.until(lambda: not view.ticking, "the table to stand still behind another screen")
        await seat.press("escape")
        await seat.until(lambda: view.ticking, "the table to go on")
        journal.put(replace(running, state=JobState.CANCELLED, finished_at=running.updated_at))
        await seat.sees("⊘ cancelled")
        assert not view.ticking


async def test_one_job_in_full_and_back(sit: Sit, journal: FakeJournal, size: Size) -> None:
    info = ErrorInfo("plan_limit", "the plan has no room", hint="Delete one.", remote="402 Payment Required")
    failed = replace(job("feature", JobState.FAILED), error=info)
    journal.put(failed, *(note(failed, f"note {number}", number) for number in range(40)))
    async with sit(size) as seat:
        await jobs(seat)
        await seat.press("enter")
        await seat.sees("dsclone attach", failed.id)
        assert seat.line_with("the plan has no room")
        assert seat.line_with("Delete one.")
        assert seat.line_with("402 Payment Required")
        assert seat.line_with("acme:p1/production")
        await seat.sees("note 39")
        await seat.press("G")
        await seat.sees("note 0")
        await seat.press("g")
        await seat.sees("note 39")
        await seat.press("escape")
        await seat.sees("STATE", "ETA")


async def test_news_reach_the_open_detail(sit: Sit, journal: FakeJournal) -> None:
    running = job("feature", JobState.RUNNING, 20.0)
    journal.put(running)
    async with sit() as seat:
        await jobs(seat)
        await seat.press("enter")
        await seat.sees("dsclone attach")
        done = replace(running, state=JobState.COMPLETED, progress=100.0, finished_at=running.updated_at)
        journal.put(done, note(running, "that was it"))
        await seat.sees("✓ completed")
        await seat.sees("that was it")
        await seat.press("n")
        await seat.sees("From", "acme:p1/production")


async def test_history_lists_what_ended_with_its_error(sit: Sit, journal: FakeJournal) -> None:
    journal.put(replace(job("bad", JobState.FAILED, age=300), error=ErrorInfo("quota", "full")))
    journal.put(job("good", JobState.COMPLETED, 100.0, age=90_000, options={"fast": True}))
    journal.put(job("still", JobState.RUNNING, 3.0))
    async with sit() as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("3")
        await seat.sees("FINISHED", "ERROR", "TOOK")
        assert seat.line_with("✗ failed", "production → bad", "quota", "10s")
        assert seat.line_with("✓ completed", "production → good", "fast")
        assert not seat.line_with("still")


async def test_y_sends_the_id_or_the_reference(sit: Sit, journal: FakeJournal) -> None:
    done = job("good", JobState.COMPLETED, 100.0)
    journal.put(done)
    async with sit() as seat:
        await seat.sees("▌", "production")
        await seat.press("y")
        await seat.until(lambda: seat.app.clipboard == "acme:p1/production", "the reference")
        await seat.sees("the reference was sent to the terminal's clipboard")
        await jobs(seat)
        await seat.press("y")
        await seat.until(lambda: seat.app.clipboard == done.id, "the job id")


async def test_a_journal_that_fails_later_is_one_line_above_the_keys(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("feature", JobState.RUNNING, 20.0))
    async with sit() as seat:
        await jobs(seat)
        journal.broken = JournalError("the disk is full", hint="Make room.")
        await seat.sees("✗ journal: the disk is full — Make room")
        journal.broken = None
        await seat.sees_no_more("the disk is full")


async def test_a_wide_screen_keeps_the_tree_beside_the_jobs(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("feature", JobState.RUNNING, 20.0))
    async with sit((160, 45)) as seat:
        await jobs(seat)
        await seat.sees("staging")
        assert seat.line_with("▾ acme", "STATE")
        await seat.press("shift+tab")
        await seat.until(lambda: seat.app.focused and seat.app.focused.id == "tree", "the tree")
        await seat.press("G", "n")
        await seat.sees("From", "acme:p1/staging")
    async with sit((120, 45)) as seat:
        await jobs(seat)
        assert not seat.line_with("▾ acme")


async def test_a_click_selects_and_two_open(sit: Sit, journal: FakeJournal) -> None:
    for number in range(3):
        journal.put(job(f"copy-{number}", JobState.COMPLETED, 100.0, age=100.0 + number))
    async with sit() as seat:
        await jobs(seat)
        await seat.pilot.click("#job-table", offset=(10, 2))
        await seat.sees("▌", "copy-1")
        await seat.pilot.click("ViewTabs", offset=(24, 0))
        await seat.sees("FINISHED")
        await seat.pilot.click("#history", offset=(10, 3), times=2)
        await seat.sees("dsclone attach")


async def test_a_job_in_trouble_is_named(sit: Sit, journal: FakeJournal, backend: FakeBackend) -> None:
    gone = job("orphan", JobState.RUNNING, 20.0)
    journal.put(replace(gone, request=replace(gone.request, backend="gone")))
    journal.ours = {gone.id}
    async with sit() as seat:
        await seat.sees("✗ orphan: no backend gone is configured")
