"""The launch form without a screen: what is asked for, whether it may be, and the request that would be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dsclone_tui.domain.errors import DscloneError
from dsclone_tui.domain.jobs import CloneRequest
from dsclone_tui.domain.naming import suggest, target_problem
from dsclone_tui.domain.policy import Decision, Verdict, decide_clone
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.vendor import CloneOption
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.words import doing


@dataclass(slots=True)
class Draft:
    """A clone request in the making."""

    board: Board
    source: ResourceRef
    target: str = ""
    on: set[str] = field(default_factory=set)

    @property
    def backend(self) -> Backend:
        return self.board.session.backends[self.source.backend]

    @property
    def taken(self) -> frozenset[str]:
        """Names that exist or are being made."""
        made = {
            job.request.target
            for job in self.board.open_jobs()
            if (job.request.backend, job.request.project) == (self.source.backend, self.source.project)
        }
        return self.board.listings.names(self.source.backend, self.source.project) | made

    @property
    def suggestion(self) -> str:
        return suggest(self.backend.profile.name_rule, self.source.name, self.taken)

    @property
    def request(self) -> CloneRequest:
        """The request as the form stands; options that are off, or that lack another, are left out."""
        options = {option.id: True for option in self.backend.profile.options if self.is_on(option)}
        source = self.source
        return CloneRequest(
            source.backend, self.backend.profile.kind, source.project, source.name, self.target, options
        )

    def is_on(self, option: CloneOption) -> bool:
        return option.id in self.on and self.missing(option) is None

    def switch(self, option: CloneOption, *, on: bool) -> None:
        """Switches an option; with one that is switched off go those that need it."""
        (self.on.add if on else self.on.discard)(option.id)
        self.on = {kept.id for kept in self.backend.profile.options if self.is_on(kept)}

    def missing(self, option: CloneOption) -> CloneOption | None:
        """The option without which this one means nothing, where that is off."""
        if option.needs is None:
            return None
        needed = self.backend.profile.option(option.needs)
        return None if self.is_on(needed) else needed

    def problem(self) -> str | None:
        """Why the name will not do, or None."""
        request = self.request
        job = self.board.job_to(request.target_ref)
        if job is not None:
            return f"{self.target} is {doing(job.request.kind)} right now"
        return target_problem(self.backend.profile.name_rule, self.target, self.taken)

    def decision(self) -> Decision:
        """What policy says; the journal's trouble counts as a refusal."""
        shut = self.board.shut
        if shut is not None:
            return Decision(Verdict.REFUSE, f"nothing can be started: {shut.message}")
        request, exists = self.request, self.target in self.taken
        if self.board.engine is not None:
            return self.board.engine.decide(request, target_exists=exists)
        # the journal is still being opened: the same rules, asked without the engine
        return decide_clone(request, self.board.session.guards[request.backend], target_exists=exists)

    def preview(self) -> str:
        """Method and path of the one request that starts it, for the name typed or suggested."""
        named = Draft(self.board, self.source, self.target or self.suggestion, self.on)
        try:
            sent = self.backend.start_request(named.request)
        except DscloneError as error:
            return error.message
        parts = urlsplit(sent.url)
        return f"{sent.method} {parts.path}" + (f"?{parts.query}" if parts.query else "")
