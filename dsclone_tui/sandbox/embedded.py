"""The sandbox inside another program's event loop, on a real socket: what tests use."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from dsclone_tui.sandbox.faults import Faults, VendorName
from dsclone_tui.sandbox.hosting import Listener
from dsclone_tui.sandbox.opening import data_folder, opened
from dsclone_tui.sandbox.samples import PROJECT, SITE, Content
from dsclone_tui.sandbox.state import Sandbox, Start
from dsclone_tui.sandbox.stores import Census, census, find_store


@dataclass(frozen=True, slots=True)
class Box:
    """A listening sandbox: where it is, how to get in, and what a test may order and count."""

    origin: str
    sanity_token: str
    datocms_token: str
    project: str
    data: Path
    config: Path
    sandbox: Sandbox

    @property
    def faults(self) -> Faults:
        return self.sandbox.faults

    @property
    def starts(self) -> list[Start]:
        """Every start request that arrived with the right token, carried out or not: `(vendor, source, target)`."""
        return self.sandbox.starts

    async def census(self, vendor: VendorName, name: str, project: str | None = None) -> Census:
        """What a dataset or environment holds, straight from the file. Raises `LookupError`."""
        kept = self.sandbox.sanity if vendor == "sanity" else self.sandbox.datocms
        scope = project or (PROJECT if vendor == "sanity" else SITE)
        store = await kept.db.read(lambda db: find_store(db, scope, name))
        if store is None:
            raise LookupError(f"{vendor} has no {scope}/{name}")
        return await kept.db.read(lambda db: census(db, store.key))


@asynccontextmanager
async def running(
    *,
    content: Content = "small",
    rate: float = 0.0,
    data: Path | None = None,
    seeds: Sequence[Path] = (),
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[Box]:
    """Runs a sandbox while the block lasts. Without `data` nothing of it remains. Raises `SandboxError`."""
    with data_folder(data) as folder:
        async with opened(folder, content, seeds, rate) as sandbox:
            listener = Listener(sandbox, host, port)
            await listener.start()
            try:
                folder.write_config(listener.origin)
                yield Box(
                    origin=listener.origin,
                    sanity_token=sandbox.sanity.token,
                    datocms_token=sandbox.datocms.token,
                    project=PROJECT,
                    data=folder.path,
                    config=folder.config,
                    sandbox=sandbox,
                )
            finally:
                await listener.stop()
