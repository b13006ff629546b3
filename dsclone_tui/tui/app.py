"""The app: wiring, themes, who hears what, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.command import Provider
from textual.screen import Screen
from textual.types import CSSPathType

from dsclone_tui.domain.jobs import JobRecord
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.engine.publish import News
from dsclone_tui.session import Session
from dsclone_tui.tui import themes
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.bridge import follow
from dsclone_tui.tui.commands import ActionsProvider, ThingsProvider
from dsclone_tui.tui.listings import Lister
from dsclone_tui.tui.messages import CatalogChanged, JobsChanged, LaunchWanted, RelistWanted
from dsclone_tui.tui.screens.help import HelpScreen
from dsclone_tui.tui.screens.launch import LaunchScreen
from dsclone_tui.tui.screens.main import MainScreen
from dsclone_tui.tui.screens.quit import QuitScreen
from dsclone_tui.tui.screens.welcome import WelcomeScreen

Outcome = int | str


@runtime_checkable
class Listener(Protocol):
    """A screen that wants to hear of changes, whether it lies on top or below a dialog."""

    def show_news(self, news: News) -> None: ...

    def show_catalog(self, change: CatalogChanged) -> None: ...


class DscloneApp(App[Outcome], inherit_bindings=False):
    """Runs on a session that it neither opens nor closes; exits with an exit code, or with what was chosen."""

    TITLE = "dsclone"
    BINDINGS = bindings("app")
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionsProvider, ThingsProvider}
    # Textual declares these two as instance variables
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    CSS_PATH: ClassVar[CSSPathType] = [
        "styles/base.tcss",
        "styles/main.tcss",
        "styles/dialogs.tcss",
        "styles/launch.tcss",
        "styles/detail.tcss",
        "styles/palette.tcss",
    ]

    def __init__(self, session: Session) -> None:
        self.board = Board(session)
        self._lister = Lister(session.catalog, self.board.listings, self.post_message)
        super().__init__()
        for theme in themes.OURS:
            self.register_theme(theme)
        wanted = session.settings.ui.theme
        self._theme_problem = "" if wanted in self.available_themes else f"there is no theme {wanted!r}"
        self.theme = themes.DARK.name if self._theme_problem else wanted
        self.animation_level = "none"
        self.set_keymap(self.board.keymap.changed)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.own_colours(self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self.board) if self.board.session.backends else WelcomeScreen(self.board.keymap)

    # --- work

    def on_mount(self) -> None:
        if self._theme_problem:
            self.notify(f"{self._theme_problem}; using {self.theme}", severity="warning", markup=False)
        if self.board.session.backends:
            self.call_after_refresh(self._start_work)

    def _start_work(self) -> None:
        """After the first paint: the journal and the servers are asked side by side."""
        for name in self.board.session.backends:
            self._list_backend(name)
        self._open_journal()

    def _open_journal(self) -> None:
        self.run_worker(follow(self.board, self.post_message), name="follow", group="engine", exclusive=True)

    def _list_backend(self, name: str) -> None:
        self.run_worker(self._lister.backend(name), name=f"list {name}", group=f"catalog {name}", exclusive=True)

    def _list_project(self, backend: str, project: str) -> None:
        work = self._lister.project(backend, project)
        self.run_worker(work, name=f"list {project}", group=f"catalog {backend} {project}", exclusive=True)

    # --- news

    def _listeners(self) -> list[Listener]:
        """Screens that can still be drawn: at the end news may come while they are taken down."""
        return [screen for screen in self.screen_stack if isinstance(screen, Listener) and screen.is_running]

    def on_jobs_changed(self, event: JobsChanged) -> None:
        for job in self.board.note(event.news):
            self._list_project(job.request.backend, job.request.project)
        for screen in self._listeners():
            screen.show_news(event.news)

    def on_catalog_changed(self, event: CatalogChanged) -> None:
        for screen in self._listeners():
            screen.show_catalog(event)

    def on_relist_wanted(self, event: RelistWanted) -> None:
        if self.board.shut is not None:
            self.board.opening_again()
            self._open_journal()
        if event.project is None:
            self._list_backend(event.backend)
        else:
            self._list_project(event.backend, event.project)

    def on_launch_wanted(self, event: LaunchWanted) -> None:
        if event.backend not in self.board.session.backends:
            self.notify(f"no backend {event.backend} is configured", severity="warning", markup=False)
            return
        source = ResourceRef(event.backend, event.project, event.source)
        self.push_screen(LaunchScreen(self.board, source), self._launched)

    def _launched(self, job: JobRecord | None) -> None:
        if job is None:
            return
        self._list_project(job.request.backend, job.request.project)
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen):
                screen.show_job(job.id)

    # --- keys

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.board.keymap))

    async def action_quit(self) -> None:
        """Leaves at once where nothing is open, or when asked a second time."""
        if isinstance(self.screen, QuitScreen) or not self.board.open_jobs():
            self.exit(0)
        else:
            self.push_screen(QuitScreen(self.board.open_jobs()), self._answered_quit)

    def _answered_quit(self, yes: bool | None) -> None:
        if yes:
            self.exit(0)
