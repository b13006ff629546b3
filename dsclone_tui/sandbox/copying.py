"""One step of a job: rows and the job's position in a single transaction, so that a kill loses nothing."""

import sqlite3

from dsclone_tui.sandbox.faults import JobFault
from dsclone_tui.sandbox.jobs import Job, complete, fail, mark_running, save_position
from dsclone_tui.sandbox.parts import PARTS, move_rows, next_rows


def advance(db: sqlite3.Connection, job: Job, rows: int, fault: JobFault | None) -> Job:
    """Takes `job` one step further, in the caller's transaction, and returns it as it then stands.

    From pending to running; up to `rows` rows further; to its end when none is left, or when `fault` says so.
    """
    if job.state == "pending":
        return mark_running(db, job)
    job = copy_batch(db, job, rows if fault is None else min(rows, fault.rows_left(job)))
    if fault is not None and (job.copied_all or job.percent >= fault.at):
        return fail(db, job, fault.failure)
    return complete(db, job) if job.copied_all else job


def copy_batch(db: sqlite3.Connection, job: Job, limit: int) -> Job:
    """Copies up to `limit` rows of `job` and returns it at its new position; `copied_all` when none is left.

    Documents that change meanwhile arrive either old or new; what is added later stays out.
    """
    part, cursor, room = job.part, job.cursor, limit
    skip = job.options.skip_content_releases
    while part < len(PARTS) and room > 0:
        what = PARTS[part]
        last, count = next_rows(
            db, what, job.source_store, cursor=cursor, top=job.tops[part], skip_content_releases=skip, limit=room
        )
        if count:
            move_rows(
                db,
                what,
                source=job.source_store,
                target=job.target_store,
                after=cursor,
                last=last,
                skip_content_releases=skip,
            )
        part, cursor = (part + 1, 0) if count < room else (part, last)
        room -= count
    return save_position(db, job, part=part, cursor=cursor, done=job.done + limit - room)
