"""Browse, Jobs and History, on one screen: the tree at the left, the present view beside it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.engine.publish import News
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.clipboard import send
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.job_cells import JobCells
from dsclone_tui.tui.messages import CatalogChanged, LaunchWanted, RelistWanted
from dsclone_tui.tui.screens.detail import JobDetailScreen
from dsclone_tui.tui.selection import Selection
from dsclone_tui.tui.sight import in_sight
from dsclone_tui.tui.widgets.filter_bar import FilterBar
from dsclone_tui.tui.widgets.header import Header
from dsclone_tui.tui.widgets.job_table import JobList, JobsView
from dsclone_tui.tui.widgets.key_hints import KeyHints
from dsclone_tui.tui.widgets.resource_detail import ResourceDetail
from dsclone_tui.tui.widgets.resource_tree import ResourceTree
from dsclone_tui.tui.widgets.row_list import RowList
from dsclone_tui.tui.widgets.status_line import StatusLine
from dsclone_tui.tui.widgets.tabs import ViewTabs

_ALWAYS = ("app.help", "app.commands", "app.quit")
_HINTS = {
    "browse": ("main.new", "main.filter", "list.open", "main.refresh", "main.copy", *_ALWAYS),
    "jobs": ("main.new", "main.mark", "main.filter", "list.open", "main.copy=copy id", *_ALWAYS),
    "history": ("main.new", "main.filter", "list.open", "main.copy=copy id", *_ALWAYS),
}


class MainScreen(Screen[None], inherit_bindings=False):
    """Holds the three views; what is not on the screen is not drawn, and reads the board when it comes back."""

    BINDINGS = bindings("focus", "main")
    AUTO_FOCUS = "ResourceTree"

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self._new_awaited = False  # a new copy was asked for before there was anything to copy
        self._header = Header(board)
        self._tabs = ViewTabs(board.keymap)
        self._tree = ResourceTree(board, id="tree")
        self._detail = ResourceDetail(board, id="browse")
        self._jobs = JobsView(board, id="jobs")
        self._history = JobList(
            board, JobCells(board).history(), board.ended_jobs, id="history", nothing=("nothing has ended yet",)
        )
        self._body = Horizontal(id="body", classes="-browse")
        self._views = ContentSwitcher(initial="browse", id="views")
        self._filter = FilterBar()
        self._status = StatusLine(board)
        self._hints = KeyHints(board.keymap, _HINTS["browse"])

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._tabs
        with self._body:
            yield self._tree
            with self._views:
                yield self._detail
                yield self._jobs
                yield self._history
        yield self._filter
        yield self._status
        yield self._hints

    # --- what is seen

    @property
    def view(self) -> str:
        return self._views.current or "browse"

    @property
    def rows(self) -> ResourceTree | JobList:
        """The list that the filter and the cursor keys work on."""
        if self.view == "browse" or self._tree.has_focus:
            return self._tree
        return self._jobs.table if self.view == "jobs" else self._history

    @property
    def selection(self) -> Selection:
        focused = self.focused
        if isinstance(focused, RowList) and focused.id == "touched" and focused.cursor_row is not None:
            return Selection(job=focused.cursor_row)
        current = self.rows
        if isinstance(current, ResourceTree):
            return Selection(row=current.cursor_row)
        return Selection(job=current.cursor_row)

    def show_news(self, news: News) -> None:
        """Repaints what is on the screen and differs."""
        if in_sight(self):
            self._header.count()
            self._status.update()
            self._update(set(news.changed))

    def on_screen_resume(self) -> None:
        """Another screen hid this one, and the world went on."""
        self._header.count()
        self._status.update()
        self._update()

    def show_catalog(self, change: CatalogChanged) -> None:
        self._tree.update()
        self._detail.update(self._tree.cursor_row)
        self._status.update()
        self._filter.count()
        if self._new_awaited and not self._tree.touched and self.selection.source is not None:
            self.action_new()

    def _update(self, changed: set[str] | None = None) -> None:
        """Brings the present view up to date; ``changed`` None where anything may differ."""
        if self._tree.display:
            self._tree.update()
        if self.view == "browse":
            self._detail.update(self._tree.cursor_row)
        elif self.view == "jobs":
            self._jobs.update(changed)
        else:
            self._history.update(changed)
        self._filter.count()
        self._count_marks()

    def _count_marks(self) -> None:
        """How many jobs are marked; a mark that the filter hides is told of, for it still has its pane."""
        marks = self.board.marks
        hidden = len(marks - {job.id for job in self._jobs.table.rows}) if self.view == "jobs" else 0
        text = f"{len(marks)} marked" + (f", {hidden} hidden" if hidden else "")
        self._tabs.tell(text if marks and self.view == "jobs" else "")

    def _point(self) -> None:
        selection = self.selection
        protected = any(self.board.protected(selection.backend, name) for name in selection.names)
        self._header.point(selection.backend, protected=protected)

    # --- going somewhere

    def action_view(self, view: str) -> None:
        self._views.current = view
        for name in _HINTS:
            self._body.set_class(name == view, f"-{name}")
        self._tabs.light(view)
        self._hints.offer(_HINTS[view])
        lists: dict[str, ResourceTree | JobList] = {"browse": self._tree, "jobs": self._jobs.table}
        target = lists.get(view, self._history)
        self.set_focus(target)
        self._filter.serve(target)
        self._update()
        self._jobs.wind()
        self._point()

    def show_job(self, job_id: str) -> None:
        """Goes to a job in Jobs, past any filter."""
        self._jobs.table.needle = Needle()
        self.action_view("jobs")
        self._jobs.table.select(job_id)

    def show_resource(self, ref: ResourceRef) -> None:
        """Goes to a resource in Browse, past any filter."""
        self._tree.needle = Needle()
        self.action_view("browse")
        self._tree.reveal(ref)

    def on_view_tabs_chosen(self, event: ViewTabs.Chosen) -> None:
        self.action_view(event.view)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        if event.rows is self._tree and self.view == "browse":
            self._detail.update(self._tree.cursor_row)
        elif event.rows is self._jobs.table:
            self._jobs.choose_panes()
        self._point()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        if event.rows is not self._tree:
            self.app.push_screen(JobDetailScreen(self.board, str(event.key)))
        elif not self._tree.toggle() and self._tree.ref is not None and not self._detail.focus_jobs():
            self.notify("no job of the journal has touched it yet", markup=False, timeout=3)

    def on_descendant_focus(self) -> None:
        self._point()
        typing = self._filter.has_focus_within
        self._hints.offer(("filter.keep", "filter.clear") if typing else _HINTS[self.view])

    # --- keys

    def action_new(self) -> None:
        source = self.selection.source
        self._new_awaited = source is None and not self._tree.touched
        if self._new_awaited:
            self.notify("opens as soon as the list is here", markup=False, timeout=3)
        elif source is None:
            self.notify("select what to copy or fork first", severity="warning", markup=False, timeout=3)
        else:
            self._tree.touched = True
            self.post_message(LaunchWanted(source.backend, source.project, source.name))

    def action_mark(self) -> None:
        current = self.rows
        if isinstance(current, ResourceTree):
            current.toggle()
        elif self.view == "jobs" and current.cursor_row is not None:
            self.board.marks ^= {current.cursor_row.id}
            current.touch(current.cursor_row.id)
            current.action_move(1)
            self._jobs.choose_panes()
            self._count_marks()

    def action_filter(self) -> None:
        self._filter.ask(self.rows)

    def on_filter_bar_changed(self) -> None:
        self._update()

    def action_back(self) -> None:
        current = self.rows
        if current.needle:
            self._filter.serve(current)
            self._filter.clear()
        elif self.board.marks:
            self.board.marks.clear()
            self._jobs.table.refresh()
        elif self.focused is not current:
            current.focus()
        self._update()

    def action_refresh(self) -> None:
        """The selected branch is asked anew; with a shut journal, that is tried again as well."""
        selection = self.selection
        if selection.backend:
            self.post_message(RelistWanted(selection.backend, selection.project))

    def action_copy(self) -> None:
        clipping = self.selection.clipping()
        if clipping is not None:
            send(self.app, *clipping)
