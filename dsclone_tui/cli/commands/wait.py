"""``dsclone wait``: follows several jobs until all, or any, have ended."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, add_timeout, session_of


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("wait", help="follow several jobs", allow_abbrev=False)
    parser.add_argument("jobs", metavar="JOB", nargs="+", help="as for attach")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--all", dest="until", action="store_const", const="all", default="all", help="until all ended")
    how.add_argument("--any", dest="until", action="store_const", const="any", help="until one ended")
    how.add_argument(
        "--fail-fast", dest="until", action="store_const", const="fail-fast", help="until one failed or all ended"
    )
    add_timeout(parser)
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: _wait(args))


async def _wait(args: argparse.Namespace) -> int:
    from dsclone_tui.cli.follow import Follower, Until

    async with session_of(args, needs_backends=True) as session:
        engine = await session.engine(follow_all=False)
        follower = Follower(engine, as_json=args.json, timeout=args.timeout, until=Until(args.until))
        records = [await engine.attach(job) for job in args.jobs]
        return await follower.run(list(dict.fromkeys(record.id for record in records)))
