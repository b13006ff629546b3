"""``dsclone jobs``: the journal as a table or as JSON, or the vendor's own list."""

from __future__ import annotations

import argparse

from dsclone_tui.cli import loop
from dsclone_tui.cli.options import Subparsers, add_global, add_json, session_of
from dsclone_tui.domain.states import JobState

TABLE_LIMIT = 50


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("jobs", help="list the journal", allow_abbrev=False)
    parser.add_argument(
        "--state",
        action="append",
        type=JobState,
        choices=list(JobState),
        metavar="STATE",
        default=[],
        help="only jobs in this state; repeatable",
    )
    parser.add_argument("--backend", metavar="NAME", help="only this backend's jobs")
    parser.add_argument("--since", metavar="WHEN", help="only jobs created since: 2h, 1d, or an RFC 3339 time")
    parser.add_argument("--limit", metavar="N", type=int, help=f"newest N; a table shows {TABLE_LIMIT} by default")
    parser.add_argument("--remote", action="store_true", help="the vendors' own lists in place of the journal")
    add_json(parser)
    add_global(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return loop.run(lambda: _remote(args) if args.remote else _jobs(args))


async def _jobs(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import output
    from dsclone_tui.domain.durations import parse_since, spoken
    from dsclone_tui.domain.ports import JobFilter
    from dsclone_tui.engine.clock import SystemClock

    now = SystemClock().now()
    limit = args.limit if args.limit is not None or args.json else TABLE_LIMIT
    since = parse_since(args.since, now) if args.since else None
    async with session_of(args) as session:
        journal = await session.journal()
        records = await journal.jobs(JobFilter(args.state, args.backend, since, limit))
    if args.json:
        output.document({"jobs": [record.to_json() for record in records]})
        return 0
    rows = [
        (
            record.id,
            record.state.value,
            str(record.request.source_ref),
            record.request.target,
            "–" if record.progress is None else f"{record.progress:.0f} %",
            spoken((record.finished_at or now) - record.created_at),
        )
        for record in records
    ]
    output.table(rows, ("ID", "STATE", "SOURCE", "TARGET", "PROGRESS", "TIME"))
    return 0


async def _remote(args: argparse.Namespace) -> int:
    from dsclone_tui.cli import output
    from dsclone_tui.domain.jobs import rfc3339

    async with session_of(args, needs_backends=True) as session:
        names = [session.catalog.backend(args.backend).name] if args.backend else list(session.backends)
        found = [
            (name, project.id, job)
            for name in names
            for project in await session.catalog.projects(name)
            for job in await session.backends[name].remote_jobs(project.id)
        ]
    if args.limit is not None:
        found = found[: args.limit]
    if args.json:
        jobs = [
            {
                "backend": name,
                "project": project,
                "source": job.source,
                "target": job.target,
                "options": dict(job.options or {}),
                "state": job.observation.state.value if job.observation.state else None,
                "remote_state": job.observation.remote_state,
                "remote_job_id": job.observation.remote_job_id,
                "progress": job.observation.progress,
                "created_at": rfc3339(job.created_at),
            }
            for name, project, job in found
        ]
        output.document({"jobs": jobs})
        return 0
    rows = [
        (
            f"{name}:{project}/{job.observation.remote_job_id or job.target}",
            job.observation.remote_state or "–",
            job.source,
            job.target,
            rfc3339(job.created_at) or "–",
        )
        for name, project, job in found
    ]
    output.table(rows, ("JOB", "STATE", "SOURCE", "TARGET", "CREATED"))
    return 0
