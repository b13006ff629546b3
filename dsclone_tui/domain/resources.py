"""What a backend holds: projects, and in them datasets or environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dsclone_tui.domain.jobs import rfc3339


@dataclass(frozen=True, slots=True)
class Project:
    """A Sanity project, or the one site of a DatoCMS token. ``note`` tells what is odd about it (blocked …)."""

    id: str
    title: str
    note: str | None = None

    def to_json(self) -> dict[str, object]:
        return {"id": self.id, "title": self.title}


@dataclass(frozen=True, slots=True)
class Resource:
    """A dataset or an environment.

    ``status`` is one word for the eye: ready, creating, destroying or the vendor's own; ``progress`` is a
    percentage while it is being made; ``facts`` are further details, label to text, in the order to show them.
    """

    name: str
    kind: str
    status: str = "ready"
    primary: bool = False
    read_only: bool = False
    addon_for: str | None = None
    forked_from: str | None = None
    progress: float | None = None
    created_at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """State in a few words: ``creating 34 %``, ``ready, primary``, ``ready, read-only``."""
        words = [self.status if self.progress is None else f"{self.status} {self.progress:.0f} %"]
        if self.primary:
            words.append("primary")
        if self.read_only:
            words.append("read-only")
        if self.addon_for:
            words.append(f"add-on for {self.addon_for}")
        return ", ".join(words)

    def to_json(self) -> dict[str, object]:
        """An entry of ``resources`` in ``ls --json``."""
        return {
            "name": self.name,
            "kind": self.kind,
            "status": self.status,
            "primary": self.primary,
            "read_only": self.read_only,
            "addon_for": self.addon_for,
            "forked_from": self.forked_from,
            "progress": self.progress,
            "created_at": rfc3339(self.created_at),
            "facts": dict(self.facts),
        }
