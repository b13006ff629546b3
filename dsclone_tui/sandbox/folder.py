"""The data folder: tokens, the ready-made `config.toml`, and the lock that keeps a second sandbox out."""

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dsclone_tui.sandbox.database import SandboxError

CONFIG = """\
[journal]
path = {journal}

[backends.sanity]
type = "sanity"
token = {sanity_token}
base_url = {origin}
protected = ["production"]

[backends.datocms]
type = "datocms"
token = {datocms_token}
base_url = {origin}
protected = ["main"]
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one sandbox lies; all paths are absolute."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.toml"

    @property
    def sanity_file(self) -> Path:
        return self.path / "sanity.sqlite3"

    @property
    def datocms_file(self) -> Path:
        return self.path / "datocms.sqlite3"

    def token(self, vendor: str) -> str:
        """The vendor's token of this folder; made up at the first call and the same ever after."""
        path = self.token_path(vendor)
        if path.exists():
            return path.read_text(encoding="utf-8").strip()
        token = ("sk" if vendor == "sanity" else "") + secrets.token_hex(24)
        write_private(path, token + "\n")
        return token

    def token_path(self, vendor: str) -> Path:
        return self.path / f"{vendor}.token"

    def write_config(self, origin: str) -> None:
        """Writes the `config.toml` that points both backends at `origin`."""
        text = CONFIG.format(
            origin=_quoted(origin),
            journal=_quoted(str(self.path / "journal.sqlite3")),
            sanity_token=_quoted(f"file:{self.token_path('sanity')}"),
            datocms_token=_quoted(f"file:{self.token_path('datocms')}"),
        )
        write_private(self.config, text)


def write_private(path: Path, text: str) -> None:
    """Writes `text` to a file that nobody else may read, all at once: a reader sees the old text or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - the descriptor carries the mode
        file.write(text)
    fresh.replace(path)


@contextlib.contextmanager
def opened_folder(path: Path) -> Iterator[Folder]:
    """The folder at `path`, made if it is missing and held for this process alone. Raises `SandboxError`."""
    path = path.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A lock that the system takes back when the process dies, however it dies.
        lock = sqlite3.connect(path / "in-use.sqlite3", isolation_level=None, timeout=0, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise SandboxError(f"cannot use the data folder {path}: {error}") from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            reason = "is in use by another sandbox" if busy else f"cannot be used: {error}"
            raise SandboxError(f"the data folder {path} {reason}") from error
        yield Folder(path)
    finally:
        lock.close()


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)
