"""What there is, branch by branch, and references completed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dsclone_tui.domain.errors import NotFoundError, NotPermittedError, UnreachableError, UsageError
from dsclone_tui.domain.refs import NameRef, ResourceRef, ScopeRef
from dsclone_tui.domain.resources import Resource
from dsclone_tui.engine.catalog import Catalog

from .fake_backend import FakeBackend

if TYPE_CHECKING:
    from .conftest import World

PRODUCTION = Resource("production", "dataset")
DENIED = NotPermittedError("may not list")


@pytest.fixture
async def catalog(world: World) -> Catalog:
    """``acme`` with one project, ``site`` with two, one of which may not be listed."""
    world.backend.listed = {"zp": [PRODUCTION]}
    site = FakeBackend("site", world.clock, world.log)
    site.listed = {"one": [PRODUCTION], "two": DENIED}
    return Catalog({"acme": world.backend, "site": site})


async def test_a_reference_is_completed_where_there_is_one_project(world: World, catalog: Catalog) -> None:
    for _ in range(2):
        assert await catalog.complete(NameRef("acme", None, "x")) == ResourceRef("acme", "zp", "x")
    assert world.backend.count("projects") == 1, "asked once"


async def test_a_full_reference_needs_no_question(world: World, catalog: Catalog) -> None:
    assert await catalog.complete(NameRef("acme", "other", "x")) == ResourceRef("acme", "other", "x")
    assert world.backend.calls == []


async def test_among_several_projects_one_must_be_named(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="2 projects: say which") as caught:
        await catalog.complete(NameRef("site", None, "x"))
    assert caught.value.info.hint == "write site:PROJECT/x with PROJECT one of one, two"


async def test_no_project_at_all(world: World, catalog: Catalog) -> None:
    world.backend.listed = {}
    with pytest.raises(NotFoundError) as caught:
        await catalog.complete(NameRef("acme", None, "x"))
    assert caught.value.info.code == "project_not_found"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("acmee", "did you mean acme?"), ("siet", "did you mean site?"), ("xyz", "configured backends: acme, site")],
)
async def test_a_backend_that_is_not_there(catalog: Catalog, name: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        catalog.backend(name)
    assert (caught.value.info.code, caught.value.info.hint) == ("backend_not_found", hint)


def test_no_backends_at_all() -> None:
    with pytest.raises(NotFoundError) as caught:
        Catalog({}).backend("acme")
    assert caught.value.info.hint == "configured backends: none"


async def test_an_error_stays_with_its_branch(world: World, catalog: Catalog) -> None:
    world.backend.will("projects", UnreachableError("no route"))
    acme, site = await catalog.tree(ScopeRef())
    assert acme.to_json() == {
        "name": "acme",
        "type": "fake",
        "error": {"code": "unreachable", "message": "no route", "hint": None, "remote": None},
        "projects": [],
    }
    one, two = site.projects
    assert (one.resources, one.error) == ((PRODUCTION,), None)
    assert (two.resources, two.error) == ((), DENIED)
    assert site.error is None
    assert site.first_error() is DENIED


async def test_a_tree_that_is_well(catalog: Catalog) -> None:
    (acme,) = await catalog.tree(ScopeRef("acme"))
    assert acme.first_error() is None
    assert acme.to_json() == {
        "name": "acme",
        "type": "fake",
        "projects": [{"id": "zp", "title": "ZP", "resources": [PRODUCTION.to_json()]}],
    }


async def test_a_project_alone(catalog: Catalog) -> None:
    (site,) = await catalog.tree(ScopeRef("site", "two"))
    assert [listing.project.id for listing in site.projects] == ["two"]


async def test_scopes_that_are_not_there(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match="no backend"):
        await catalog.tree(ScopeRef("nowhere"))
    with pytest.raises(NotFoundError, match="no project 'three'"):
        await catalog.tree(ScopeRef("site", "three"))


async def test_backends_are_asked_side_by_side(world: World, catalog: Catalog) -> None:
    async def slow() -> list[object]:
        await world.passes(5.0)
        return []

    world.backend.will("projects", slow)
    site = catalog.backend("site")
    assert isinstance(site, FakeBackend)
    site.will("projects", slow)
    began = world.clock.monotonic()
    await catalog.tree(ScopeRef())
    assert world.clock.monotonic() - began == pytest.approx(5.0)
