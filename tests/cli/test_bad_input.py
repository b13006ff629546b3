"""Whatever is wrong, a clear message, the right exit code and no traceback (which ``ended`` looks for)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dsclone_tui.sandbox.embedded import Box


@asynccontextmanager
async def _html_server() -> AsyncIterator[str]:
    """A server that takes every request for a wish to read its home page."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b"<html><body>\x1b[31mWelcome to nginx!</body></html>"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


def _config(folder: Path, base_url: str, token: str = "file:token") -> Path:
    (folder / "token").write_text("sk-planted-secret\n")
    config = folder / "config.toml"
    config.write_text(
        f'[journal]\npath = "journal.sqlite3"\n'
        f'[backends.sanity]\ntype = "sanity"\ntoken = "{token}"\nbase_url = "{base_url}"\n'
        f'[backends.datocms]\ntype = "datocms"\ntoken = "{token}"\nbase_url = "{base_url}"\n'
    )
    return config


COPY = ("copy", "sanity:zp7mbokg/production", "new")
FORK = ("fork", "datocms:main", "new")


async def test_a_typo_in_the_configuration_is_named_with_its_line(dsclone: Any, tmp_path: Path) -> None:
    config = _config(tmp_path, "http://127.0.0.1:1")
    config.write_text(config.read_text().replace("base_url", "base_ulr", 1))
    done = await dsclone(config, "ls")
    assert done.code == 2
    assert f"{config}:6" in done.err
    assert "base_ulr" in done.err
    assert "base_url" in done.err, "the nearest valid key"


async def test_a_literal_token_is_refused_and_not_repeated(dsclone: Any, tmp_path: Path) -> None:
    done = await dsclone(_config(tmp_path, "http://127.0.0.1:1", token="skVerySecretToken"), "ls", "--json")
    assert done.code == 2
    assert "env:" in done.err
    assert "skVerySecretToken" not in done.err + done.out


async def test_no_configuration_is_a_usage_error(dsclone: Any, tmp_path: Path) -> None:
    assert (await dsclone(tmp_path / "nosuch.toml", "ls")).code == 2
    done = await dsclone(None, "ls")
    assert done.code == 2
    assert "dsclone demo" in done.err


@pytest.mark.parametrize("argv", [("ls",), COPY, FORK])
async def test_a_wrong_token_is_4(box: Box, dsclone: Any, tmp_path: Path, argv: tuple[str, ...]) -> None:
    done = await dsclone(_config(tmp_path, box.origin), *argv, "--json")
    assert done.code == 4, done.err
    assert "not_authenticated" in done.out
    assert "sk-planted-secret" not in done.out + done.err


async def test_a_token_that_is_not_set_is_4_and_says_where(dsclone: Any, tmp_path: Path) -> None:
    done = await dsclone(_config(tmp_path, "http://127.0.0.1:1", token="env:NO_SUCH_TOKEN"), *COPY)
    assert done.code == 4
    assert "NO_SUCH_TOKEN" in done.err


@pytest.mark.parametrize("argv", [("ls",), FORK])
async def test_a_server_that_answers_html_is_9(dsclone: Any, tmp_path: Path, argv: tuple[str, ...]) -> None:
    async with _html_server() as origin:
        done = await dsclone(_config(tmp_path, origin), *argv)
    assert done.code == 9, done.err
    assert "\x1b" not in done.err


async def test_a_start_answered_with_html_is_not_taken_for_started(dsclone: Any, tmp_path: Path) -> None:
    async with _html_server() as origin:
        done = await dsclone(_config(tmp_path, origin), *COPY, "--detach", "--json")
    assert done.code == 9, done.err
    assert done.document["job"]["state"] == "unconfirmed"


@pytest.mark.parametrize("argv", [("ls",), COPY, FORK])
async def test_a_server_that_is_not_there_is_9(dsclone: Any, tmp_path: Path, argv: tuple[str, ...]) -> None:
    done = await dsclone(_config(tmp_path, "http://127.0.0.1:1"), *argv, "--json")
    assert done.code == 9, done.err
    assert "127.0.0.1:1" in done.err


@pytest.mark.parametrize("what", ["damaged", "folder"])
async def test_an_unusable_journal_is_2_and_nothing_is_started(
    box: Box, dsclone: Any, tmp_path: Path, what: str
) -> None:
    journal = tmp_path / "journal.sqlite3"
    if what == "folder":
        journal.mkdir()
    else:
        journal.write_bytes(b"this is not a database, whatever its name says" * 100)
    done = await dsclone(box, "--journal", str(journal), *COPY, "--json")
    assert done.code == 2, done.err
    assert str(journal) in done.err
    assert box.starts == []


async def test_unknown_commands_and_options_are_2(dsclone: Any) -> None:
    assert (await dsclone(None, "clone")).code == 2
    assert (await dsclone(None, "ls", "--nosuch", "--json")).document["error"]["code"] == "usage"


async def test_the_log_tells_the_story_and_is_for_its_owner_alone(box: Box, dsclone: Any, tmp_path: Path) -> None:
    log = tmp_path / "dsclone.log"
    done = await dsclone(box, "--log-file", str(log), *COPY)
    assert done.code == 0
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text()
    assert "submitted" in text
    assert box.sanity_token not in text
    assert "submitted" not in done.err
    assert "submitted" in (await dsclone(box, "-v", "copy", "sanity:zp7mbokg/staging", "more")).err
    assert (await dsclone(box, "--log-file", str(tmp_path), "ls")).code == 2
