"""``--dry-run``: every check that reads alone can make, and the exact request; nothing is started."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dsclone_tui.cli import narrate, output
from dsclone_tui.domain.errors import ConflictError, DeclinedError, DscloneError, NotFoundError, UsageError
from dsclone_tui.domain.policy import Verdict, decide_clone

if TYPE_CHECKING:
    from dsclone_tui.domain.jobs import CloneRequest
    from dsclone_tui.session import Session


async def plan(session: Session, request: CloneRequest, *, as_json: bool) -> int:
    """Prints the plan; the exit code is that of the first check that fails, else 0."""
    backend = session.catalog.backend(request.backend)
    planned = backend.start_request(request)
    checks: list[tuple[str, DscloneError | None, str]] = []
    problem = backend.profile.name_rule.problem(request.target)
    checks.append(("name", UsageError(problem, code="bad_name") if problem else None, "the vendor takes the name"))
    decision = decide_clone(request, session.guards[request.backend])
    refused = decision.verdict is Verdict.REFUSE
    checks.append(("policy", DeclinedError(decision.reason) if refused else None, decision.reason or "allowed"))
    try:
        names = {resource.name for resource in await session.catalog.resources(request.backend, request.project)}
    except DscloneError as error:
        checks.append(("list", error, ""))
    else:
        missing = NotFoundError(f"{request.source_ref} does not exist", code="source_not_found")
        taken = ConflictError(f"{request.target_ref} already exists", code="target_exists")
        checks.append(("source", None if request.source in names else missing, "the source exists"))
        checks.append(("target", taken if request.target in names else None, "the target is free"))
    if as_json:
        output.document(
            {
                "event": "plan",
                "request": {"method": planned.method, "url": planned.url, "body": planned.body},
                "checks": [
                    {"name": name, "ok": bad is None, "message": bad.message if bad else good}
                    for name, bad, good in checks
                ],
            }
        )
    else:
        url = urlsplit(planned.url)
        output.line(f"{planned.method} {url.path}{'?' + url.query if url.query else ''}")
        for name, bad, good in checks:
            output.line(f"{'no' if bad else 'ok'}\t{name}\t{bad.message if bad else good}")
    failed = next((bad for _, bad, _ in checks if bad), None)
    if failed:
        narrate.error(failed.info)
    return failed.exit_code if failed else 0
