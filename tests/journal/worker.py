"""A second process with the journal open, driven line by line: a JSON command in, a JSON answer out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dsclone_tui.domain.errors import ConflictError
from dsclone_tui.domain.jobs import CloneKind, CloneRequest, EventKind, JobChange, JobEvent, new_job
from dsclone_tui.domain.ports import JobFilter, Lease
from dsclone_tui.journal.journal import SqlJournal

AT = datetime(2026, 11, 22, tzinfo=UTC)


async def add(journal: SqlJournal, job_id: str, target: str) -> str:
    """``added``, or the code of the refusal."""
    request = CloneRequest("acme", CloneKind.COPY, "zp7mbokg", "production", target)
    try:
        await journal.add(new_job(request, job_id, AT), JobEvent(AT, EventKind.INTENT))
    except ConflictError as refusal:
        return refusal.info.code
    return "added"


async def note(journal: SqlJournal, job_id: str, message: str) -> str:
    record = await journal.get(job_id)
    assert record is not None
    await journal.save(JobChange(record, (JobEvent(AT, EventKind.NOTE, message=message),)))
    return "saved"


async def changes(journal: SqlJournal, revision: int) -> list[Any]:
    newest, found = await journal.changed_since(revision)
    return [newest, {change.record.id: [event.message for event in change.events] for change in found}]


async def claim(journal: SqlJournal, job_id: str, owner: str) -> bool:
    return await journal.claim(job_id, Lease(owner, AT + timedelta(seconds=15)), AT, lambda _owner: True)


async def ids(journal: SqlJournal) -> list[str]:
    return sorted(job.id for job in await journal.jobs(JobFilter()))


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "add": add,
    "note": note,
    "changes": changes,
    "claim": claim,
    "ids": ids,
}


async def main() -> None:
    journal = None
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        if name == "open":
            journal = await SqlJournal.open(Path(arguments[0]))
            answer: Any = "opened"
        else:
            assert journal is not None
            answer = await COMMANDS[name](journal, *arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    if journal is not None:
        await journal.aclose()


if __name__ == "__main__":
    asyncio.run(main())
