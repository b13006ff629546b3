"""Opens a sandbox: folder, files, sample content, seeds, and the jobs that an earlier process left running."""

import asyncio
import contextlib
import math
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from dsclone_tui.sandbox.database import Database, SandboxError
from dsclone_tui.sandbox.faults import VendorName
from dsclone_tui.sandbox.folder import Folder, opened_folder
from dsclone_tui.sandbox.pacing import Pace
from dsclone_tui.sandbox.runner import Runner
from dsclone_tui.sandbox.samples import Content, fill_datocms, fill_sanity
from dsclone_tui.sandbox.seeds import load_seeds
from dsclone_tui.sandbox.state import Sandbox, Vendor


@contextlib.contextmanager
def data_folder(data: Path | None) -> Iterator[Folder]:
    """The folder at `data`, or a temporary one that is gone afterwards."""
    if data is not None:
        with opened_folder(data) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dsclone-sandbox-") as made, opened_folder(Path(made)) as folder:
        yield folder


@contextlib.asynccontextmanager
async def opened(folder: Folder, content: Content, seeds: Sequence[Path], rate: float) -> AsyncIterator[Sandbox]:
    """A sandbox that works but does not listen yet. Raises `SandboxError`."""
    if not 0 <= rate < math.inf:
        raise SandboxError(f"the rate is a number from 0 on, not {rate}")
    sanity, datocms = await asyncio.to_thread(_prepared, folder, content, seeds)
    sandbox = Sandbox(
        sanity=_vendor("sanity", folder, sanity, rate),
        datocms=_vendor("datocms", folder, datocms, rate),
        data=folder.path,
    )
    try:
        for vendor in (sandbox.sanity, sandbox.datocms):
            await vendor.runner.resume()
        yield sandbox
    finally:
        await sandbox.close()


def _prepared(folder: Folder, content: Content, seeds: Sequence[Path]) -> tuple[Database, Database]:
    with _storage_errors(folder), contextlib.ExitStack() as undo:
        sanity = Database(folder.sanity_file)
        undo.callback(sanity.close)
        datocms = Database(folder.datocms_file)
        undo.callback(datocms.close)
        sanity.write_now(lambda db: fill_sanity(db, content))
        datocms.write_now(lambda db: fill_datocms(db, content))
        sanity.write_now(lambda db: load_seeds(db, seeds))
        undo.pop_all()
    return sanity, datocms


@contextlib.contextmanager
def _storage_errors(folder: Folder) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SandboxError(f"the content in {folder.path} cannot be used: {error}") from error


def _vendor(name: VendorName, folder: Folder, db: Database, rate: float) -> Vendor:
    return Vendor(name, folder.token(name), db, Runner(db, Pace(rate)))
