"""From the engine to the screen: one worker opens the journal and turns its news into messages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from textual.message import Message

from dsclone_tui.domain.errors import DscloneError
from dsclone_tui.engine.publish import News
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.messages import JobsChanged

# Jobs that are loaded for the screen at the start; open ones are always loaded, however old.
RECENT = 500
# The subject of trouble with reading a job's events.
LOG = "log"


async def follow(board: Board, tell: Callable[[Message], object]) -> None:
    """Opens the engine, then posts one ``JobsChanged`` for each piece of news, until cancelled."""
    try:
        engine = await board.session.engine(follow_all=True)
        subscription = engine.subscribe()
        await engine.recent(RECENT)
    except DscloneError as error:
        board.shut_for(error.info)
        tell(JobsChanged(News()))
        return
    board.open(engine)
    tell(JobsChanged(News(changed=set(engine.jobs))))
    try:
        async with aclosing(aiter(subscription)) as stream:
            async for news in stream:
                tell(JobsChanged(news))
    finally:
        subscription.close()


async def read_log(board: Board, job_id: str, tell: Callable[[Message], object], limit: int | None = None) -> None:
    """Reads a job's events into the logbook; what keeps us from it is told as trouble."""
    board.logbook.reading(job_id)
    try:
        engine = await board.opened()
        board.logbook.put(job_id, await engine.events(job_id, limit))
    except DscloneError as error:
        tell(JobsChanged(News(troubles={LOG: error.info})))
    else:
        tell(JobsChanged(News(changed={job_id}, troubles={LOG: None})))
    finally:
        board.logbook.unread(job_id)
