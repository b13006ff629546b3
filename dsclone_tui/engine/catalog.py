"""What there is to clone: projects and resources of the backends, and references completed from them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from dsclone_tui.domain.errors import DscloneError, NotFoundError, UsageError
from dsclone_tui.domain.ports import Backend
from dsclone_tui.domain.refs import NameRef, ResourceRef, ScopeRef
from dsclone_tui.domain.resources import Project, Resource


@dataclass(frozen=True, slots=True)
class ProjectListing:
    """A project with its resources, or with the error that kept us from listing them."""

    project: Project
    resources: tuple[Resource, ...] = ()
    error: DscloneError | None = None

    def to_json(self) -> dict[str, object]:
        document = self.project.to_json() | {"resources": [resource.to_json() for resource in self.resources]}
        return document | {"error": self.error.info.to_json()} if self.error else document


@dataclass(frozen=True, slots=True)
class BackendListing:
    """A backend with its projects, or with the error that kept us from listing them."""

    name: str
    type: str
    projects: tuple[ProjectListing, ...] = ()
    error: DscloneError | None = None

    def to_json(self) -> dict[str, object]:
        document: dict[str, object] = {"name": self.name, "type": self.type}
        if self.error:
            document["error"] = self.error.info.to_json()
        return document | {"projects": [listing.to_json() for listing in self.projects]}

    def first_error(self) -> DscloneError | None:
        errors = [self.error, *(listing.error for listing in self.projects)]
        return next((error for error in errors if error), None)


class Catalog:
    """Lists, and completes references, over the backends of a session."""

    def __init__(self, backends: Mapping[str, Backend]) -> None:
        self._backends = backends
        self._projects: dict[str, list[Project]] = {}

    def backend(self, name: str) -> Backend:
        """The backend of that name; NotFoundError with the nearest name otherwise."""
        if name in self._backends:
            return self._backends[name]
        near = get_close_matches(name, self._backends, n=1)
        known = ", ".join(self._backends) or "none"
        hint = f"did you mean {near[0]}?" if near else f"configured backends: {known}"
        raise NotFoundError(f"no backend is named {name!r}", code="backend_not_found", hint=hint)

    async def projects(self, backend: str) -> list[Project]:
        """The projects of a backend, asked anew; remembered for completing references."""
        found = await self.backend(backend).projects()
        self._projects[backend] = found
        return found

    async def resources(self, backend: str, project: str) -> list[Resource]:
        return await self.backend(backend).resources(project)

    async def complete(self, ref: NameRef) -> ResourceRef:
        """Fills in the project of a reference; UsageError where the backend has several, or none."""
        backend = self.backend(ref.backend)
        if ref.project is not None:
            return ref.in_project(ref.project)
        projects = self._projects.get(ref.backend) or await self.projects(ref.backend)
        if len(projects) == 1:
            return ref.in_project(projects[0].id)
        if not projects:
            raise NotFoundError(
                f"{ref.backend} has no project", code="project_not_found", hint="check what its token may see"
            )
        ids = ", ".join(project.id for project in projects[:8])
        raise UsageError(
            f"{ref.backend} has {len(projects)} projects: say which",
            code="bad_reference",
            hint=f"write {backend.name}:PROJECT/{ref.name} with PROJECT one of {ids}",
        )

    async def tree(self, scope: ScopeRef) -> list[BackendListing]:
        """Everything within the scope, backends side by side; an error stays with its branch."""
        names = list(self._backends) if scope.backend is None else [self.backend(scope.backend).name]
        return list(await asyncio.gather(*(self._listing(name, scope.project) for name in names)))

    async def _listing(self, name: str, only: str | None) -> BackendListing:
        kind = self._backends[name].profile.type
        try:
            projects = await self.projects(name)
        except DscloneError as error:
            return BackendListing(name, kind, error=error)
        if only is not None:
            projects = [project for project in projects if project.id == only]
            if not projects:
                raise NotFoundError(
                    f"{name} has no project {only!r}", code="project_not_found", hint=f"dsclone ls {name} lists them"
                )
        listings = await asyncio.gather(*(self._project(name, project) for project in projects))
        return BackendListing(name, kind, tuple(listings))

    async def _project(self, backend: str, project: Project) -> ProjectListing:
        try:
            resources = await self.resources(backend, project.id)
        except DscloneError as error:
            return ProjectListing(project, error=error)
        return ProjectListing(project, tuple(resources))
