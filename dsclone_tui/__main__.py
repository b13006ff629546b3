"""``dsclone`` and ``python -m dsclone_tui``: the command line, or the screen where no command is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code of the contract."""
    from dsclone_tui.cli.main import guarded

    return guarded(sys.argv[1:] if argv is None else list(argv), screen=_screen, demo=_demo)


def _screen(config: str | None, journal: str | None, *, read_only: bool) -> int:
    """Opens the TUI; here, because the command line and the screen do not know each other."""
    from dsclone_tui.session import make_session
    from dsclone_tui.tui.run import run

    session = make_session(config=config, journal=journal, read_only=read_only, environ=os.environ)
    outcome = run(session)
    if outcome == "demo":
        return _demo()
    if outcome == "config-init":
        return main(["--config", str(session.config_path), "config", "init"])
    return int(outcome)


def _demo() -> int:
    from dsclone_tui.demo import run_demo

    return run_demo(lambda config: _screen(config, None, read_only=False))


if __name__ == "__main__":
    sys.exit(main())
