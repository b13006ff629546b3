"""What a configuration may say, and what is said about one that cannot be used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsclone_tui.config.load import load, parse
from dsclone_tui.config.paths import Place
from dsclone_tui.config.schema import BackendSettings, JournalSettings, Settings, UiSettings
from dsclone_tui.domain.errors import ConfigError, ExitCode
from dsclone_tui.domain.policy import Guard

Loader = Callable[[str], Settings]
Refusal = Callable[[str], ConfigError]

FULL = """
[journal]
path = "journal.sqlite3"

[backends.acme]
type = "sanity"
token = "env:SANITY_AUTH_TOKEN"
projects = ["zp7mbokg"]
base_url = "http://127.0.0.1:4000/"
read_only = true
protected = ["production", "release-*"]

[backends.site]
type = "datocms"
token = "file:token"

[keys]
"app.quit" = "q,ctrl+q"

[ui]
theme = "my theme"
"""
BACKEND = '[backends.acme]\ntype = "sanity"\ntoken = "env:T"\n'
ARBITRARY = st.binary(max_size=200) | st.text(max_size=200).map(str.encode)
PIECES = st.lists(st.sampled_from([*FULL.splitlines(), *"[]{}=\"'.,\n\\#", "'''", '"""', "= 1", "1.5e", "\r\n"]))


def test_everything_that_can_be_set(load_text: Loader, config_path: Path) -> None:
    found = load_text(FULL)
    assert found.source == config_path
    assert found.folder == config_path.parent
    assert found.journal == JournalSettings(path="journal.sqlite3")
    assert list(found.backends) == ["acme", "site"]
    assert found.backends["acme"] == BackendSettings(
        type="sanity",
        token="env:SANITY_AUTH_TOKEN",
        projects=("zp7mbokg",),
        base_url="http://127.0.0.1:4000",
        read_only=True,
        protected=("production", "release-*"),
    )
    assert found.backends["acme"].guard == Guard(read_only=True, protected=("production", "release-*"))
    assert found.keys == {"app.quit": "q,ctrl+q"}
    assert found.ui == UiSettings(theme="my theme")


def test_an_empty_file_is_all_defaults(load_text: Loader, config_path: Path) -> None:
    found = load_text("")
    assert found.model_dump() == Settings().model_dump()
    assert found.backends == {}
    assert found.source == config_path


def test_a_missing_default_file_is_all_defaults(config_path: Path) -> None:
    found = load(Place(config_path, "default"))
    assert found == Settings()
    assert found.source is None


@pytest.mark.parametrize("origin", ["--config", "DSCLONE_CONFIG"])
def test_a_missing_file_that_somebody_named(config_path: Path, origin: str) -> None:
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load(Place(config_path, origin))
    assert str(config_path) in caught.value.message
    assert origin in caught.value.message
    assert caught.value.info.code == "config_missing"
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_folder(tmp_path: Path) -> None:
    for origin in ("--config", "default"):
        with pytest.raises(ConfigError, match="cannot be read: Is a directory") as caught:
            load(Place(tmp_path, origin))
        assert str(tmp_path) in caught.value.message
        assert caught.value.info.hint


def test_a_path_through_a_file(config_path: Path) -> None:
    config_path.touch()
    with pytest.raises(ConfigError, match="Not a directory"):
        load(Place(config_path / "config.toml", "default"))


def test_no_path_at_all() -> None:
    with pytest.raises(ConfigError, match="that is no path"):
        load(Place(Path("nul\0l"), "--config"))


@pytest.fixture
def forbidden() -> Iterator[Path]:
    """A file that may not be read, seen as an ordinary user even where root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    file = folder / "config.toml"
    file.touch(mode=0o000)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield file
    if was_root:
        os.seteuid(0)
    file.unlink()
    folder.rmdir()


def test_a_file_that_may_not_be_read(forbidden: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load(Place(forbidden, "default"))


def test_a_file_that_is_far_too_large(config_path: Path) -> None:
    config_path.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        load(Place(config_path, "--config"))


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[journl]\npath = 'x'\n", 1, "journl is not known; the nearest is journal"),
        ("[journal]\n\nfile = 'x'\n", 3, "journal.file is not known; the nearest is path"),
        ("[ui]\ncolour = 'x'\n", 2, "ui.colour is not known; the nearest is theme"),
        (BACKEND + "protectd = []\n", 4, "backends.acme.protectd is not known; the nearest is protected"),
        (
            '[backends.acme]\ntype = "sanity"\ntokn = "env:T"\n',
            3,
            "backends.acme.tokn is not known; the nearest is token",
        ),
        ("ui = {theme = 'x', thme = 'y'}\n", 1, "ui.thme is not known; the nearest is theme"),
        (
            '\n[backends.acme]\ntype = "sanitty"\ntoken = "env:T"\n',
            3,
            "backends.acme.type names no vendor; the nearest is sanity",
        ),
        (
            '\n[backends.acme]\ntype = "dato"\ntoken = "env:T"\n',
            3,
            "backends.acme.type names no vendor; the nearest is datocms",
        ),
        ('\n\n[backends.acme]\ntype = "sanity"\n', 3, "backends.acme.token is missing"),
        ('[backends.acme]\ntype = 5\ntoken = "env:T"\n', 2, "backends.acme.type names no vendor"),
        (BACKEND + 'read_only = "yes"\n', 4, "backends.acme.read_only must be true or false"),
        (BACKEND + "read_only = 1\n", 4, "backends.acme.read_only must be true or false"),
        (BACKEND + 'projects = "a"\n', 4, "backends.acme.projects must be a list"),
        (BACKEND + "projects = [\n'a',\n3]\n", 4, "backends.acme.projects must be a string"),
        (BACKEND + 'projects = ["a/b"]\n', 4, "backends.acme.projects must be a project id"),
        (BACKEND + 'protected = [""]\n', 4, "backends.acme.protected must not be empty"),
        ("backends = 3\n", 1, "backends must be a table"),
        ("[backends]\nacme = 3\n", 2, "backends.acme must be a table"),
        ("[[journal]]\n", 1, "journal must be a table"),
        ('[backends."a b"]\ntype = "sanity"\ntoken = "env:T"\n', 1, 'backends."a b" is no backend name'),
        ('[journal]\npath = ""\n', 2, "journal.path is no path"),
        ('[journal]\npath = "a\\u0000b"\n', 2, "journal.path is no path"),
        ("[keys]\nquit = ['q']\n", 2, "keys.quit must be a string"),
        ('[keys]\n"a.b" = ""\n', 2, 'keys."a.b" must not be empty'),
        ("[ui]\ntheme = ''\n", 2, "ui.theme must not be empty"),
    ],
)
def test_what_is_wrong_and_where(refusal: Refusal, config_path: Path, text: str, line: int, problem: str) -> None:
    error = refusal(text)
    assert error.message.startswith(f"{config_path}:{line}: key {problem}")
    assert error.exit_code == ExitCode.USAGE


def test_a_misspelt_key_is_told_before_the_missing_one_and_the_rest_is_counted(refusal: Refusal) -> None:
    error = refusal('[backends.acme]\ntype = "sanity"\n[backends.site]\ntype = "datocms"\ntokem = "env:T"\n')
    assert ":5: key backends.site.tokem is not known; the nearest is token (and 2 more)" in error.message
    assert error.info.hint == "Known here: type, token, projects, base_url, read_only, protected."


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a = \n", 1),
        (b"[ui]\ntheme = 'x\n", 2),
        (b"[ui]\ntheme = x\n", 2),
        (b"[ui]\r\ntheme = 'a'\r\ntheme = 'b'\r\n", 3),
        (b"[ui]\n\n[ui]\n", 3),
        (b"[ui\n", 1),
        (b"# fine\nx = [\n1,\n", 3),
        (b"# fine\nx = '''\n\n", 2),
        (b"[ui]\ntheme = '\xff'", 2),
        (b"\xff\xfe[\x00u\x00i\x00]\x00", 1),
    ],
)
def test_what_is_no_toml_names_the_line(config_path: Path, content: bytes, line: int) -> None:
    config_path.write_bytes(content)
    with pytest.raises(ConfigError, match="this is not") as caught:
        load(Place(config_path, "--config"))
    assert caught.value.message.startswith(f"{config_path}:{line}: ")
    assert caught.value.info.hint


@pytest.mark.parametrize(
    "content",
    [
        b"x = " + b"[" * 100_000,
        b"x = " + b"{a=" * 100_000,
        b"x = " + b"9" * 100_000,
        b"x = 2026-99-99",
        b"a." * 1500 + b"a = 1",
    ],
)
def test_monsters(content: bytes) -> None:
    with pytest.raises(ConfigError):
        parse(content, Path("config.toml"))


def test_a_byte_order_mark_is_no_error(config_path: Path) -> None:
    config_path.write_bytes(b"\xef\xbb\xbf[ui]\r\ntheme = 'x'\r\n")
    assert load(Place(config_path, "--config")).ui.theme == "x"


def outcome(content: bytes) -> Settings | ConfigError:
    try:
        return parse(content, Path("config.toml"))
    except ConfigError as error:
        return error


@settings(deadline=None)
@given(ARBITRARY | PIECES.map("\n".join).map(str.encode) | PIECES.map("".join).map(str.encode))
@example(FULL.encode())
def test_any_bytes_give_settings_or_a_config_error(content: bytes) -> None:
    found = outcome(content)
    if isinstance(found, ConfigError):
        assert found.message.startswith("config.toml")
        assert found.__cause__ is found.__context__ is None


def test_settings_are_frozen_and_comparable(load_text: Loader) -> None:
    assert load_text(FULL) == load_text(FULL)
    assert load_text(FULL) != load_text(FULL.replace("my theme", "another"))
    with pytest.raises(ValueError, match="frozen"):
        load_text(FULL).ui = UiSettings()
