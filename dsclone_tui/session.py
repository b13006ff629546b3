"""The one place where configuration, backends, journal and engine are put together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dsclone_tui.backends.registry import BackendSpec, create
from dsclone_tui.config.load import load
from dsclone_tui.config.paths import config_place, journal_place
from dsclone_tui.config.schema import Settings
from dsclone_tui.config.secrets import resolver
from dsclone_tui.domain.ports import Backend, Journal
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.engine.clock import SystemClock
from dsclone_tui.engine.engine import Engine
from dsclone_tui.journal.journal import SqlJournal


class Session:
    """What one run of the program works with. Making it costs no disk and no network; close it when done."""

    def __init__(
        self, settings: Settings, journal_path: Path, *, config_path: Path | None = None, read_only: bool = False
    ) -> None:
        self.settings = settings
        self.journal_path = journal_path
        self.config_path = config_path or settings.source
        self.backends: Mapping[str, Backend] = _backends(settings)
        self.guards = {
            name: replace(backend.guard, read_only=read_only or backend.read_only)
            for name, backend in settings.backends.items()
        }
        self.catalog = Catalog(self.backends)
        self._journal: Journal | None = None
        self._engine: Engine | None = None

    async def journal(self) -> Journal:
        """The journal, opened when first asked for; raises JournalError."""
        if self._journal is None:
            self._journal = await SqlJournal.open(self.journal_path)
        return self._journal

    async def engine(self, *, follow_all: bool) -> Engine:
        """The engine, started when first asked for; ``follow_all`` as in ``Engine.start``."""
        if self._engine is None:
            journal = await self.journal()
            engine = Engine(self.backends, self.guards, catalog=self.catalog, journal=journal, clock=SystemClock())
            await engine.start(follow_all=follow_all)
            self._engine = engine
        return self._engine

    async def aclose(self) -> None:
        """Stops watching, writes what is unwritten, closes connections; jobs go on at their servers."""
        if self._engine is not None:
            await self._engine.stop()
        for backend in self.backends.values():
            await backend.aclose()
        if self._journal is not None:
            await self._journal.aclose()


def make_session(*, config: str | None, journal: str | None, read_only: bool, environ: Mapping[str, str]) -> Session:
    """The session that options and environment describe. Raises ConfigError."""
    place = config_place(config, environ)
    settings = load(place)
    journal_path = journal_place(journal, environ, settings).path
    return Session(settings, journal_path, config_path=place.path, read_only=read_only)


def _backends(settings: Settings) -> dict[str, Backend]:
    return {
        name: create(
            BackendSpec(
                name=name,
                type=backend.type,
                base_url=backend.base_url,
                token=resolver(backend.token, settings.folder, os.environ),
                projects=tuple(backend.projects),
            )
        )
        for name, backend in settings.backends.items()
    }
