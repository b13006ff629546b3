"""References: ``BACKEND:PROJECT/NAME`` and its shorter forms.

A reference that lacks its project is completed by the catalog, which knows how many projects a backend has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsclone_tui.domain.errors import UsageError

BACKEND_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_FORM = "write BACKEND:PROJECT/NAME, or BACKEND:NAME where the backend has one project"


@dataclass(frozen=True, slots=True)
class ResourceRef:
    """One content store: a dataset or an environment, fully named."""

    backend: str
    project: str
    name: str

    def __str__(self) -> str:
        return f"{self.backend}:{self.project}/{self.name}"


@dataclass(frozen=True, slots=True)
class NameRef:
    """A store or a job as typed; ``project`` is None when it was left out."""

    backend: str
    project: str | None
    name: str

    def in_project(self, project: str) -> ResourceRef:
        return ResourceRef(self.backend, self.project or project, self.name)


@dataclass(frozen=True, slots=True)
class ScopeRef:
    """What ``ls`` is asked for: everything, a backend, or one project of it."""

    backend: str | None = None
    project: str | None = None


def parse_name(text: str) -> NameRef:
    """Reads ``BACKEND:PROJECT/NAME`` or ``BACKEND:NAME``; raises UsageError on anything else."""
    backend, colon, rest = text.partition(":")
    if not colon or not BACKEND_NAME.fullmatch(backend) or not rest:
        raise UsageError(f"{text!r} is not a reference", code="bad_reference", hint=_FORM)
    project, slash, name = rest.partition("/")
    if not slash:
        return NameRef(backend, None, rest)
    if not project or not name or "/" in name:
        raise UsageError(f"{text!r} is not a reference", code="bad_reference", hint=_FORM)
    return NameRef(backend, project, name)


def parse_scope(text: str | None) -> ScopeRef:
    """Reads the argument of ``ls``: nothing, ``BACKEND`` or ``BACKEND:PROJECT``."""
    if not text:
        return ScopeRef()
    backend, colon, project = text.partition(":")
    if not BACKEND_NAME.fullmatch(backend) or (colon and not project) or "/" in project:
        raise UsageError(
            f"{text!r} names no backend or project",
            code="bad_reference",
            hint="write BACKEND or BACKEND:PROJECT",
        )
    return ScopeRef(backend, project or None)


def parse_target(text: str, source: NameRef) -> str:
    """Reads a target: a bare name, or a full reference that must lie in the source's own project.

    Neither vendor copies across projects (wire/sanity 2.4; a DatoCMS token has one project).
    """
    if ":" not in text:
        if not text or "/" in text:
            raise UsageError(f"{text!r} is not a target name", code="bad_reference", hint="write the new name alone")
        return text
    target = parse_name(text)
    if target.backend != source.backend or (target.project or source.project) != source.project:
        raise UsageError(
            "a copy stays in its own project: source and target name different ones",
            code="bad_reference",
            hint="leave the backend and project of the target out",
        )
    return target.name
