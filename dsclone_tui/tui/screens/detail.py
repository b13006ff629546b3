"""One job in full: what it is, how it went, its error, and everything that was observed of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.text import plain
from dsclone_tui.engine.publish import News
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.bridge import read_log
from dsclone_tui.tui.cells import Line, fit_line, labelled
from dsclone_tui.tui.clipboard import send
from dsclone_tui.tui.facts import job_facts, job_facts_in_short
from dsclone_tui.tui.messages import CatalogChanged, LaunchWanted
from dsclone_tui.tui.paint import Drawn
from dsclone_tui.tui.pane import big_bar, end_line, error_lines, rate_line, title
from dsclone_tui.tui.widgets.event_log import EventLog
from dsclone_tui.tui.widgets.header import Header
from dsclone_tui.tui.widgets.key_hints import KeyHints

# From this width the facts stand in two columns.
WIDE = 96


class JobSheet(Drawn):
    """The job above its log; as tall as it needs."""

    def __init__(self, board: Board, job_id: str) -> None:
        super().__init__()
        self._board = board
        self._job_id = job_id

    def update(self) -> None:
        self.styles.height = max(1, len(self.draw(self.size.width or 80, 0)))
        self.refresh()

    def on_resize(self) -> None:
        self.update()

    def draw(self, width: int, height: int) -> list[Line]:
        job = self._board.jobs.get(self._job_id)
        if job is None:
            return [[("this job is no longer in the journal", "quiet")]]
        board = self._board
        lines = [title(job, board, width), [], big_bar(job, width), rate_line(job, board, width), end_line(job, board)]
        if job.error is not None:
            lines += [[], *error_lines(job.error, width)]
            if job.error.remote:
                lines += labelled("server said", plain(job.error.remote, 400), width)
        return [*lines, [], *_two_columns(board, job, width)]


class JobDetailScreen(Screen[None], inherit_bindings=False):
    """``esc`` goes back."""

    BINDINGS = bindings("focus", "detail")
    AUTO_FOCUS = "EventLog"

    def __init__(self, board: Board, job_id: str) -> None:
        super().__init__()
        self._board = board
        self._job_id = job_id
        self._header = Header(board)
        self._sheet = JobSheet(board, job_id)
        self._log = EventLog()

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._sheet
        yield self._log
        yield KeyHints(self._board.keymap, ("detail.back", "detail.copy", "detail.new", "app.help", "app.quit"))

    def on_mount(self) -> None:
        job = self._board.jobs.get(self._job_id)
        if job is not None:
            source = job.request.source_ref
            self._header.point(source.backend, protected=self._board.protected(source.backend, source.name))
        self._header.count()
        self._clock = self.set_interval(1.0, self._tick, pause=job is None or not job.open)
        self._log.show(self._board.logbook.events(self._job_id))
        work = read_log(self._board, self._job_id, self.app.post_message)
        self.run_worker(work, name="read the whole log", group="log")

    def show_news(self, news: News) -> None:
        self._header.count()
        if self._job_id in news.changed:
            self._sheet.update()
            self._log.show(self._board.logbook.events(self._job_id))

    def show_catalog(self, change: CatalogChanged) -> None:
        """The catalog is not shown here."""

    def _tick(self) -> None:
        job = self._board.jobs.get(self._job_id)
        if job is None or not job.open:
            self._clock.pause()
        self._sheet.refresh()

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_copy(self) -> None:
        send(self.app, self._job_id, "the job id")

    def action_new(self) -> None:
        job = self._board.jobs.get(self._job_id)
        if job is not None:
            source: ResourceRef = job.request.source_ref
            self.app.pop_screen()
            self.app.post_message(LaunchWanted(source.backend, source.project, source.name))


def _two_columns(board: Board, job: JobRecord, width: int) -> list[Line]:
    if width < WIDE:
        return [line for label, value in job_facts_in_short(board, job) for line in labelled(label, value, width)]
    what, how = job_facts(board, job)
    half = (width - 4) * 3 // 5
    left = [line for label, value in what for line in labelled(label, value, half)]
    right = [line for label, value in how for line in labelled(label, value, width - half - 4)]
    lines: list[Line] = []
    for place in range(max(len(left), len(right))):
        line = fit_line(left[place] if place < len(left) else [], half)
        lines.append([*line, ("    ", ""), *(right[place] if place < len(right) else [])])
    return lines
