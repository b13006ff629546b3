"""Where the files are, and who said so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from dsclone_tui.config.paths import Place, config_place, expand, journal_place
from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.errors import ConfigError

Loader = Callable[[str], Settings]
HOME = {"HOME": "/home/me"}


def test_config_by_option_by_variable_by_default() -> None:
    environ = {**HOME, "DSCLONE_CONFIG": "~/my.toml"}
    assert config_place("here.toml", environ) == Place(Path("here.toml"), "--config")
    assert config_place(Path("here.toml"), {}) == Place(Path("here.toml"), "--config")
    assert config_place(None, environ) == Place(Path("/home/me/my.toml"), "DSCLONE_CONFIG")
    assert config_place(None, {"DSCLONE_CONFIG": "rel.toml"}) == Place(Path("rel.toml"), "DSCLONE_CONFIG")
    default = Place(platformdirs.user_config_path("dsclone", appauthor=False) / "config.toml", "default")
    assert config_place(None, HOME) == config_place(None, {"DSCLONE_CONFIG": ""}) == default
    assert default.path.parts[-2:] == ("dsclone", "config.toml")


def test_only_a_default_place_may_be_empty() -> None:
    assert config_place("here.toml", {}).explicit
    assert config_place(None, {"DSCLONE_CONFIG": "x"}).explicit
    assert not config_place(None, {}).explicit


def test_journal_by_option_by_variable_by_file_by_default(load_text: Loader, config_path: Path) -> None:
    environ = {**HOME, "DSCLONE_JOURNAL": "~/j.sqlite3"}
    named = load_text("[journal]\npath = 'sub/journal.sqlite3'")
    assert journal_place("j", environ, named) == Place(Path("j"), "--journal")
    assert journal_place(None, environ, named) == Place(Path("/home/me/j.sqlite3"), "DSCLONE_JOURNAL")
    in_file = Place(config_path.parent / "sub" / "journal.sqlite3", str(config_path))
    assert journal_place(None, HOME, named) == journal_place(None, {"DSCLONE_JOURNAL": ""}, named) == in_file
    default = platformdirs.user_data_path("dsclone", appauthor=False) / "journal.sqlite3"
    assert journal_place(None, HOME, Settings()) == Place(default, "default")


def test_paths_in_the_file(load_text: Loader, config_path: Path) -> None:
    def journal(path: str) -> Path:
        return journal_place(None, HOME, load_text(f"[journal]\npath = '{path}'")).path

    assert journal("j") == config_path.parent / "j"
    assert journal("/var/j") == Path("/var/j")
    assert journal("~/j") == Path("/home/me/j")
    assert journal("~") == Path("/home/me")


def test_the_home_of_nobody() -> None:
    with pytest.raises(ConfigError, match="~no-such-user-here/j: no such home folder") as caught:
        expand("~no-such-user-here/j", Path(), HOME)
    assert caught.value.info.hint


def test_a_home_that_the_environment_does_not_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expand("~/j", Path("/elsewhere"), {}) == tmp_path / "j"
