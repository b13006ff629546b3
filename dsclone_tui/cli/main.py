"""Parses a command line, runs its command, and turns every failure into a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from dsclone_tui.domain.errors import DscloneError, ExitCode


class Screen(Protocol):
    """Opens the TUI on a configuration and a journal; returns its exit code."""

    def __call__(self, config: str | None, journal: str | None, *, read_only: bool) -> int: ...


def guarded(argv: Sequence[str], *, screen: Screen, demo: Callable[[], int]) -> int:
    """Runs the command line; ``screen`` and ``demo`` open the TUI, to which this room has no door of its own."""
    from dsclone_tui.cli.parser import parse

    try:
        args = parse(argv)
        on_screen = args.command in (None, "demo")
        if args.log_file or args.verbose or on_screen:
            from dsclone_tui.cli import logs

            logs.set_up(log_file=args.log_file, verbose=args.verbose, on_screen=on_screen)
        if args.command is None:
            return screen(args.config, args.journal, read_only=args.read_only)
        if args.command == "demo":
            return demo()
        result: int = args.run(args)
        return int(result)
    except DscloneError as error:
        return _failed(error, as_json="--json" in argv)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # the reader went away: nothing more can be said, and the interpreter must not try at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.JOB_NOT_COMPLETED


def _failed(error: DscloneError, *, as_json: bool) -> int:
    from dsclone_tui.cli import narrate, output

    if as_json:
        output.failure(error.info)
    narrate.error(error.info)
    return error.exit_code
