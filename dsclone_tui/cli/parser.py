"""The command line as argparse sees it, put together from ``commands/``; importing it costs no command's work."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from dsclone_tui import __version__
from dsclone_tui.cli.commands import attach, clone, config, demo, jobs, ls, resume, sandbox, show, wait
from dsclone_tui.cli.options import add_global
from dsclone_tui.domain.errors import UsageError

COMMANDS = (ls, clone, attach, wait, resume, jobs, show, config, demo, sandbox)

_EPILOG = """\
references:  BACKEND:PROJECT/NAME, or BACKEND:NAME where the backend has one project
examples:    dsclone demo
             dsclone ls
             dsclone copy acme:zp7mbokg/production newfeature
             dsclone fork site:main qa --fast --json
"""


class _Parser(argparse.ArgumentParser):
    """Raises UsageError in place of printing and leaving, so that ``--json`` holds for usage errors too."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"{self.prog} --help tells more")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; ``command`` is None where the screen is meant. Raises UsageError."""
    return build().parse_args(argv)


def build() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dsclone",
        description="Clone content stores, watch every job, lose none. Without a command, the screen opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dsclone {__version__}")
    add_global(parser, main=True)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    for module in COMMANDS:
        module.add(commands)
    return parser
