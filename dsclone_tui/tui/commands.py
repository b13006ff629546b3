"""The command palette: our actions, and every resource and job by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Matcher, Provider
from textual.content import Content

from dsclone_tui.domain.text import plain
from dsclone_tui.tui.actions import REGISTRY
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.screens.main import MainScreen

Found = tuple[str, str, Callable[[], object]]

# Jobs that are searched, newest first; History has them all.
JOBS_SEARCHED = 200


def lit(matcher: Matcher, title: str) -> Content:
    """The title with its matching letters lit; never read as markup, for it may come from a server."""
    content = Content(title)
    style = matcher.match_style
    if style is None:
        return content
    _, offsets = matcher.fuzzy_search.match(matcher.query, title)
    for offset in offsets:
        content = content.stylize(style, offset, offset + 1)
    return content


class ActionsProvider(Provider):
    """Actions of the registry that make sense without a key."""

    async def discover(self) -> Hits:
        for title, text, run in self._actions():
            yield DiscoveryHit(title, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, text, run in self._actions():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, lit(matcher, title), run, help=text)

    def _actions(self) -> Iterator[Found]:
        screen = self.screen
        for action in REGISTRY:
            if action.palette and (action.scope == "app" or isinstance(screen, MainScreen)):
                target = self.app if action.scope == "app" else screen
                yield action.title.capitalize(), action.help, partial(self.app.run_action, action.run, target)


class ThingsProvider(Provider):
    """Resources, which Browse then shows, and jobs, which Jobs then shows."""

    async def search(self, query: str) -> Hits:
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return
        matcher = self.matcher(query)
        for title, text, run in things(screen.board, screen):
            if (score := matcher.match(title)) > 0:
                yield Hit(score, lit(matcher, title), run, help=text)


def things(board: Board, screen: MainScreen) -> Iterator[Found]:
    for ref in board.listings.refs():
        yield plain(str(ref), 300), "Show it in Browse", partial(screen.show_resource, ref)
    for job in board.ordered()[:JOBS_SEARCHED]:
        request = job.request
        title = plain(f"{request.source} → {request.target} {job.state.value}", 300)
        yield title, "Show this job", partial(screen.show_job, job.id)
