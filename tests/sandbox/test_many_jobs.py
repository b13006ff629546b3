"""Many jobs at once: all end, each is whole, none waits for another's end."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from dsclone_tui.sandbox.embedded import Box, running

Copied = Callable[..., Awaitable[list[tuple[str, dict[str, Any]]]]]
Forked = Callable[..., Awaitable[dict[str, Any]]]
Make = Callable[[Box], Awaitable[httpx.AsyncClient]]
JOBS = 20


async def test_twenty_copies_and_twenty_forks_end_together(
    sanity_of: Make, datocms_of: Make, copied: Copied, forked: Forked
) -> None:
    async with running(rate=0.05) as box:
        sanity, datocms = await sanity_of(box), await datocms_of(box)
        copies = [copied(sanity, "production", f"twin-{number}") for number in range(JOBS)]
        forks = [forked(datocms, "main", f"qa-{number}") for number in range(JOBS)]
        results = await asyncio.gather(*copies, *forks)
        for events in results[:JOBS]:
            assert events[-2][1]["state"] == "completed"  # type: ignore[index]
        for number in range(JOBS):
            assert await box.census("sanity", f"twin-{number}") == await box.census("sanity", "production")
            assert await box.census("datocms", f"qa-{number}") == await box.census("datocms", "main")
        assert len(box.starts) == 2 * JOBS
        assert len({*box.starts}) == 2 * JOBS


async def test_one_jobs_trouble_is_not_anothers(sanity_of: Make, copied: Copied) -> None:
    async with running(rate=0.05) as box:
        await box.sandbox.sanity.db.write(refuse_documents_of_the_next_store)
        client = await sanity_of(box)
        job = (await client.put("/datasets/production/copy", json={"targetDataset": "broken"})).json()["jobId"]
        results = await asyncio.gather(*(copied(client, "production", f"twin-{number}") for number in range(5)))
        assert [events[-2][1]["state"] for events in results] == ["completed"] * 5
        told = (await client.get(f"/jobs/{job}/listen")).text
        assert '"state":"failed"' in told
        assert "no room here" in told
        assert (await client.get("/datasets/broken")).status_code == 404


def refuse_documents_of_the_next_store(db: sqlite3.Connection) -> None:
    (last,) = db.execute("SELECT max(key) FROM store").fetchone()
    db.execute(
        f"CREATE TRIGGER broken BEFORE INSERT ON document WHEN new.store = {int(last) + 1}"
        " BEGIN SELECT raise(ABORT, 'no room here'); END"
    )


async def test_of_many_starts_to_one_name_one_wins(sanity: httpx.AsyncClient, datocms: httpx.AsyncClient) -> None:
    copies = [sanity.put("/datasets/production/copy", json={"targetDataset": "twin"}) for _ in range(JOBS)]
    fork = {"data": {"type": "environment", "id": "qa"}}
    forks = [datocms.post("/environments/main/fork", json=fork) for _ in range(JOBS)]
    answers = await asyncio.gather(*copies, *forks)
    assert sorted(answer.status_code for answer in answers[:JOBS]) == [200] + [409] * (JOBS - 1)
    assert sorted(answer.status_code for answer in answers[JOBS:]) == [202] + [422] * (JOBS - 1)
