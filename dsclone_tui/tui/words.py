"""How states, lines to servers, times and events are said on the screen: a sign and a word, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.cells import cell_len

from dsclone_tui.domain.durations import spoken
from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import CloneKind, EventKind, JobEvent, JobRecord
from dsclone_tui.domain.states import JobState, LinkState
from dsclone_tui.domain.text import plain
from dsclone_tui.domain.vendor import VendorProfile
from dsclone_tui.tui.cells import Line, Tone

NOTHING = "–"

_STATES: dict[JobState, tuple[str, Tone]] = {
    JobState.INTENT: ("◌", "quiet"),
    JobState.UNCONFIRMED: ("?", "warn"),
    JobState.QUEUED: ("◌", "quiet"),
    JobState.RUNNING: ("●", "accent"),
    JobState.COMPLETED: ("✓", "good"),
    JobState.FAILED: ("✗", "bad"),
    JobState.CANCELLED: ("⊘", "quiet"),
    JobState.NOT_STARTED: ("⊘", "quiet"),
    JobState.LOST: ("?", "warn"),
}
_LINKS: dict[LinkState, tuple[str, Tone]] = {
    LinkState.STREAMING: ("●", "good"),
    LinkState.POLLING: ("○", "quiet"),
    LinkState.RETRYING: ("↻", "warn"),
    LinkState.OFFLINE: ("✗", "bad"),
    LinkState.IDLE: ("–", "quiet"),
}


def state_line(state: JobState) -> Line:
    """``● running``: the state's sign, and the same word that the command line and the JSON use."""
    glyph, tone = _STATES[state]
    return [(f"{glyph} {state.value}", tone)]


def state_tone(state: JobState) -> Tone:
    return _STATES[state][1]


def link_line(link: LinkState) -> Line:
    glyph, tone = _LINKS[link]
    return [(f"{glyph} {link.value}", tone)]


def percent(value: float | None) -> str:
    """A whole percentage, rounded down so that 100 % means all of it."""
    return f"{int(value)} %" if value is not None else NOTHING


def tags(job: JobRecord, profile: VendorProfile | None) -> list[str]:
    """The options that are on, by the vendor's labels where its backend is configured."""
    labels = {option.id: option.label for option in profile.options} if profile else {}
    return [plain(labels.get(name, name.replace("_", " ")), 30) for name, on in job.request.options.items() if on]


def tags_within(shown: Sequence[str], room: int) -> str:
    """The tags as words where they fit, else how many there are, else nothing: no word is cut."""
    for text in (", ".join(shown), f"+{len(shown)}"):
        if shown and cell_len(text) <= room:
            return text
    return ""


def elapsed(job: JobRecord, now: datetime) -> timedelta:
    """How long the job has taken, from the moment the user asked for it."""
    return (job.finished_at or now) - job.created_at


def remaining_word(left: timedelta | None) -> str:
    """The time to the end for a narrow column."""
    if left is None:
        return NOTHING
    return spoken(left) if left >= timedelta(seconds=1) else "soon"


def clock(at: datetime | None) -> str:
    """The local time of day."""
    return f"{at.astimezone():%H:%M:%S}" if at else NOTHING


def day_and_time(at: datetime | None, now: datetime) -> str:
    """The local time, with the day where it is not today's."""
    if at is None:
        return NOTHING
    local, today = at.astimezone(), now.astimezone().date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def doing(kind: CloneKind) -> str:
    """What a server does to the target while the job runs."""
    return "being copied" if kind is CloneKind.COPY else "being forked"


def event_text(event: JobEvent) -> str:
    """One line of a job's log."""
    message = plain(event.message, 400) if event.message else ""
    said = {
        EventKind.INTENT: "written to the journal",
        EventKind.SENT: "start request sent",
        EventKind.SUBMITTED: _with_id("started", event),
        EventKind.ADOPTED: _with_id("adopted", event),
        EventKind.REFUSED: "refused",
        EventKind.UNANSWERED: "no answer to the start; asking the server's lists",
        EventKind.SETTLED: "settled",
        EventKind.OBSERVED: _observed(event),
        EventKind.LINK: event.link.value if event.link else "",
        EventKind.NOTE: "",
    }[event.kind]
    if event.kind is EventKind.SETTLED and event.state:
        said = event.state.value
    return ": ".join(part for part in (said, message) if part) or NOTHING


def event_tone(event: JobEvent) -> Tone:
    """Plain progress steps back; what ended the job or needs attention steps forward."""
    if event.error is not None or event.kind in (EventKind.REFUSED, EventKind.UNANSWERED):
        return "bad" if event.kind is not EventKind.UNANSWERED else "warn"
    if event.state is JobState.COMPLETED:
        return "good"
    if event.kind is EventKind.LINK and event.link in (LinkState.RETRYING, LinkState.OFFLINE):
        return "warn"
    return "quiet" if is_progress(event) else ""


def is_progress(event: JobEvent) -> bool:
    """True for a mere percentage, of which only the newest of a run is worth a line."""
    return (
        event.kind is EventKind.OBSERVED
        and event.error is None
        and event.message is None
        and (event.state is None or not event.state.terminal)
    )


def fold_progress(events: Sequence[JobEvent]) -> list[JobEvent]:
    """The events, of each run of mere progress only the newest."""
    kept: list[JobEvent] = []
    for event in events:
        if kept and is_progress(event) and is_progress(kept[-1]):
            kept[-1] = event
        else:
            kept.append(event)
    return kept


def error_text(info: ErrorInfo) -> str:
    """What went wrong and what to do, in one paragraph."""
    parts = [plain(info.message, 400)]
    if info.hint:
        parts.append(plain(info.hint, 300))
    return " — ".join(part.rstrip(".") for part in parts if part)


def _with_id(word: str, event: JobEvent) -> str:
    return f"{word}, job {plain(event.remote_job_id, 60)}" if event.remote_job_id else word


def _observed(event: JobEvent) -> str:
    if event.state is not None and event.state.terminal:
        return event.state.value
    if event.progress is not None:
        return percent(event.progress)
    if event.state is not None:
        return event.state.value
    return plain(event.remote_state, 60) if event.remote_state else ""
