"""The journal's file and folders: private from the first moment on."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from dsclone_tui.journal.faults import damaged, unwritable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def prepare(path: Path) -> tuple[int, int]:
    """Makes the file, mode 0600 whatever the umask, and its missing folders, mode 0700, before SQLite opens it.

    SQLite gives its -wal and -shm files the mode of the journal. What exists keeps its mode. Returns the file's
    device and inode. Raises JournalError where the file cannot be made or written.
    """
    try:
        _make_folders(path.parent)
        handle = _create(path)
    except (OSError, ValueError) as error:
        raise unwritable(path, _reason(error)) from error
    try:
        status = os.fstat(handle)
    finally:
        os.close(handle)
    if not stat.S_ISREG(status.st_mode):
        raise unwritable(path, "it is not a regular file")
    log = path.with_name(path.name + "-wal")
    if status.st_size == 0 and log.exists() and log.stat().st_size > 0:
        # SQLite would throw the log away and begin an empty journal
        raise damaged(path, f"it is empty, but {log.name} is not")
    return status.st_dev, status.st_ino


def create_private(path: Path) -> None:
    """A new empty file, mode 0600; raises FileExistsError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        os.fchmod(handle, PRIVATE_FILE)
    finally:
        os.close(handle)


def _create(path: Path) -> int:
    with suppress(FileExistsError):  # ours from last time, or a symbolic link, which the next line follows
        create_private(path)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, PRIVATE_FILE)


def _make_folders(folder: Path) -> None:
    missing = []
    while not folder.exists() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        made.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        made.chmod(PRIVATE_FOLDER)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
