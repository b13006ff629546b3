"""``dsclone resume``: settles and follows every open job of the journal until all have ended."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, add_timeout, session_of


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("resume", help="settle and follow every open job of the journal", allow_abbrev=False)
    add_timeout(parser)
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: _resume(args))


async def _resume(args: argparse.Namespace) -> int:
    from dsclone_tui.cli.follow import Follower

    async with session_of(args, needs_backends=True) as session:
        engine = await session.engine(follow_all=True)
        ids = engine.found_open
        if not ids:
            return 0
        code = await Follower(engine, as_json=args.json, timeout=args.timeout).run(ids)
        if len(ids) > 1 or code in (0, 1):
            return code
        return code if engine.jobs[ids[0]].open else 1
