"""Sample Sanity projects: Acme Storefront with four datasets and Acme Docs with two."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dsclone_tui.sandbox.documents import NewAsset
from dsclone_tui.sandbox.samples.filling import Filling
from dsclone_tui.sandbox.samples.pictures import picture
from dsclone_tui.sandbox.samples.words import BEGINNING, Words, digest, slug
from dsclone_tui.sandbox.stamps import stamp
from dsclone_tui.sandbox.stores import Facts, Project, add_project, list_projects

PROJECT, DOCS_PROJECT = "zp7mbokg", "k4wq0rtm"
RELEASE = "rSpring26"
OWNER = "pAcmeOwner"


@dataclass(frozen=True, slots=True)
class Size:
    """How many documents of each sort a dataset has. Documents and history together are what a copy takes time for."""

    authors: int
    categories: int
    products: int
    articles: int
    drafts: int
    versions: int
    pictures: int


SIZES: dict[str, dict[str, Size]] = {
    "small": {
        "production": Size(4, 3, 8, 12, 3, 2, 6),
        "staging": Size(2, 2, 4, 6, 1, 0, 2),
        "internal": Size(1, 1, 2, 4, 0, 0, 1),
        "handbook": Size(1, 1, 0, 8, 1, 0, 1),
        "archive": Size(1, 1, 0, 4, 0, 0, 0),
    },
    "demo": {
        "production": Size(60, 40, 1800, 3700, 180, 60, 150),
        "staging": Size(20, 20, 300, 500, 30, 0, 40),
        "internal": Size(5, 8, 60, 200, 10, 0, 10),
        "handbook": Size(12, 15, 0, 650, 40, 0, 20),
        "archive": Size(6, 5, 0, 180, 0, 0, 5),
    },
}
COMMENTS = {"small": 6, "demo": 240}


def fill_sanity(db: sqlite3.Connection, content: str) -> None:
    """Writes the sample projects in the caller's transaction, unless the file has projects already."""
    if list_projects(db):
        return
    sizes = SIZES[content]
    for number, (project, title) in enumerate(((PROJECT, "Acme Storefront"), (DOCS_PROJECT, "Acme Docs"))):
        add_project(db, Project(project, _project_facts(title), _day(number)))
    for number, name in enumerate(("production", "staging")):
        _shop(PROJECT, name, sizes[name]).put(db, PROJECT, name, _facts(), _day(2 + number))
    _shop(PROJECT, "internal", sizes["internal"]).put(db, PROJECT, "internal", _facts(acl="private"), _day(4))
    comments = _comments(COMMENTS[content], sizes["production"].articles)
    comments.put(db, PROJECT, "production-comments", _facts(acl="private", addon_for="production"), _day(5))
    _shop(DOCS_PROJECT, "handbook", sizes["handbook"]).put(db, DOCS_PROJECT, "production", _facts(), _day(6))
    _shop(DOCS_PROJECT, "archive", sizes["archive"]).put(db, DOCS_PROJECT, "archive", _facts(), _day(7))


def _project_facts(title: str) -> Facts:
    return {
        "displayName": title,
        "studioHost": slug(title),
        "organizationId": "oAcme2025",
        "features": ["privateDataset", "advancedDatasetManagement"],
    }


def _facts(*, acl: str = "public", addon_for: str | None = None) -> Facts:
    profile = "comments" if addon_for else "content"
    return {"aclMode": acl, "createdByUserId": OWNER, "addonFor": addon_for, "datasetProfile": profile}


def _day(number: int) -> str:
    return stamp(BEGINNING + timedelta(days=number))


def _shop(project: str, name: str, size: Size) -> Filling:
    """A shop's content. Ids depend on the project and the number only, so that datasets of one project overlap."""
    words, filling = Words(f"{project}/{name}"), Filling()
    images = [_add_picture(filling, words, project, name, number) for number in range(size.pictures)]
    for number in range(size.authors):
        _add(filling, words, (project, "author", number), {"name": words.person(), "bio": words.paragraph()})
    for number in range(size.categories):
        _add(filling, words, (project, "category", number), _titled(words.product()))
    for number in range(size.products):
        body = {**_titled(words.product()), "price": words.price(), "stock": words.rng.randrange(400)}
        _add(filling, words, (project, "product", number), {**body, **_image(images, number)})
    articles = [_article(words, project, size, images, number) for number in range(size.articles)]
    for number, body in enumerate(articles):
        _add(filling, words, (project, "article", number), body)
    for number, body in enumerate(articles[: size.drafts]):
        _add(filling, words, (project, "article", number), {**body, "title": f"{body['title']} (new)"}, "drafts.")
    if size.versions:
        _add_release(filling, words)
    for number, body in enumerate(articles[: size.versions]):
        _add(filling, words, (project, "article", number), body, f"versions.{RELEASE}.")
    return filling


def _article(words: Words, project: str, size: Size, images: list[str], number: int) -> dict[str, Any]:
    return {
        **_titled(words.headline()),
        "author": _ref(project, "author", number % size.authors),
        "categories": [{"_key": f"c{number % 7}", **_ref(project, "category", number % size.categories)}],
        "body": [_block(words.paragraph(), key) for key in range(2)],
        **_image(images, number),
    }


def _comments(count: int, articles: int) -> Filling:
    words, filling = Words("comments"), Filling()
    for number in range(count):
        body = {
            "message": [_block(words.paragraph(), 0)],
            "status": words.rng.choice(("open", "open", "resolved")),
            "target": {"document": _ref(PROJECT, "article", number % articles), "documentType": "article"},
        }
        _add(filling, words, (PROJECT, "comment", number), body)
    return filling


def _add(filling: Filling, words: Words, key: tuple[str, str, int], body: dict[str, Any], prefix: str = "") -> None:
    id_ = prefix + _id(*key)
    revs = tuple(digest("rev", id_, number)[:22] for number in range(2))
    filling.add(id_, key[1], body, revs, words.moments())


def _add_release(filling: Filling, words: Words) -> None:
    body = {"name": RELEASE, "state": "active", "metadata": {"title": "Spring 2026", "releaseType": "asap"}}
    filling.add(f"_.releases.{RELEASE}", "system.release", body, (digest(RELEASE)[:22],), words.moments())


def _add_picture(filling: Filling, words: Words, project: str, dataset: str, number: int) -> str:
    """Puts the bytes and their asset document in; returns the asset's id."""
    image = picture(number)
    name = f"{image.sha1}-{image.width}x{image.height}"
    id_ = f"image-{name}-png"
    filename = f"{slug(words.product())}.png"
    filling.assets.append(NewAsset(id_, filename, "image/png", image.content))
    path = f"images/{project}/{dataset}/{name}.png"
    size = {"width": image.width, "height": image.height, "aspectRatio": image.width / image.height}
    body = {
        "originalFilename": filename,
        "assetId": image.sha1,
        "sha1hash": image.sha1,
        "extension": "png",
        "mimeType": "image/png",
        "size": len(image.content),
        "path": path,
        "url": f"https://cdn.sanity.io/{path}",
        "metadata": {"dimensions": {"_type": "sanity.imageDimensions", **size}},
    }
    filling.add(id_, "sanity.imageAsset", body, (digest("rev", id_)[:22],), words.moments())
    return id_


def _titled(title: str) -> dict[str, Any]:
    return {"title": title, "slug": {"_type": "slug", "current": slug(title)}}


def _image(images: list[str], number: int) -> dict[str, Any]:
    if not images:
        return {}
    return {"image": {"_type": "image", "asset": {"_type": "reference", "_ref": images[number % len(images)]}}}


def _ref(project: str, type_: str, number: int) -> dict[str, str]:
    return {"_type": "reference", "_ref": _id(project, type_, number)}


def _block(text: str, key: int) -> dict[str, Any]:
    span = {"_type": "span", "_key": f"s{key}", "text": text, "marks": []}
    return {"_type": "block", "_key": f"b{key}", "style": "normal", "markDefs": [], "children": [span]}


def _id(project: str, type_: str, number: int) -> str:
    text = digest(project, type_, number)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
