"""The app around the views: welcome, quitting, help, palette, themes, keys, hostile text, plain terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from rich.cells import cell_len
from textual.theme import BUILTIN_THEMES

from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.resources import Resource
from dsclone_tui.domain.states import JobState
from dsclone_tui.tui import paint
from dsclone_tui.tui.actions import REGISTRY, SCOPES
from dsclone_tui.tui.app import DscloneApp
from dsclone_tui.tui.cells import Tone

from .conftest import Sit
from .fakes import FakeBackend, FakeJournal, StubSession, job

Size = tuple[int, int]
HOSTILE = "[bold]x[/] [link='y'] \x1b[31mred\x1b[0m \u202egnp\u202c 日本語データ 👩‍🚀🚀 \u200bé\nnext"


@pytest.mark.parametrize(("key", "outcome"), [("d", "demo"), ("c", "config-init"), ("q", 0), ("ctrl+c", 0)])
async def test_without_backends_the_welcome_screen_offers_two_ways(
    sit: Sit, size: Size, key: str, outcome: str | int
) -> None:
    async with sit(size, backends=[]) as seat:
        await seat.sees("No backend is configured yet.")
        assert seat.line_with("d", "demo")
        assert seat.line_with("c", "configuration")
        await seat.press(key)
        await seat.until(lambda: seat.app.return_value == outcome, "the app to leave")


async def test_q_leaves_at_once_when_nothing_is_open(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("done", JobState.COMPLETED))
    async with sit() as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("q")
        await seat.until(lambda: seat.app.return_value == 0, "the app to leave")


@pytest.mark.parametrize("leave", [("q", "q"), ("ctrl+c", "ctrl+c"), ("q", "right", "enter"), ("q", "tab", "enter")])
async def test_quitting_asks_when_jobs_are_open(sit: Sit, journal: FakeJournal, leave: tuple[str, ...]) -> None:
    journal.put(job("one"))
    journal.put(job("two"))
    async with sit() as seat:
        await seat.sees("2 running")
        await seat.press("q")
        await seat.sees("2 jobs are open:")
        await seat.sees("They go on at the server")
        await seat.press("enter")
        await seat.sees_no_more("2 jobs are open:")
        assert seat.app.return_value is None, "Cancel had the focus"
        await seat.press(*leave)
        await seat.until(lambda: seat.app.return_value == 0, "the app to leave")


async def test_ctrl_c_asks_over_a_form_too(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("one"))
    async with sit() as seat:
        await seat.sees("1 running")
        await seat.press("n")
        await seat.sees("From")
        await seat.press("ctrl+c")
        await seat.sees("One job is open:")
        await seat.press("escape")
        await seat.sees("From")


async def test_the_help_lists_every_entry_of_the_registry(sit: Sit) -> None:
    async with sit((200, 90)) as seat:
        await seat.sees("▌", "production")
        await seat.press("question_mark")
        await seat.sees("Everywhere")
        text = seat.text()
        assert [title for title in SCOPES.values() if title not in text] == []
        assert [action.id for action in REGISTRY if action.id not in text] == []
        await seat.press("escape")
        await seat.sees_no_more("Everywhere")


async def test_the_help_fits_every_size(sit: Sit, size: Size) -> None:
    async with sit(size) as seat:
        await seat.sees("▌", "production")
        await seat.press("question_mark")
        await seat.sees("Backends, projects and what")
        assert "…" not in seat.text(), "no word is cut"
        await seat.press("q")
        await seat.sees_no_more("Everywhere")
        assert seat.app.return_value is None


async def test_keys_are_remapped_and_shown_as_they_are(sit: Sit) -> None:
    settings = Settings.model_validate({"keys": {"view.jobs": "f2", "main.new": "c, ctrl+n", "no.such": "x"}})
    async with sit(settings=settings) as seat:
        await seat.sees("▌", "production")
        assert seat.line_with("1 Browse", "f2 Jobs")
        assert seat.line_with("c new")
        assert seat.line_with("✗ config: [keys] no.such is no binding")
        await seat.press("f2")
        await seat.sees("no jobs yet")
        await seat.press("1", "c")
        await seat.sees("From")
        await seat.press("escape", "2", "n")
        await seat.sees_no_more("From")
        assert not seat.line_with("no jobs yet")


@pytest.mark.parametrize("opening", ["colon", "ctrl+p"])
async def test_the_palette_finds_actions_resources_and_jobs(sit: Sit, journal: FakeJournal, opening: str) -> None:
    journal.put(job("feature-[login]", JobState.COMPLETED, 100.0))
    async with sit() as seat:
        await seat.sees("1 done today")
        await seat.press(opening)
        await seat.sees("Search for commands…")
        await seat.type("history")
        await seat.sees("What has ended, newest first")
        await seat.press("enter")
        await seat.sees("FINISHED")
        await seat.press(opening)
        await seat.type("p1/staging")
        await seat.sees("acme:p1/staging")
        await seat.press("down", "enter")
        await seat.sees("▌", "staging")
        await seat.press(opening)
        await seat.type("feature")
        await seat.sees("production → feature-[login] completed")
        await seat.press("down", "enter")
        await seat.sees("▌", "✓ completed")


@pytest.mark.parametrize("theme", ["dsclone-dark", "dsclone-light", *BUILTIN_THEMES])
def test_every_theme_has_the_colours_of_our_stylesheets(theme: str, stub: Callable[..., StubSession]) -> None:
    app = DscloneApp(stub(settings=Settings.model_validate({"ui": {"theme": theme}})))
    assert app.theme == theme
    app.stylesheet.read_all(app.css_path)
    app.stylesheet.parse()
    assert set(paint.palette(app.get_css_variables()).tones) == set(get_args(Tone)) - {""}


async def test_an_unknown_theme_is_told_of_and_replaced(sit: Sit) -> None:
    async with sit(settings=Settings.model_validate({"ui": {"theme": "no-such"}})) as seat:
        await seat.sees("there is no theme 'no-such'; using dsclone-dark")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 45)])
async def test_hostile_text_is_only_text_and_columns_stay_aligned(
    sit: Sit, journal: FakeJournal, backend: FakeBackend, size: Size
) -> None:
    backend.listed["p1"] = [Resource(HOSTILE, "dataset", status=HOSTILE, facts={HOSTILE: HOSTILE})]
    journal.put(job("tame", JobState.RUNNING, 50.0, source="plain"))
    journal.put(job(HOSTILE, JobState.RUNNING, 50.0, source=HOSTILE))
    async with sit(size) as seat:
        await seat.sees("[bold]x[/]")
        assert not {"\x1b", "\u202e", "\u200b", "\n"} & set("".join(seat.lines()))
        assert all(cell_len(line) <= size[0] for line in seat.lines())
        await seat.press("y", "n")
        await seat.sees("From", "[bold]x[/]")
        await seat.press("escape", "2")
        await seat.sees("50 %", "tame")
        table = [line for line in seat.lines() if "● running" in line and "50 %" in line]
        columns = {cell_len(line[: line.rindex("50 %")]) for line in table}
        assert len(columns) == 1
        await seat.press("enter")
        await seat.sees("dsclone attach")


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TERM", "linux")
    paint.draws_pictures.cache_clear()
    yield
    paint.draws_pictures.cache_clear()


@pytest.mark.usefixtures("plain_terminal")
async def test_a_plain_terminal_gets_plain_signs(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("feature", JobState.RUNNING, 50.0))
    async with sit() as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("2")
        await seat.sees("* running", "production > feature", "===")
        table = [line for line in seat.lines() if "running" in line]
        assert all(line.isascii() for line in table)


async def test_without_colour_signs_and_words_are_enough(
    sit: Sit, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    journal.put(job("feature", JobState.RUNNING, 50.0))
    async with sit() as seat:
        assert seat.app.no_color
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("2", "space")
        await seat.sees("▌◆ ● running", "production → feature")


async def test_another_size_is_drawn_while_jobs_run(sit: Sit, journal: FakeJournal) -> None:
    journal.put(job("feature", JobState.RUNNING, 50.0))
    async with sit((200, 60)) as seat:
        await seat.until(lambda: seat.app.board.engine, "the journal")
        await seat.press("2")
        await seat.sees("▾ acme", "STATE", "ELAPSED")
        for wide, high in ((60, 15), (80, 24), (140, 40), (200, 60)):
            await seat.pilot.resize_terminal(wide, high)
            await seat.sees("● running", "feature", "50 %")
            await (seat.sees if wide >= 140 else seat.sees_no_more)("▾ acme")
            assert all(cell_len(line) <= wide for line in seat.lines())


@pytest.mark.parametrize(
    "key", ["n", "slash", "y", "r", "space", "enter", "escape", "2", "3", "question_mark", "colon"]
)
async def test_no_key_is_a_trap_while_there_is_nothing(sit: Sit, backend: FakeBackend, key: str) -> None:
    backend.listed.clear()
    async with sit((80, 24)) as seat:
        await seat.sees("no projects")
        for view in ("1", "2", "3"):
            await seat.press(view, "j", "G", "pageup", key, "escape", "escape")
        await seat.press("1")
        await seat.sees("vendor", "Fake")
