"""``dsclone sandbox``: serves both vendors' protocols on loopback."""

from __future__ import annotations

import argparse
from pathlib import Path

from dsclone_tui.cli.options import Subparsers, add_global


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("sandbox", help="serve both vendors' protocols on loopback", allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the content there across restarts")
    parser.add_argument(
        "--seed", type=Path, metavar="FILE", action="append", default=[], help="load a vendor's export; repeatable"
    )
    parser.add_argument(
        "--rate", type=_rate, default=1.0, metavar="X", help="how long jobs take; 0 is as fast as the machine copies"
    )
    # for a parent that must not leave a server behind, however it ends
    parser.add_argument("--exit-with-stdin", action="store_true", help=argparse.SUPPRESS)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from dsclone_tui.sandbox.server import serve

    return serve(
        host=args.host,
        port=args.port,
        data=args.data,
        seeds=args.seed,
        rate=args.rate,
        exit_with_stdin=args.exit_with_stdin,
    )


def _port(text: str) -> int:
    if text.isdigit() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port")


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if 0.0 <= rate < 1e6:
        return rate
    raise argparse.ArgumentTypeError(f"{text!r} is no rate: write 0, 0.5, 1, 10 …")
