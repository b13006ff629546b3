"""``dsclone ls``: backends, then projects, then datasets or environments."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, session_of


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("ls", help="list backends, projects, datasets and environments", allow_abbrev=False)
    parser.add_argument("scope", metavar="REF", nargs="?", help="BACKEND or BACKEND:PROJECT; everything when left out")
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: _list(args))


async def _list(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import narrate, output
    from dsclone_tui.domain.refs import parse_scope

    async with session_of(args, needs_backends=True) as session:
        listings = await session.catalog.tree(parse_scope(args.scope))
    errors = [error for listing in listings if (error := listing.first_error())]
    if args.json:
        output.document({"backends": [listing.to_json() for listing in listings]})
    else:
        rows = [
            (f"{listing.name}:{entry.project.id}/{resource.name}", resource.kind, resource.summary, entry.project.title)
            for listing in listings
            for entry in listing.projects
            for resource in entry.resources
        ]
        output.table(rows, ("REFERENCE", "KIND", "STATE", "PROJECT"))
    for listing in listings:
        if error := listing.first_error():
            narrate.say(f"{listing.name}:")
            narrate.error(error.info)
    return errors[0].exit_code if errors else 0
