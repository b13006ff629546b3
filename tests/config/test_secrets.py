"""Tokens are fetched from where the configuration points, and never shown."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.config.load import parse
from dsclone_tui.config.schema import BackendSettings, Settings
from dsclone_tui.config.secrets import reference_problem, resolver
from dsclone_tui.domain.errors import ConfigError, ExitCode, NotPermittedError

Loader = Callable[[str], Settings]
Refusal = Callable[[str], ConfigError]
LITERALS = st.from_regex(r"\A[A-Za-z0-9_.:/+=-]{16,80}\Z")
NEVER = "skNEVERshowTHIS1234567890"


def test_a_variable_is_read_at_each_call() -> None:
    environ: dict[str, str] = {}
    token = resolver("env:MY_TOKEN", Path(), environ)
    environ["MY_TOKEN"] = " first\n"
    assert token() == "first"
    environ["MY_TOKEN"] = "second"
    assert token() == "second"


@pytest.mark.parametrize("place", ["token", "./sub/../token", "{folder}/token"])
def test_a_file_is_read_at_each_call(tmp_path: Path, place: str) -> None:
    (tmp_path / "sub").mkdir()
    token = resolver("file:" + place.format(folder=tmp_path), tmp_path, {})
    (tmp_path / "token").write_text("\n first \n")
    assert token() == "first"
    (tmp_path / "token").write_bytes(b"second\r\n")
    assert token() == "second"


def test_a_file_in_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("mine")
    assert resolver("file:~/token", Path("/elsewhere"), {"HOME": str(tmp_path)})() == "mine"


def missing(reference: str, folder: Path, environ: dict[str, str]) -> str:
    """The message about a token that cannot be had."""
    token = resolver(reference, folder, environ)
    with pytest.raises(NotPermittedError) as caught:
        token()
    error = caught.value
    assert error.info.code == "token_missing"
    assert error.exit_code == ExitCode.NOT_PERMITTED
    assert error.info.hint
    return error.message


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    assert missing("env:MY_TOKEN", tmp_path, {}) == "the environment variable MY_TOKEN is not set"


@pytest.mark.parametrize("value", ["", " ", "\n\t"])
def test_an_empty_token(tmp_path: Path, value: str) -> None:
    (tmp_path / "token").write_text(value)
    assert missing("env:T", tmp_path, {"T": value}) == "the environment variable T is empty"
    assert missing("file:token", tmp_path, {}) == f"{tmp_path / 'token'} is empty"


@pytest.mark.parametrize(
    "value", [f"{NEVER} {NEVER}", f"{NEVER}\n{NEVER}", f"{NEVER}\x00x", f"{NEVER}\x1b[1m", f"{NEVER}ä"]
)
def test_characters_that_no_token_has(tmp_path: Path, value: str) -> None:
    (tmp_path / "token").write_text(value)
    for message in (missing("env:T", tmp_path, {"T": value}), missing("file:token", tmp_path, {})):
        assert "characters that no token has" in message
        assert NEVER not in message


def test_files_that_hold_no_token(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "huge").write_bytes(b"x" * 100_000)
    os.mkfifo(tmp_path / "pipe")
    for name in ("binary", "huge"):
        assert "characters that no token has" in missing(f"file:{name}", tmp_path, {})
    for name in ("gone", "pipe", "."):
        assert "there is no such token file" in missing(f"file:{name}", tmp_path, {})


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "token").touch()
    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in missing("file:token", tmp_path, {})


@pytest.mark.parametrize("reference", ["env:A", "env:_a1", "file:token", "file:~/a b:c"])
def test_references(load_text: Loader, reference: str) -> None:
    assert reference_problem(reference) is None
    found = load_text(f'[backends.acme]\ntype = "sanity"\ntoken = "{reference}"')
    assert found.backends["acme"].token == reference


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("env:", "needs the name of an environment variable after env:"),
        ("env:1A", "needs the name of an environment variable after env:"),
        ("env:A B", "needs the name of an environment variable after env:"),
        ("file:", "needs a path after file:"),
        ("keyring:dsclone/me", "uses keyring:, which is not supported yet; write env:NAME or file:PATH"),
        ("command:pass show x", "uses command:, which is not supported yet; write env:NAME or file:PATH"),
        ("sanity-cli", "uses sanity-cli, which is not supported yet; write env:NAME or file:PATH"),
        ("datocms-cli", "uses datocms-cli, which is not supported yet; write env:NAME or file:PATH"),
        ("", "must say where the token is, not what it is; write env:NAME or file:PATH"),
        ("ENV:A", "must say where the token is, not what it is; write env:NAME or file:PATH"),
        (NEVER, "must say where the token is, not what it is; write env:NAME or file:PATH"),
    ],
)
def test_what_is_no_reference(refusal: Refusal, reference: str, problem: str) -> None:
    error = refusal(f'[backends.acme]\ntype = "sanity"\ntoken = "{reference}"')
    assert error.message.endswith(f":3: key backends.acme.token {problem}")
    with pytest.raises(ConfigError, match="a token ") as caught:
        resolver(reference, Path(), {})
    assert caught.value.message == f"a token {problem}"


def test_later_references_do_not_repeat_what_follows() -> None:
    assert NEVER not in str(reference_problem(f"command:echo {NEVER}"))
    assert NEVER not in str(reference_problem(f"keyring:{NEVER}"))
    assert NEVER not in str(reference_problem(f"env:{NEVER}!"))


def everything_said(error: BaseException) -> str:
    parts = traceback.format_exception(error)
    link: BaseException | None = error
    while link is not None:
        parts += [str(link), repr(link), repr(link.args), repr(vars(link))]
        link = link.__cause__ or link.__context__
    return "".join(parts)


@settings(deadline=None)
@given(literal=LITERALS, key=st.sampled_from([*BackendSettings.model_fields, "tokn", "x"]), listed=st.booleans())
def test_a_token_in_a_wrong_place_is_never_repeated(literal: str, key: str, listed: bool) -> None:
    value = f"['{literal}']" if listed else f"'{literal}'"
    fields = {"type": "'sanity'", "token": "'env:T'", key: value, "nope": "0"}
    text = "[backends.acme]\n" + "".join(f"{name} = {given_}\n" for name, given_ in fields.items())
    with pytest.raises(ConfigError) as caught:
        parse(text.encode(), Path("config.toml"))
    assert literal not in everything_said(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("text", [f"token = {NEVER}", f"token = '{NEVER}", f'token = "{NEVER}\\q"', f"token '{NEVER}'"])
def test_a_token_in_what_is_no_toml_is_never_repeated(refusal: Refusal, text: str) -> None:
    assert NEVER not in everything_said(refusal(text))
