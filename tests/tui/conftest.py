"""Sessions for the screen: of fakes, and on the real sandbox with a real journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.policy import Guard
from dsclone_tui.domain.resources import Resource
from dsclone_tui.sandbox.embedded import Box, running
from dsclone_tui.session import Session

from .fakes import FakeBackend, FakeJournal, StubSession
from .seat import Seat, seated

SIZES = [(80, 24), (120, 40), (200, 60)]
Sit = Callable[..., AbstractAsyncContextManager[Seat]]


@pytest.fixture(params=SIZES, ids=lambda size: "{}x{}".format(*size))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The three sizes of terminal that the screen is drawn for."""
    wanted: tuple[int, int] = request.param
    return wanted


@pytest.fixture
def journal() -> FakeJournal:
    return FakeJournal()


@pytest.fixture
async def backend() -> FakeBackend:
    """``acme`` with one project, of which ``production`` is protected."""
    return FakeBackend(
        "acme", p1=[Resource("production", "dataset", primary=True), Resource("staging", "dataset", read_only=True)]
    )


@pytest.fixture
async def stub(backend: FakeBackend, journal: FakeJournal) -> AsyncIterator[Callable[..., StubSession]]:
    """``stub()``: a session of the fakes; other ``settings``, ``guards`` and ``backends`` may be given."""
    made: list[StubSession] = []

    def make(
        *,
        settings: Settings | None = None,
        guards: dict[str, Guard] | None = None,
        backends: list[FakeBackend] | None = None,
    ) -> StubSession:
        guard = guards or {"acme": Guard(protected=("prod*",))}
        found = [backend] if backends is None else backends
        made.append(StubSession(*found, journal=journal, guards=guard, settings=settings))
        return made[-1]

    yield make
    for session in made:
        await session.aclose()


@pytest.fixture
def sit(stub: Callable[..., StubSession]) -> Sit:
    """``sit(size)``: the app on a session of fakes, or on the session given."""

    def make(
        size: tuple[int, int] = (120, 40), session: Session | None = None, **stubbed: Any
    ) -> AbstractAsyncContextManager[Seat]:
        return seated(session or stub(**stubbed), size)

    return make


@pytest.fixture
async def box(request: pytest.FixtureRequest) -> AsyncIterator[Box]:
    """A sandbox whose jobs take a moment; ``@pytest.mark.parametrize("box", [RATE], indirect=True)`` for another."""
    async with running(content="small", rate=getattr(request, "param", 0.4)) as running_box:
        yield running_box


@pytest.fixture
async def real(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[], Session]]:
    """``real()``: a session on the sandbox; all of a test share one journal, as restarts of the program do."""
    monkeypatch.setenv("TUI_SANITY", box.sanity_token)
    monkeypatch.setenv("TUI_DATOCMS", box.datocms_token)
    made: list[Session] = []

    def make() -> Session:
        backends = {
            "acme": {"type": "sanity", "token": "env:TUI_SANITY", "base_url": box.origin, "protected": ["production"]},
            "site": {"type": "datocms", "token": "env:TUI_DATOCMS", "base_url": box.origin, "protected": ["main"]},
        }
        made.append(Session(Settings.model_validate({"backends": backends}), tmp_path / "journal.sqlite3"))
        return made[-1]

    yield make
    for session in made:
        await session.aclose()
