"""The options that every command shares, and the session they lead to."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from dsclone_tui.domain.durations import parse_duration
from dsclone_tui.domain.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from dsclone_tui.session import Session

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Subparsers = object


def add_global(parser: argparse.ArgumentParser, *, main: bool = False) -> None:
    """Global options, accepted before the command and after it; the later one wins."""
    missing = None if main else argparse.SUPPRESS
    off = False if main else argparse.SUPPRESS
    group = parser.add_argument_group("global options")
    group.add_argument("--config", metavar="PATH", default=missing, help="configuration file (DSCLONE_CONFIG)")
    group.add_argument("--journal", metavar="PATH", default=missing, help="journal file (DSCLONE_JOURNAL)")
    group.add_argument("--read-only", action="store_true", default=off, help="start and change nothing")
    group.add_argument("--log-file", metavar="PATH", default=missing, help="write a log there (mode 0600)")
    group.add_argument("-v", "--verbose", action="store_true", default=off, help="tell more on stderr")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON on stdout")


def add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout", type=_duration, metavar="DURATION", help="stop watching after 90s, 5m, 2h …; the job goes on"
    )


@asynccontextmanager
async def session_of(args: argparse.Namespace, *, needs_backends: bool = False) -> AsyncIterator[Session]:
    """The session that the global options describe, closed at the end.

    Raises ConfigError, also where ``needs_backends`` and none is configured.
    """
    from dsclone_tui.session import make_session

    session = make_session(config=args.config, journal=args.journal, read_only=args.read_only, environ=os.environ)
    if needs_backends and not session.backends:
        raise ConfigError(
            "no backend is configured",
            code="no_backends",
            hint=f"write one into {session.config_path}, or try the sandbox: dsclone demo",
        )
    try:
        yield session
    finally:
        await session.aclose()


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(f"{error.message}: {error.info.hint}") from error
