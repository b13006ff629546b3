"""One start request, written down before it leaves, and sent again only where the server cannot have acted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import (
    AnswerLostError,
    BadAnswerError,
    BusyError,
    ConflictError,
    DeclinedError,
    DscloneError,
    ExitCode,
    JournalError,
    LimitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    UnreachableError,
    UsageError,
)
from dsclone_tui.domain.jobs import EventKind, JobChange, Observation, exit_code_for
from dsclone_tui.domain.policy import Guard, Verdict
from dsclone_tui.domain.states import JobState

if TYPE_CHECKING:
    from .conftest import World

FULL = JournalError("the disk is full", code="journal_full")
GONE = UnreachableError("connection refused")
LOST = AnswerLostError("cut off")


async def test_intent_then_sent_then_the_request_then_its_answer(world: World) -> None:
    engine = await world.engine()
    job = await engine.launch(world.request)
    assert world.log[:4] == ["journal:intent", "journal:sent", "start", "journal:submitted"]
    assert (job.state, job.remote_job_id) == (JobState.QUEUED, "remote-1")
    assert world.kept(job.id) == engine.jobs[job.id] == job
    assert job.sent_at == job.submitted_at == world.clock.now()


async def test_the_request_waits_for_the_disk(world: World) -> None:
    world.journal.delay = 0.5
    engine = await world.engine()
    began = world.clock.monotonic()
    await engine.launch(world.request)
    assert world.backend.calls[0] == (began + 1.0, "start"), "after the commits of intent and sent, half a second each"
    assert world.clock.monotonic() >= began + 1.5


async def test_intend_sends_nothing(world: World) -> None:
    engine = await world.engine()
    job = await engine.intend(world.request)
    assert world.kept(job.id).state is JobState.INTENT
    assert world.shelf.leases[job.id].until == world.clock.now() + timedelta(seconds=15)
    assert (await engine.send(job)).state is JobState.QUEUED
    assert world.backend.count("start") == 1


async def test_a_start_that_was_answered_is_not_sent_by_a_second_call(world: World) -> None:
    engine = await world.engine()
    job = await engine.intend(world.request)
    await engine.send(job)
    assert (await engine.send(job)).state is JobState.QUEUED
    assert world.backend.count("start") == 1


async def test_an_answer_that_tells_the_end(world: World) -> None:
    world.backend.will("start", Observation(JobState.COMPLETED, remote_job_id="r"))
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(10)
    assert (job.state, job.progress) == (JobState.COMPLETED, 100.0)
    assert world.backend.count("poll", "listen", "find") == 0


@pytest.mark.parametrize("failures", [1, 2, 3])
async def test_what_surely_did_nothing_is_sent_again(world: World, failures: int) -> None:
    world.backend.will("start", *[GONE] * failures)
    engine = await world.engine()
    job = await engine.launch(world.request)
    assert job.state is JobState.QUEUED
    sends = [line for line in world.log if line in ("journal:sent", "start")]
    assert sends == ["journal:sent", "start"] * (failures + 1), "each attempt is written down first"
    assert job.sent_at == world.clock.now()


@pytest.mark.parametrize(
    ("error", "code"), [(GONE, "unreachable"), (BusyError("429"), "rate_limited"), (BusyError("503"), "rate_limited")]
)
async def test_it_is_not_sent_again_for_ever(world: World, error: DscloneError, code: str) -> None:
    world.backend.will("start", *[error] * 20)
    engine = await world.engine()
    job = await engine.launch(world.request)
    await world.passes(60)
    assert world.backend.count("start") == 4
    assert job.state is engine.jobs[job.id].state is JobState.NOT_STARTED
    assert job.error is not None
    assert (job.error.code, exit_code_for(job)) == (code, ExitCode.UNREACHABLE)
    assert job.finished_at is not None
    assert job.finished_at - job.created_at >= timedelta(seconds=2)
    assert world.backend.count("find", "poll") == 0


async def test_the_server_says_when_to_come_back(world: World) -> None:
    world.backend.will("start", BusyError("later", retry_after=7.0), BusyError("later", retry_after=3600.0))
    engine = await world.engine()
    await engine.launch(world.request)
    first, second, third = world.backend.times("start")
    assert second - first == pytest.approx(7.0)
    assert third - second == pytest.approx(10.0), "asked for an hour; nobody waits that long for a start"


@pytest.mark.parametrize(
    ("refusal", "exit_code"),
    [
        (NotPermittedError("no"), ExitCode.NOT_PERMITTED),
        (NotFoundError("no source", code="source_not_found"), ExitCode.NOT_FOUND),
        (ConflictError("exists", code="target_exists"), ExitCode.CONFLICT),
        (LimitError("plan"), ExitCode.LIMIT),
        (RefusedError("no"), ExitCode.JOB_NOT_COMPLETED),
        (BadAnswerError("redirect"), ExitCode.JOB_NOT_COMPLETED),
    ],
)
async def test_a_refusal_is_an_end(world: World, refusal: DscloneError, exit_code: ExitCode) -> None:
    world.backend.will("start", refusal)
    engine = await world.engine(follow_all=True)
    job = await engine.launch(world.request)
    await world.passes(60)
    assert (job.state, job.error) == (JobState.FAILED, refusal.info)
    assert exit_code_for(job) is exit_code
    assert [what for _, what in world.backend.calls] == ["start"]
    assert [event.kind for event in world.events(job.id)] == [EventKind.INTENT, EventKind.SENT, EventKind.REFUSED]


async def test_a_lost_answer_is_never_sent_again(world: World) -> None:
    world.backend.will("start", LOST)
    engine = await world.engine(follow_all=True)
    job = await engine.launch(world.request)
    assert (job.state, job.error) == (JobState.UNCONFIRMED, LOST.info)
    await world.passes(120)
    assert world.backend.count("start") == 1
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


async def test_after_a_failed_attempt_a_lost_answer_still_counts(world: World) -> None:
    world.backend.will("start", GONE, LOST)
    engine = await world.engine()
    job = await engine.launch(world.request)
    assert job.state is JobState.UNCONFIRMED
    assert world.backend.count("start") == 2


async def test_a_bug_while_starting_counts_as_a_lost_answer(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.backend.will("start", ZeroDivisionError("oops"))
    engine = await world.engine()
    job = await engine.launch(world.request)
    assert job.state is JobState.UNCONFIRMED
    assert job.error is not None
    assert job.error.code == "internal_error"
    assert [(line.name, line.levelname) for line in caplog.records] == [("dsclone", "ERROR")]
    assert "oops" in caplog.text
    await world.passes(10)
    assert engine.jobs[job.id].state is JobState.NOT_STARTED


@pytest.mark.parametrize("kind", [EventKind.INTENT, EventKind.SENT])
async def test_without_a_journal_nothing_is_sent(world: World, kind: EventKind) -> None:
    engine = await world.engine(follow_all=True)
    if kind is EventKind.INTENT:
        world.journal.full = FULL
    else:
        world.journal.refuse = lambda change: FULL if change.events[-1].kind is kind else None
    with pytest.raises(JournalError, match="disk is full"):
        await engine.launch(world.request)
    world.journal.full = None
    await world.passes(20)
    assert world.backend.count("start") == 0
    assert {job.state for job in world.shelf.records.values()} <= {JobState.NOT_STARTED}
    assert len(world.shelf.records) == (0 if kind is EventKind.INTENT else 1)


@pytest.mark.parametrize("follow_all", [True, False])
async def test_an_answer_that_could_not_be_written_is_not_forgotten(world: World, follow_all: bool) -> None:
    def refuse(change: JobChange) -> Exception | None:
        return FULL if change.record.state is JobState.QUEUED else None

    engine = await world.engine(follow_all=follow_all)
    world.journal.refuse = refuse
    job = await engine.intend(world.request)
    with pytest.raises(JournalError):
        await engine.send(job)
    assert engine.jobs[job.id].state is JobState.INTENT, "nobody hears of what is not written"
    await world.passes(20)
    world.journal.refuse = lambda change: None
    await world.passes(10)
    assert (engine.jobs[job.id].state, engine.jobs[job.id].remote_job_id) == (JobState.RUNNING, "remote-1")
    assert EventKind.SUBMITTED in [event.kind for event in world.events(job.id)]
    assert (world.backend.count("start"), world.backend.count("find")) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"target": "Staging!"}, UsageError, "bad_name"),
        ({"target": ""}, UsageError, "bad_name"),
        ({"options": {"skip_history": True}}, UsageError, "bad_option"),
        ({"options": {"force": True}}, UsageError, "bad_option"),
        ({"backend": "acmee"}, NotFoundError, "backend_not_found"),
    ],
)
async def test_what_makes_no_sense_is_not_even_written(
    world: World, changes: dict[str, object], error: type[DscloneError], code: str
) -> None:
    engine = await world.engine()
    with pytest.raises(error) as caught:
        await engine.launch(replace(world.request, **changes))  # type: ignore[arg-type]
    assert caught.value.info.code == code
    assert (world.shelf.records, world.log) == ({}, [])


async def test_options_reach_the_server_in_order_and_only_when_on(world: World) -> None:
    engine = await world.engine()
    request = replace(world.request, options={"force": True, "fast": True})
    job = await engine.launch(request, consented=True)
    assert list(job.request.options.items()) == [("fast", True), ("force", True)]
    off = await engine.launch(replace(world.request, target="other", options={"fast": False}))
    assert dict(off.request.options) == {}


async def test_read_only_forbids(world: World) -> None:
    engine = await world.engine(guard=Guard(read_only=True))
    with pytest.raises(DeclinedError) as caught:
        await engine.launch(world.request, consented=True)
    assert caught.value.info.code == "policy"
    assert engine.decide(world.request).verdict is Verdict.REFUSE
    assert (world.shelf.records, world.backend.calls) == ({}, [])


async def test_a_protected_name_needs_consent(world: World) -> None:
    engine = await world.engine(guard=Guard(protected=("staging",)))
    with pytest.raises(DeclinedError) as caught:
        await engine.launch(world.request)
    assert (caught.value.info.code, caught.value.info.hint) == ("consent_needed", "add --confirm staging to go on")
    assert world.backend.calls == []
    assert (await engine.launch(world.request, consented=True)).state is JobState.QUEUED


async def test_force_needs_a_yes(world: World) -> None:
    engine = await world.engine()
    with pytest.raises(DeclinedError) as caught:
        await engine.launch(replace(world.request, options={"fast": True, "force": True}))
    assert caught.value.info.hint == "add --yes to go on"


async def test_two_starts_to_one_target(world: World) -> None:
    """The second is refused here, before the server could be asked (wire/sanity 9.19)."""
    engine = await world.engine()
    outcomes = await asyncio.gather(*(engine.launch(world.request) for _ in range(2)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError", "JobRecord"]
    assert world.backend.count("start") == 1


async def test_a_target_is_free_again_when_its_job_has_ended(world: World) -> None:
    world.backend.will("start", ConflictError("exists", code="target_exists"))
    engine = await world.engine()
    assert (await engine.launch(world.request)).state is JobState.FAILED
    assert (await engine.launch(world.request)).state is JobState.QUEUED
