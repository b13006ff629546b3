"""``dsclone demo``: the screen on a private sandbox. Declared here, opened by ``__main__``."""

from __future__ import annotations

from dsclone_tui.cli.options import Subparsers, add_global


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("demo", help="open the screen on a private sandbox", allow_abbrev=False)
    add_global(parser)
