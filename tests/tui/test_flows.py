"""The way through by keys alone, against the real engine, a real journal and the real sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dsclone_tui.domain.states import JobState
from dsclone_tui.sandbox.embedded import Box
from dsclone_tui.session import Session

from .seat import Seat, seated

Make = Callable[[], Session]
Size = tuple[int, int]


def states(seat: Seat) -> dict[str, JobState]:
    return {job.request.target: job.state for job in seat.app.board.ordered()}


async def start(seat: Seat, name: str) -> None:
    """Starts a copy or fork of the selected row."""
    await seat.press("n")
    await seat.sees("From")
    await seat.type(name)
    await seat.press("enter", "enter")


async def test_a_copy_from_first_key_to_completion(size: Size, real: Make, box: Box) -> None:
    async with seated(real(), size) as seat:
        await seat.sees("production", "PROD")
        await start(seat, "feature-login")
        await seat.sees("production → feature-login" if size[0] > 80 else "feature-login")
        await seat.sees("completed", "feature-login", "100 %")
        await seat.press("1")
        await seat.sees_no_more("STATE", "ELAPSED")
        await seat.until(lambda: seat.line_with("feature-login"), "the new dataset in the tree")
        await seat.press("3")
        await seat.sees("FINISHED")
        await seat.sees("completed", "feature-login")
    assert [(start.source, start.target) for start in box.starts] == [("production", "feature-login")]


async def test_a_fork_of_a_protected_environment_asks_for_its_name(real: Make, box: Box) -> None:
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("main", "primary")
        await seat.press("G", "k", "n")
        await seat.sees("site:", "main", "PROD")
        await seat.type("qa-fork")
        await seat.press("tab", "space", "enter", "enter")
        await seat.sees("Type main to go on")
        await seat.press("enter", "enter")
        assert box.starts == []
        await seat.type("main")
        await seat.press("enter", "enter")
        await seat.sees("completed", "qa-fork", "100 %")
        await seat.sees("fast")
    assert [start.target for start in box.starts] == ["qa-fork"]


async def test_what_exists_is_refused_before_anything_is_sent(real: Make, box: Box) -> None:
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("staging")
        await start(seat, "staging")
        await seat.sees("✗ staging already exists")
        await seat.press("escape")
        await seat.sees_no_more("From")
    assert box.starts == []


async def test_the_servers_refusal_is_shown_and_the_form_stays(real: Make, box: Box) -> None:
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("production", "PROD")
        await seat.press("n")
        await seat.sees("From")
        box.faults.refuse_starts(403)
        await seat.type("too-late")
        await seat.press("enter", "enter")
        await seat.sees("✗ failed:")
        await seat.sees("From", "acme:")
        await seat.press("escape", "3")
        await seat.sees("✗ failed", "too-late")


@pytest.mark.parametrize("box", [1.5], indirect=True)
async def test_a_restart_picks_the_job_up_and_completes_it(real: Make, box: Box) -> None:
    first = real()
    async with seated(first, (120, 40)) as seat:
        await seat.sees("production", "PROD")
        await start(seat, "long-one")
        await seat.sees("● running", "long-one")
        await seat.press("q")
        await seat.sees("One job is open")
        await seat.press("q")
        await seat.until(lambda: seat.app.return_value == 0, "the app to leave")
    await first.aclose()
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("1 running")
        await seat.press("2")
        await seat.sees("completed", "long-one", "100 %")
    assert len(box.starts) == 1


@pytest.mark.parametrize("box", [1.2], indirect=True)
async def test_progress_rises_and_two_jobs_are_watched_side_by_side(real: Make) -> None:
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("production", "PROD")
        await start(seat, "one")
        await seat.sees("● running", "one")
        seen: list[float] = []

        def risen() -> bool:
            seen.extend(job.progress or 0.0 for job in seat.app.board.open_jobs())
            return len(set(seen)) >= 3

        await seat.until(risen, "three different percentages")
        await seat.press("n")
        await seat.sees("From")
        await seat.type("two")
        await seat.press("enter", "enter")
        await seat.sees_no_more("From")
        await seat.sees("▌", "production → two")
        await seat.press("space", "space")
        await seat.sees("2 marked")
        await seat.sees("production → two", "production → one")
        await seat.until(lambda: all(state is JobState.COMPLETED for state in states(seat).values()), "both")
        assert seen == sorted(seen)


async def test_a_job_that_fails_says_why(real: Make, box: Box) -> None:
    box.faults.fail_jobs("a document could not be copied", at=30)
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("production", "PROD")
        await start(seat, "doomed")
        await seat.sees("✗ failed", "doomed")
        await seat.sees("a document could not be copied")
        await seat.press("enter")
        await seat.sees("dsclone attach")
        await seat.sees("a document could not be copied")
        await seat.press("escape")
        await seat.sees("ELAPSED")


async def test_a_lost_answer_is_settled_and_followed(real: Make, box: Box) -> None:
    box.faults.drop_starts(handled=True)
    async with seated(real(), (120, 40)) as seat:
        await seat.sees("production", "PROD")
        await start(seat, "answer-lost")
        await seat.sees("completed", "answer-lost")
        await seat.sees("found in the server's own list")
    assert len(box.starts) == 1
