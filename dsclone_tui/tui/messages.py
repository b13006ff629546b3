"""What travels between the workers, the app and its widgets."""

from __future__ import annotations

from textual.message import Message

from dsclone_tui.engine.publish import News


class JobsChanged(Message):
    """News of the engine: one message for all jobs that changed since the last."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class CatalogChanged(Message):
    """A branch of the catalog changed: listing, listed, or failed. ``project`` None means the whole backend."""

    def __init__(self, backend: str, project: str | None = None) -> None:
        super().__init__()
        self.backend = backend
        self.project = project


class RelistWanted(Message):
    """Somebody wants a branch of the catalog asked anew: a key press, or a job that changed what is there."""

    def __init__(self, backend: str, project: str | None = None) -> None:
        super().__init__()
        self.backend = backend
        self.project = project


class LaunchWanted(Message):
    """Somebody wants the launch form for a source."""

    def __init__(self, backend: str, project: str, source: str) -> None:
        super().__init__()
        self.backend = backend
        self.project = project
        self.source = source
