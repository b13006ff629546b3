"""May this be done? Allow, ask, or refuse, always with the reason; the one place where safety is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from dsclone_tui.domain.jobs import CloneRequest


class Verdict(StrEnum):
    ALLOW = "allow"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict; ``confirm`` is the name that must be typed where a yes is not enough."""

    verdict: Verdict
    reason: str = ""
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """What the configuration says about one backend's safety; ``protected`` holds names or globs."""

    read_only: bool = False
    protected: tuple[str, ...] = ()

    def protects(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.protected)


def decide_clone(request: CloneRequest, guard: Guard, *, target_exists: bool = False) -> Decision:
    """A clone to a new name needs no question; what touches something that exists does.

    ``fast`` turns the source read-only while it runs (wire/datocms 3), ``force`` goes over working editors.
    """
    if guard.read_only:
        return Decision(Verdict.REFUSE, f"{request.backend} is read-only: nothing may be started")
    if target_exists:
        return Decision(Verdict.REFUSE, f"{request.target} already exists")
    fast, force = request.options.get("fast"), request.options.get("force")
    source_protected, target_protected = guard.protects(request.source), guard.protects(request.target)
    if force:
        reason = f"--force starts although editors may be working in {request.source}"
        confirm = request.source if source_protected else request.target if target_protected else None
        return Decision(Verdict.ASK, reason, confirm)
    if fast and source_protected:
        reason = f"{request.source} is protected, and a fast fork makes it read-only while it runs"
        return Decision(Verdict.ASK, reason, confirm=request.source)
    if target_protected:
        reason = f"{request.target} is a protected name"
        return Decision(Verdict.ASK, reason, confirm=request.target)
    return Decision(Verdict.ALLOW)


def answered(decision: Decision, *, yes: bool, confirm: Sequence[str]) -> bool:
    """True when flags alone answer the question: ``--yes``, or ``--confirm NAME`` for a protected name."""
    if decision.verdict is Verdict.ALLOW:
        return True
    if decision.verdict is Verdict.REFUSE:
        return False
    return decision.confirm in confirm if decision.confirm else (yes or bool(confirm))
