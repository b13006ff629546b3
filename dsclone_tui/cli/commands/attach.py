"""``dsclone attach``: follows one job to its end, adopting it where it was started elsewhere."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, add_timeout, session_of


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("attach", help="follow one job to its end", allow_abbrev=False)
    parser.add_argument("job", metavar="JOB", help="local id, a prefix of it, or BACKEND:PROJECT/JOBID")
    add_timeout(parser)
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: follow_job(args, args.job))


async def follow_job(args: argparse.Namespace, job: str) -> int:
    """Follows the named job; ``copy`` and ``fork --attach`` are the same thing."""
    from dsclone_tui.cli.follow import Follower

    async with session_of(args, needs_backends=True) as session:
        engine = await session.engine(follow_all=False)
        follower = Follower(engine, as_json=args.json, timeout=args.timeout)
        record = await engine.attach(job)
        return await follower.run([record.id])
