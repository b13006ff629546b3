"""``dsclone config``: where the configuration is, a first one, and whether it can be read."""

from __future__ import annotations

import argparse
import os

from dsclone_tui.cli.options import Subparsers, add_global


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("config", help="find, make or check the configuration", allow_abbrev=False)
    add_global(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text, action in (
        ("path", "print where the configuration is looked for", _path),
        ("init", "write a commented example there", _init),
        ("check", "read it, and say what is wrong with it", _check),
    ):
        one = actions.add_parser(name, help=text, allow_abbrev=False)
        add_global(one)
        one.set_defaults(run=action)


def _path(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import output
    from dsclone_tui.config.paths import config_place

    output.line(str(config_place(args.config, os.environ).path))
    return 0


def _init(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import narrate
    from dsclone_tui.config.example import write_example
    from dsclone_tui.config.paths import config_place

    path = config_place(args.config, os.environ).path
    write_example(path)
    narrate.say(f"Wrote {path}. Name your backends in it, then: dsclone ls")
    return 0


def _check(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import narrate
    from dsclone_tui.config.load import load
    from dsclone_tui.config.paths import config_place

    place = config_place(args.config, os.environ)
    settings = load(place)
    narrate.say(f"{place.path}: {len(settings.backends)} backends: {', '.join(settings.backends) or 'none'}")
    return 0
