"""Which process follows a job: the name it signs leases with, and whether the process of a name still lives."""

from __future__ import annotations

import os
import secrets
import socket


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
    return True
