"""The catalog as the screen has it: per branch what was listed, that it is being listed, or why it could not be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from textual.message import Message

from dsclone_tui.domain.errors import DscloneError, ErrorInfo
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.engine.catalog import Catalog
from dsclone_tui.tui.messages import CatalogChanged

# Projects of one backend that are listed side by side; more would only knock at the vendor's request limits.
AT_ONCE = 6


@dataclass(slots=True)
class ProjectBranch:
    """A project and its resources; ``resources`` keeps the last good answer while it is asked anew."""

    project: Project
    resources: tuple[Resource, ...] = ()
    listed: bool = False
    loading: bool = False
    error: ErrorInfo | None = None


@dataclass(slots=True)
class BackendBranch:
    """A backend and its projects, in the vendor's order."""

    name: str
    projects: dict[str, ProjectBranch] = field(default_factory=dict)
    listed: bool = False
    loading: bool = False
    error: ErrorInfo | None = None


class Listings:
    """The branches of all backends, by name."""

    def __init__(self, backends: Iterable[str]) -> None:
        self.backends: dict[str, BackendBranch] = {name: BackendBranch(name) for name in backends}

    def project(self, backend: str, project: str) -> ProjectBranch | None:
        branch = self.backends.get(backend)
        return branch.projects.get(project) if branch else None

    def resource(self, ref: ResourceRef) -> Resource | None:
        branch = self.project(ref.backend, ref.project)
        return next((found for found in branch.resources if found.name == ref.name), None) if branch else None

    def names(self, backend: str, project: str) -> frozenset[str]:
        """The names that exist in a project, as far as it was listed."""
        branch = self.project(backend, project)
        return frozenset(resource.name for resource in branch.resources) if branch else frozenset()

    def refs(self) -> Iterator[ResourceRef]:
        """Every resource that was listed."""
        for backend in self.backends.values():
            for branch in backend.projects.values():
                for resource in branch.resources:
                    yield ResourceRef(backend.name, branch.project.id, resource.name)

    def troubles(self) -> Mapping[str, ErrorInfo]:
        """What kept us from listing, by the branch it concerns."""
        found: dict[str, ErrorInfo] = {}
        for backend in self.backends.values():
            if backend.error:
                found[backend.name] = backend.error
            for branch in backend.projects.values():
                if branch.error:
                    found[f"{backend.name}:{branch.project.id}"] = branch.error
        return found


class Lister:
    """Asks the catalog and writes the answers into the listings; ``tell`` hears of every step."""

    def __init__(self, catalog: Catalog, listings: Listings, tell: Callable[[Message], object]) -> None:
        self._catalog = catalog
        self._listings = listings
        self._tell = tell

    async def backend(self, name: str) -> None:
        """Lists the projects of a backend, then their resources side by side."""
        branch = self._listings.backends[name]
        branch.loading, branch.error = True, None
        self._tell(CatalogChanged(name))
        try:
            projects = await self._catalog.projects(name)
        except DscloneError as error:
            branch.error = error.info
            return
        finally:
            branch.loading = False
            self._tell(CatalogChanged(name))
        branch.listed = True
        branch.projects = {project.id: self._kept(branch, project) for project in projects}
        self._tell(CatalogChanged(name))
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._within(gate, name, project.id) for project in projects))

    async def project(self, backend: str, project: str) -> None:
        """Lists the resources of one project."""
        branch = self._listings.project(backend, project)
        if branch is None:
            return
        branch.loading = True
        self._tell(CatalogChanged(backend, project))
        try:
            resources = await self._catalog.resources(backend, project)
        except DscloneError as error:
            branch.error = error.info
        else:
            branch.resources, branch.listed, branch.error = tuple(resources), True, None
        finally:
            branch.loading = False
            self._tell(CatalogChanged(backend, project))

    async def _within(self, gate: asyncio.Semaphore, backend: str, project: str) -> None:
        async with gate:
            await self.project(backend, project)

    @staticmethod
    def _kept(branch: BackendBranch, project: Project) -> ProjectBranch:
        """The project's branch with what was listed before, so that a refresh does not empty the screen."""
        old = branch.projects.get(project.id)
        if old is None:
            return ProjectBranch(project, loading=True)
        old.project, old.loading = project, True
        return old
