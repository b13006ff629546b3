"""``dsclone show``: one record with every event observed."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, session_of


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("show", help="show one job with its events", allow_abbrev=False)
    parser.add_argument("job", metavar="JOB", help="local id, a prefix of it, or BACKEND:PROJECT/JOBID")
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: _show(args))


async def _show(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import output
    from dsclone_tui.domain.text import plain
    from dsclone_tui.engine.adopt import found_in

    async with session_of(args) as session:
        journal = await session.journal()
        record = await found_in(journal, args.job)
        events = await journal.events(record.id)
    if args.json:
        output.document({"job": record.to_json(), "events": [event.to_json() for event in events]})
        return 0
    for name, value in record.to_json().items():
        if value not in (None, {}):
            output.line(f"{name + ':':16} {plain(str(value), 400)}")
    output.line("events:")
    for event in events:
        words = [f"{name}={value}" for name, value in event.to_json().items() if name not in ("at", "kind")]
        output.line(f"  {event.to_json()['at']}  {event.kind:10}  {plain(' '.join(words), 300)}")
    return 0
