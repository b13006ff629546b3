"""Facts of backends, projects, resources and jobs, as labelled lines."""

from __future__ import annotations

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.text import plain
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line, Tone, labelled, wrap
from dsclone_tui.tui.tree_rows import resource_state
from dsclone_tui.tui.words import NOTHING, day_and_time, tags

BADGE: tuple[str, Tone] = (" PROD ", "badge")


def resource_facts(board: Board, ref: ResourceRef, width: int) -> list[Line]:
    """A dataset or environment: its reference, what it is, and what is being done to it."""
    resource = board.listings.resource(ref)
    heading: Line = [(plain(ref.name), "strong")]
    if board.protected(ref.backend, ref.name):
        heading += [("  ", ""), BADGE]
    lines: list[Line] = [heading]
    lines += [[(text, "quiet")] for text in wrap(plain(str(ref), 400), width)]
    lines.append([])
    if resource is None:
        return lines
    word, tone = resource_state(board, ref, resource)
    facts: dict[str, tuple[str, Tone]] = {"kind": (resource.kind, ""), "state": (word or resource.status, tone)}
    if resource.forked_from:
        facts["forked from"] = (resource.forked_from, "")
    if resource.addon_for:
        facts["add-on of"] = (resource.addon_for, "")
    if resource.created_at:
        facts["created"] = (day_and_time(resource.created_at, board.now()), "")
    # the backend's own facts come after ours, and win where both name the same
    facts |= {label: (value, "") for label, value in resource.facts.items()}
    for label, (value, value_tone) in facts.items():
        lines += labelled(plain(label, 24), plain(value, 400), width, tone=value_tone)
    return [*lines, []]


def project_facts(board: Board, backend: str, project: str, width: int) -> list[Line]:
    """A project: its id, how many resources it has, and why they could not be listed."""
    branch = board.listings.project(backend, project)
    if branch is None:
        return []
    profile = board.profile(backend)
    lines: list[Line] = [[(plain(branch.project.title or project), "strong")], []]
    lines += labelled("project", plain(project), width)
    lines += labelled("backend", plain(backend), width)
    if branch.project.note:
        lines += labelled("note", plain(branch.project.note), width, tone="warn")
    if branch.listed:
        lines += labelled(profile.plural if profile else "resources", str(len(branch.resources)), width)
    return [*lines, *trouble(branch.error, width)]


def backend_facts(board: Board, backend: str, width: int, error: ErrorInfo | None) -> list[Line]:
    """A backend: the vendor, where it is asked, and what the configuration forbids."""
    branch = board.listings.backends.get(backend)
    profile = board.profile(backend)
    settings = board.session.settings.backends.get(backend)
    lines: list[Line] = [[(plain(backend), "strong")], []]
    if profile is not None:
        lines += labelled("vendor", profile.title, width)
        lines += labelled("makes", f"{'copies' if profile.kind == 'copy' else 'forks'} of {profile.plural}", width)
    if settings is not None and settings.base_url:
        lines += labelled("address", plain(settings.base_url), width)
    if branch is not None and branch.listed:
        lines += labelled("projects", str(len(branch.projects)), width)
    guard = board.session.guards.get(backend)
    if guard is not None and guard.protected:
        lines += labelled("protected", plain(", ".join(guard.protected), 400), width)
    if board.read_only(backend):
        lines += labelled("read-only", "nothing may be started here", width, tone="warn")
    return [*lines, *trouble(error or (branch.error if branch else None), width)]


def trouble(error: ErrorInfo | None, width: int) -> list[Line]:
    """An error, and what to do about it."""
    if error is None:
        return []
    lines: list[Line] = [[]]
    lines += [[(text, "bad")] for text in wrap("✗ " + plain(error.message, 400), width)]
    if error.hint:
        lines += [[(text, "quiet")] for text in wrap(plain(error.hint, 400), width)]
    return lines


def job_facts(board: Board, job: JobRecord) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The facts of a job in two columns: what it is, and how it went."""
    request, now = job.request, board.now()
    options = ", ".join(tags(job, board.profile(request.backend)))
    what = [
        ("source", plain(str(request.source_ref), 400)),
        ("target", plain(str(request.target_ref), 400)),
        ("options", options or "none"),
        ("job id", job.id),
        ("vendor's id", plain(job.remote_job_id) if job.remote_job_id else NOTHING),
        ("attach", f"dsclone attach {job.id}"),
    ]
    how = [
        ("server says", plain(job.remote_state) if job.remote_state else NOTHING),
        ("asked for", day_and_time(job.created_at, now)),
        ("taken", day_and_time(job.submitted_at, now)),
        ("last news", day_and_time(job.updated_at, now)),
        ("finished", day_and_time(job.finished_at, now)),
    ]
    if job.adopted:
        how.append(("started", "elsewhere; adopted here"))
    return what, how


def job_facts_in_short(board: Board, job: JobRecord) -> list[tuple[str, str]]:
    """The same for a small screen, which needs its lines for the log."""
    what, how = job_facts(board, job)
    kept = [(label, value) for label, value in what if value not in (NOTHING, "none") and label != "job id"]
    return [*kept, *((label, value) for label, value in how if label in ("server says", "asked for"))]
