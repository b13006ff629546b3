"""Running the screen from a plain function: what the command line calls."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from dsclone_tui.domain.errors import ExitCode
from dsclone_tui.session import Session
from dsclone_tui.tui.app import DscloneApp, Outcome

_SIGNALS = tuple(found for name in ("SIGINT", "SIGTERM", "SIGHUP") if (found := getattr(signal, name, None)))


def run(session: Session) -> Outcome:
    """Runs the screen on the session and closes it at the end.

    Returns an exit code, or ``"demo"`` or ``"config-init"`` when that was chosen on the welcome screen.
    """
    return asyncio.run(_run(session))


async def _run(session: Session) -> Outcome:
    app = DscloneApp(session)
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        with suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(number, app.exit, int(ExitCode.INTERRUPTED))
    try:
        outcome = await app.run_async()
    finally:
        await session.aclose()
    if outcome is None:
        return app.return_code or int(ExitCode.OK)
    return outcome
