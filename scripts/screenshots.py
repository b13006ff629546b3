"""``make screenshots``: redraws every picture in ``screenshots/`` from the running app on the sandbox."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from dsclone_tui.domain.jobs import CloneKind, CloneRequest, JobRecord
from dsclone_tui.engine.engine import Engine
from dsclone_tui.sandbox.embedded import Box, running
from dsclone_tui.sandbox.samples import SITE
from dsclone_tui.session import make_session
from dsclone_tui.tui.app import DscloneApp

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
SIZE = (120, 30)
FONTS = '"Fira Code", "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'
PATIENCE = 90.0


async def draw() -> None:
    """Runs the app on a sandbox with sample content and takes the pictures along one story."""
    with tempfile.TemporaryDirectory(prefix="dsclone-screenshots-") as name:
        async with running(content="demo", rate=0.6, data=Path(name)) as box:
            session = make_session(config=str(box.config), journal=None, read_only=False, environ=os.environ)
            app = DscloneApp(session)
            async with app.run_test(size=SIZE) as pilot:
                engine = await session.engine(follow_all=True)
                await _story(pilot, app, engine, box)
            await session.aclose()


async def _story(pilot: Pilot[int | str], app: DscloneApp, engine: Engine, box: Box) -> None:
    for target in ("qa-2026-11-20", "qa-2026-11-21"):
        await _finished(pilot, engine, _copy(box, "staging", target))
    box.faults.fail_jobs("The copy ran out of its time", vendor="sanity", at=20)
    await _finished(pilot, engine, _copy(box, "internal", "internal-audit"))
    await pilot.press("r", "j")
    await _until(pilot, lambda: "internal-audit" not in app.export_screenshot(simplify=True))
    await _until(pilot, lambda: app.export_screenshot(simplify=True).count("qa-2026-11-2") >= 4)
    _save(app, "browse")

    await pilot.press("k", "n")
    await pilot.pause()
    await pilot.press(*"feature-login")
    await _until(pilot, lambda: "free" in app.export_screenshot(simplify=True))
    _save(app, "launch")

    await pilot.press("enter", "enter")
    first = await _appeared(pilot, engine, "feature-login")
    await _finished(pilot, engine, _copy(box, "staging", "staging-fix"))
    await _until(pilot, lambda: (engine.jobs[first.id].progress or 0) > 58)
    await engine.launch(_fork(box, "qa-search", fast=True), consented=True)
    await _until(pilot, lambda: (engine.jobs[first.id].progress or 0) > 71)
    await engine.launch(_copy(box, "production", "load-test"))
    # newest first: load-test, qa-search, feature-login; marking one moves the cursor to the next
    await pilot.press("2")
    await _until(pilot, lambda: "load-test" in app.export_screenshot(simplify=True))
    await pilot.press("g", "j", "space")
    await pilot.pause()
    _save(app, "jobs")


def _copy(box: Box, source: str, target: str) -> CloneRequest:
    return CloneRequest("sanity", CloneKind.COPY, box.project, source, target)


def _fork(box: Box, target: str, *, fast: bool) -> CloneRequest:
    return CloneRequest("datocms", CloneKind.FORK, SITE, "main", target, {"fast": True} if fast else {})


async def _finished(pilot: Pilot[int | str], engine: Engine, request: CloneRequest) -> None:
    job = await engine.launch(request)
    await _until(pilot, lambda: not engine.jobs[job.id].open)


async def _appeared(pilot: Pilot[int | str], engine: Engine, target: str) -> JobRecord:
    def found() -> list[JobRecord]:
        return [job for job in engine.jobs.values() if job.request.target == target]

    await _until(pilot, lambda: bool(found()))
    return found()[0]


async def _until(pilot: Pilot[int | str], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await pilot.pause(0.05)


def _save(app: DscloneApp, name: str) -> None:
    """Writes the screen as SVG, with fonts of the reader's own machine in place of ones from the network."""
    drawing = app.export_screenshot(title="dsclone")
    drawing = drawing.replace("<svg ", '<svg xml:space="preserve" ', 1)
    drawing = re.sub(r"@font-face\s*{[^}]*}", "", drawing)
    drawing = re.sub(r"font-family:\s*[^;]*monospace", f"font-family: {FONTS}", drawing)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(re.sub(r"[ \t]+\n", "\n", drawing), encoding="utf-8")
    print(f"screenshots/{name}.svg")


def main() -> None:
    asyncio.run(draw())


if __name__ == "__main__":
    main()
