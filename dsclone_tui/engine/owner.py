"""Which process follows a job: the name it signs leases with, and whether the process of a name still lives."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """``HOST:PID:CHANCE``, one for each session."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def may_live(owner: str) -> bool:
    """False only when the owner ran on this host and its process is gone; doubts count as life."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return True
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return not _is_zombie(int(rest))


def _is_zombie(pid: int) -> bool:
    """True for a process that is dead but not yet collected by its parent: it takes signals, and does nothing.

    Read from ``/proc`` where there is one; elsewhere such an owner counts as alive until its lease runs out.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return stat.rpartition(b")")[2].split()[:1] == [b"Z"]
