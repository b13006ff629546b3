"""What the cursor is on, whichever list has it."""

from __future__ import annotations

from dataclasses import dataclass

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.tui.tree_rows import TreeRow


@dataclass(frozen=True, slots=True)
class Selection:
    """A job, or a row of the tree, or nothing."""

    job: JobRecord | None = None
    row: TreeRow | None = None

    @property
    def source(self) -> ResourceRef | None:
        """What ``n`` would copy or fork."""
        if self.job is not None:
            return self.job.request.source_ref
        return self.row.ref if self.row is not None else None

    @property
    def backend(self) -> str:
        if self.job is not None:
            return self.job.request.backend
        return self.row.backend if self.row is not None else ""

    @property
    def project(self) -> str | None:
        if self.job is not None:
            return self.job.request.project
        return self.row.project if self.row is not None else None

    @property
    def names(self) -> tuple[str, ...]:
        """The stores that the selected thing is about, for the PROD badge."""
        if self.job is not None:
            return (self.job.request.source, self.job.request.target)
        ref = self.source
        return (ref.name,) if ref is not None else ()

    def clipping(self) -> tuple[str, str] | None:
        """What ``y`` sends to the clipboard, and what it is called."""
        if self.job is not None:
            return self.job.id, "the job id"
        if self.source is not None:
            return str(self.source), "the reference"
        if self.project is not None:
            return f"{self.backend}:{self.project}", "the project's reference"
        return (self.backend, "the backend's name") if self.backend else None
