"""The catalog as rows of a list: backends, their projects, and what these hold, with live state words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.resources import Resource
from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line, Tone, both_ends, wrap
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.listings import BackendBranch, ProjectBranch
from dsclone_tui.tui.words import doing, percent

Key = tuple[str, ...]

# What fits beside the indentation in the narrowest tree.
NOTE_WIDTH, NOTE_LINES = 28, 4


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line of the tree; its key is the path of names that leads to it."""

    key: Key
    kind: Literal["backend", "project", "resource", "note"]
    label: str
    folded: bool = False
    state: tuple[str, Tone] = ("", "")
    dim: bool = False
    error: ErrorInfo | None = None

    @property
    def backend(self) -> str:
        return self.key[0]

    @property
    def project(self) -> str | None:
        if self.kind == "note":  # its key is that of the branch, and two words more
            return self.key[1] if len(self.key) == 4 else None
        return self.key[1] if len(self.key) > 1 else None

    @property
    def ref(self) -> ResourceRef | None:
        return ResourceRef(*self.key) if self.kind == "resource" else None

    @property
    def depth(self) -> int:
        return len(self.key) - 1


def tree_rows(board: Board, folded: Collection[Key], needle: Needle) -> list[TreeRow]:
    """The tree from top to bottom. A filter keeps resources that fit, the branches above them, and all errors."""
    rows: list[TreeRow] = []
    for branch in board.listings.backends.values():
        rows += _backend(board, branch, folded, needle)
    return rows


def matches(board: Board, needle: Needle) -> tuple[int, int]:
    """How many resources fit the filter, and how many there are."""
    refs = list(board.listings.refs())
    return sum(needle.fits(str(ref)) for ref in refs), len(refs)


def _backend(board: Board, branch: BackendBranch, folded: Collection[Key], needle: Needle) -> list[TreeRow]:
    key = (branch.name,)
    state: tuple[str, Tone] = ("read-only", "warn") if board.read_only(branch.name) else ("", "")
    if branch.loading:
        state = ("listing…", "quiet")
    elif branch.error:
        state = ("✗ error", "bad")
    is_folded = key in folded and not needle
    row = TreeRow(key, "backend", plain(branch.name), is_folded, state, error=branch.error)
    if is_folded:
        return [row]
    below: list[TreeRow] = []
    for project in branch.projects.values():
        below += _project(board, branch.name, project, folded, needle)
    if branch.error:
        below += _notes(key, branch.error.message, "bad", branch.error)
    elif branch.listed and not branch.projects and not needle:
        below += _notes(key, "no projects", "quiet")
    return [row, *below] if below or not needle else []


def _project(
    board: Board, backend: str, branch: ProjectBranch, folded: Collection[Key], needle: Needle
) -> list[TreeRow]:
    key = (backend, branch.project.id)
    state: tuple[str, Tone] = (plain(branch.project.note), "warn") if branch.project.note else ("", "")
    if branch.loading and not branch.listed:
        state = ("listing…", "quiet")
    elif branch.error:
        state = ("✗ error", "bad")
    is_folded = key in folded and not needle
    label = plain(branch.project.title or branch.project.id)
    row = TreeRow(key, "project", label, is_folded, state, error=branch.error)
    if is_folded:
        return [row]
    below = [
        _resource(board, ResourceRef(backend, branch.project.id, resource.name), resource)
        for resource in branch.resources
        if needle.fits(f"{backend}:{branch.project.id}/{resource.name}")
    ]
    if branch.error:
        below += _notes(key, branch.error.message, "bad", branch.error)
    elif branch.listed and not branch.resources and not needle:
        below += _notes(key, "empty", "quiet")
    return [row, *below] if below or not needle else []


def _resource(board: Board, ref: ResourceRef, resource: Resource) -> TreeRow:
    key = (ref.backend, ref.project, ref.name)
    return TreeRow(
        key,
        "resource",
        plain(resource.name),
        state=resource_state(board, ref, resource),
        dim=resource.addon_for is not None,
    )


def resource_state(board: Board, ref: ResourceRef, resource: Resource) -> tuple[str, Tone]:
    """The word beside a resource: what happens to it now, else what it is."""
    if job := board.job_to(ref):
        word = doing(job.request.kind)
        return (f"{word} {percent(job.progress)}" if job.progress is not None else word), "accent"
    if resource.status != "ready":
        word = plain(resource.status, 20)
        return (f"{word} {percent(resource.progress)}" if resource.progress is not None else word), "accent"
    if resource.primary:
        return "primary", "good"
    if resource.read_only:
        return "read-only", "warn"
    if resource.addon_for is not None:
        return "add-on", "quiet"
    return "", ""


def _notes(above: Key, text: str, tone: Tone, error: ErrorInfo | None = None) -> list[TreeRow]:
    """A remark below a branch, in rows that fit the tree."""
    pieces = wrap(plain(text), NOTE_WIDTH)[:NOTE_LINES]
    return [
        TreeRow((*above, "", f"note {place}"), "note", piece, state=("", tone), error=error)
        for place, piece in enumerate(pieces)
    ]


def draw_row(row: TreeRow, width: int, *, protected: bool) -> Line:
    """The row in the width of the tree: indented, its state word at the right."""
    indent = "  " * min(row.depth, 2)
    if row.kind == "note":
        return [("  " * (len(row.key) - 2) + row.label, row.state[1])]
    if row.kind == "resource":
        tone: Tone = "quiet" if row.dim else ""
        name: Line = [(indent + row.label, tone)]
        if protected:
            name.append((" PROD", "bad"))
    else:
        sign = "▸ " if row.folded else "▾ "
        name = [(indent + sign, "faint"), (row.label, "strong")]
    return both_ends(name, [row.state] if row.state[0] else [], width, gap=1)
