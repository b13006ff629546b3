"""What Sanity sends, as lenient models, and what its words mean (wire/sanity 2.2 to 2.6, 3)."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from dsclone_tui.backends.fields import Flag, Identifier, Percent, Text, When, WireModel
from dsclone_tui.domain.states import JobState

_QUEUED = frozenset({"pending", "queued", "scheduled", "created"})
_RUNNING = frozenset({"running", "processing", "in_progress", "started"})
_COMPLETED = frozenset({"completed", "complete", "succeeded", "success", "finished"})
_FAILED = frozenset({"failed", "error", "errored", "timeout"})
_CANCELLED = frozenset({"cancelled", "canceled", "aborted"})


class ProjectItem(WireModel):
    """An item of ``GET /projects`` (wire/sanity 2.2)."""

    id: Identifier = None
    display_name: Text = Field(None, alias="displayName")
    blocked: Flag = Field(None, alias="isBlocked")
    disabled: Flag = Field(None, alias="isDisabled")
    disabled_by_user: Flag = Field(None, alias="isDisabledByUser")


class DatasetItem(WireModel):
    """An item of ``GET /projects/{id}/datasets`` (wire/sanity 2.3)."""

    name: Identifier = None
    acl_mode: Text = Field(None, alias="aclMode")
    profile: Text = Field(None, alias="datasetProfile")
    addon_for: Identifier = Field(None, alias="addonFor")
    created_at: When = Field(None, alias="createdAt")


class CopyStarted(WireModel):
    """The answer to ``PUT …/copy``; ``datasetName`` in it is the source (wire/sanity 2.4)."""

    job_id: Identifier = Field(None, alias="jobId")
    message: Text = None


class CopyJob(WireModel):
    """An item of the copy-job list; its times may be empty strings (wire/sanity 2.5)."""

    id: Identifier = None
    state: Text = None
    source: Identifier = Field(None, alias="sourceDataset")
    target: Identifier = Field(None, alias="targetDataset")
    with_history: Flag = Field(None, alias="withHistory")
    created_at: When = Field(None, alias="createdAt")


class JobReport(WireModel):
    """A job's status (``id``), or an event of its stream (``job_id``, ``progress``) (wire/sanity 2.6, 3)."""

    id: Identifier = Field(None, validation_alias=AliasChoices("job_id", "id", "jobId"))
    state: Text = None
    progress: Percent = None


def job_state(word: str | None) -> JobState | None:
    """The state that Sanity's word stands for, or None for a word that nobody has documented (wire/sanity 3)."""
    known = (word or "").strip().lower()
    for words, state in (
        (_QUEUED, JobState.QUEUED),
        (_RUNNING, JobState.RUNNING),
        (_COMPLETED, JobState.COMPLETED),
        (_FAILED, JobState.FAILED),
        (_CANCELLED, JobState.CANCELLED),
    ):
        if known in words:
            return state
    return None
