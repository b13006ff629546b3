"""``dsclone demo``: the screen on a private sandbox, which is gone when the screen is left.

The folder has a fixed name for each user, so that a demo that was killed is picked up by the next one, running
jobs included.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dsclone_tui.domain.errors import UnreachableError

_STOP_WITHIN = 5.0


def run_demo(open_screen: Callable[[str], int]) -> int:
    """Serves the sandbox from a process of its own and opens the screen on the configuration it wrote."""
    with demo_folder() as folder, _sandbox(folder) as config:
        return open_screen(config)


@contextmanager
def demo_folder() -> Iterator[Path]:
    """The folder of this user's demo, removed at the end; a second demo at the same time gets one of its own."""
    folder = Path(tempfile.gettempdir(), f"dsclone-demo-{os.getuid()}")
    lock = _locked(folder)
    if lock is None:
        folder = Path(tempfile.mkdtemp(prefix="dsclone-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """The descriptor of the folder's lock; None where the folder is in use, or not ours alone to trust."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
            return None
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


@contextmanager
def _sandbox(folder: Path) -> Iterator[str]:
    """The path of the configuration of a sandbox that runs until the end, or until this process dies."""
    log = folder / "sandbox.log"
    command = [sys.executable, "-m", "dsclone_tui", "sandbox", "--exit-with-stdin", "--data", str(folder / "data")]
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
    with process:
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                reason = log.read_text(errors="replace").strip().rpartition("\n")[2]
                raise UnreachableError(f"the sandbox did not start: {reason}", hint="run dsclone sandbox to see why")
            yield str(json.loads(line)["config"])
        finally:
            process.terminate()
            try:
                process.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
