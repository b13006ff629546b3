"""``dsclone copy`` and ``dsclone fork``: start one clone and, unless detached, follow it to its end."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from dsclone_tui.cli import loop
from dsclone_tui.cli.commands.attach import follow_job
from dsclone_tui.cli.options import Subparsers, add_global, add_json, add_timeout, session_of
from dsclone_tui.domain.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dsclone_tui.domain.jobs import CloneRequest, JobRecord
    from dsclone_tui.engine.engine import Engine
    from dsclone_tui.session import Session

# The vendors' switches by command; what they mean to a vendor stands in its profile.
_SWITCHES = {
    "copy": ("skip_history", "skip_content_releases"),
    "fork": ("fast", "force", "immediate_return"),
}
_HELP = {
    "copy": "copy a dataset (Sanity)",
    "fork": "fork an environment (DatoCMS)",
    "skip_history": "leave the documents' history out: much quicker",
    "skip_content_releases": "leave releases and their versions out",
    "fast": "quicker, but the source is read-only meanwhile",
    "force": "with --fast: start although editors are working",
    "immediate_return": "let the server answer before the fork is ready",
}


def add(commands: Subparsers) -> None:
    for verb, switches in _SWITCHES.items():
        parser = commands.add_parser(verb, help=_HELP[verb], allow_abbrev=False)
        parser.add_argument("source", metavar="SOURCE", nargs="?", help="BACKEND:PROJECT/NAME")
        parser.add_argument("target", metavar="TARGET", nargs="?", help="the new name")
        for switch in switches:
            parser.add_argument("--" + switch.replace("_", "-"), action="store_true", help=_HELP[switch])
        parser.add_argument("--detach", "--background", action="store_true", help="start, print the job, leave")
        parser.add_argument("--attach", metavar="JOB", help="follow a job in place of starting one")
        parser.add_argument("--dry-run", action="store_true", help="check everything, start nothing")
        parser.add_argument("--yes", action="store_true", help="answer questions with yes")
        parser.add_argument("--confirm", metavar="NAME", action="append", default=[], help="confirm a protected name")
        add_timeout(parser)
        add_json(parser)
        add_global(parser)
        parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.attach:
        if args.source or args.detach or args.dry_run:
            raise UsageError("--attach goes alone: it starts nothing", code="bad_option")
        return loop.run(lambda: follow_job(args, args.attach))
    if not args.source:
        raise UsageError("SOURCE is missing", hint=f"dsclone {args.command} BACKEND:PROJECT/NAME NEW-NAME")
    return loop.run(lambda: _clone(args))


async def _clone(args: argparse.Namespace) -> int:
    async with session_of(args, needs_backends=True) as session:
        request = await _request(args, session)
        if args.dry_run:
            from dsclone_tui.cli.plan import plan

            return await plan(session, request, as_json=args.json)
        consented = _consent(args, session, request)
        engine = await session.engine(follow_all=False)
        if args.detach:
            return await _detached(args, engine, await engine.intend(request, consented=consented))
        from dsclone_tui.cli.follow import Follower

        follower = Follower(engine, as_json=args.json, timeout=args.timeout)
        job = await engine.intend(request, consented=consented)
        if not args.json:
            from dsclone_tui.cli import narrate

            narrate.say(f"{job.request.source_ref} → {job.request.target}  job {job.id}")
        import asyncio

        sending = asyncio.create_task(engine.send(job), name="send")
        return await follower.run([job.id], sending)


async def _request(args: argparse.Namespace, session: Session) -> CloneRequest:
    """The request that the arguments describe, with the source's project filled in."""
    from dsclone_tui.domain.jobs import CloneKind, CloneRequest
    from dsclone_tui.domain.refs import parse_name, parse_target

    source = parse_name(args.source)
    profile = session.catalog.backend(source.backend).profile
    if profile.kind != args.command:
        raise UsageError(
            f"{profile.title} has no {args.command}: its {profile.plural} are made with {profile.kind}",
            code="wrong_verb",
            hint=f"dsclone {profile.kind} {args.source} {args.target or 'NEW-NAME'}",
        )
    if not args.target:
        if not sys.stdin.isatty():
            raise UsageError("TARGET is missing", hint=f"dsclone {args.command} {args.source} NEW-NAME")
        args.target = _asked(f"Name of the new {profile.noun}: ")
    target = parse_target(args.target, source)
    options = {switch: True for switch in _SWITCHES[args.command] if getattr(args, switch)}
    profile.checked(options)
    ref = await session.catalog.complete(source)
    return CloneRequest(ref.backend, CloneKind(args.command), ref.project, ref.name, target, options)


def _consent(args: argparse.Namespace, session: Session, request: CloneRequest) -> bool:
    """True where flags or the person at the terminal agree; the engine refuses what nobody agreed to."""
    from dsclone_tui.domain.policy import Verdict, answered, decide_clone

    decision = decide_clone(request, session.guards[request.backend])
    if decision.verdict is not Verdict.ASK or answered(decision, yes=args.yes, confirm=args.confirm):
        return True
    if not sys.stdin.isatty() or args.json:
        return False
    from dsclone_tui.cli import narrate

    narrate.say(decision.reason)
    if decision.confirm:
        return _asked(f"Type {decision.confirm} to go on: ") == decision.confirm
    return _asked("Go on? [y/N] ").lower() in ("y", "yes")


def _asked(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


async def _detached(args: argparse.Namespace, engine: Engine, job: JobRecord) -> int:
    """Prints the job as its start left it; a lost answer is settled first, as far as it can be."""
    from dsclone_tui.cli import narrate, output
    from dsclone_tui.domain.jobs import exit_code_for
    from dsclone_tui.domain.states import JobState

    job = await engine.send(job)
    if job.state is JobState.UNCONFIRMED:
        job = await engine.settled(job.id)
    if args.json:
        output.event("result", engine.clock.now(), job)
    else:
        output.line(job.id)
        if job.error:
            narrate.error(job.error)
    if job.state is JobState.UNCONFIRMED:
        return ExitCode.UNREACHABLE
    return ExitCode.OK if job.open else exit_code_for(job)
