"""The right to follow a job: held from before its start, renewed, given back, and lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import ConflictError, JournalError, UnreachableError
from dsclone_tui.domain.jobs import JobChange, Observation
from dsclone_tui.domain.states import JobState

if TYPE_CHECKING:
    from .conftest import World

DONE = Observation(JobState.COMPLETED)


def running(progress: float) -> Observation:
    return Observation(JobState.RUNNING, progress)


async def test_leases_are_renewed_while_a_job_is_followed_and_given_back_at_its_end(world: World) -> None:
    engine = await world.engine()
    job = await engine.launch(world.request)
    for _ in range(100):
        await world.passes(1.0)
        left = world.shelf.leases[job.id].until - world.clock.now()
        assert left > timedelta(seconds=9)
    world.backend.word = DONE
    await world.passes(3.0)
    assert job.id not in world.shelf.leases
    claims = world.journal.claims
    await world.passes(60.0)
    assert world.journal.claims == claims, "nobody renews the lease of a job that has ended"


@pytest.mark.parametrize("refusal", [ConflictError("exists"), None])
async def test_a_start_that_came_to_nothing_keeps_no_lease(world: World, refusal: Exception | None) -> None:
    world.backend.will("start", *([refusal] if refusal else [UnreachableError("no route")] * 4))
    engine = await world.engine()
    job = await engine.launch(world.request)
    assert not job.open
    assert world.shelf.leases == {}
    claims = world.journal.claims
    await world.passes(60.0)
    assert world.journal.claims == claims


async def test_a_start_goes_over_into_watching_without_a_gap(world: World) -> None:
    """The disk fills up right after the answer was written: the job runs, and nobody is told otherwise."""
    engine = await world.engine()
    job = await engine.intend(world.request)

    def fills_up(change: JobChange) -> None:
        if change.record.state is JobState.QUEUED:
            world.journal.full = JournalError("the disk is full", code="journal_full")

    world.journal.refuse = fills_up
    assert (await engine.send(job)).state is JobState.QUEUED
    await world.passes(1.0)
    world.journal.full, world.journal.refuse = None, lambda change: None
    await world.passes(10.0)
    assert engine.jobs[job.id].state is JobState.RUNNING


async def test_stopping_gives_the_leases_back(world: World) -> None:
    engine = await world.engine()
    for number in range(3):
        await engine.launch(replace(world.request, target=f"copy-{number}"))
    assert len(world.shelf.leases) == 3
    await engine.stop()
    assert world.shelf.leases == {}


async def test_who_overslept_its_lease_lets_go(world: World) -> None:
    """A laptop that was shut: its job was taken over, and what it knew is older than what the journal holds."""
    world.backend.stream = [Observation(), running(30.0), 0.5, running(31.0), 3600.0]
    first = await world.engine()
    job = await first.launch(world.request)
    await world.passes(1.0)
    world.shelf.leases[job.id] = replace(world.shelf.leases[job.id], owner="elsewhere:1:x")
    other = world.open_journal()
    kept = replace(world.kept(job.id), progress=70.0, updated_at=world.clock.now())
    await other.save(JobChange(kept))
    await world.passes(6.0)
    assert world.backend.listeners == 0
    assert first.jobs[job.id].progress == 70.0
    await first.stop()
    assert 31.0 not in [event.progress for event in world.events(job.id)]
    assert world.kept(job.id).progress == 70.0
    assert world.shelf.leases[job.id].owner == "elsewhere:1:x"
