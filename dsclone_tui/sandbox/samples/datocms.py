"""The sample DatoCMS site: Acme Site with its primary environment and a sandbox forked from it."""

import base64
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dsclone_tui.sandbox.documents import NewAsset
from dsclone_tui.sandbox.samples.filling import Filling
from dsclone_tui.sandbox.samples.pictures import picture
from dsclone_tui.sandbox.samples.words import BEGINNING, Words, digest, slug
from dsclone_tui.sandbox.stamps import stamp
from dsclone_tui.sandbox.stores import Project, add_project, list_projects

SITE = "128374"
MAIN, STAGING = "main", "staging"


@dataclass(frozen=True, slots=True)
class Size:
    """How many records of each model, and how many uploads, an environment has."""

    authors: int
    categories: int
    products: int
    articles: int
    uploads: int


SIZES: dict[str, dict[str, Size]] = {
    "small": {MAIN: Size(4, 3, 15, 20, 6), STAGING: Size(4, 3, 6, 10, 2)},
    "demo": {MAIN: Size(60, 40, 1800, 4100, 150), STAGING: Size(60, 40, 400, 700, 60)},
}
MODELS = {
    "author": "Author",
    "category": "Category",
    "product": "Product",
    "article": "Article",
}


def fill_datocms(db: sqlite3.Connection, content: str) -> None:
    """Writes the sample site in the caller's transaction, unless the file has one already."""
    if list_projects(db):
        return
    add_project(db, Project(SITE, _site_attributes(), stamp(BEGINNING)))
    sizes = SIZES[content]
    main = {"primary": True, "forked_from": None}
    _records(MAIN, sizes[MAIN]).put(db, SITE, MAIN, main, stamp(BEGINNING))
    staging = {"primary": False, "forked_from": MAIN}
    _records(STAGING, sizes[STAGING]).put(db, SITE, STAGING, staging, stamp(BEGINNING + timedelta(days=90)))


def _site_attributes() -> dict[str, Any]:
    return {
        "name": "Acme Site",
        "domain": None,
        "internal_domain": "acme-site.admin.datocms.com",
        "locales": ["en", "it"],
        "timezone": "Europe/London",
        "require_2fa": False,
        "force_use_of_sandbox_environments": False,
        "no_index": False,
    }


def _records(environment: str, size: Size) -> Filling:
    words, filling = Words(f"{SITE}/{environment}"), Filling()
    for key, name in MODELS.items():
        body = {"name": name, "api_key": key, "draft_mode_active": False, "singleton": False, "sortable": False}
        filling.add(_id("model", key), "item_type", body, ("1",), words.moments())
    for number in range(size.uploads):
        image, filename = picture(number), f"{slug(words.product())}.png"
        filling.assets.append(NewAsset(_id("upload", number), filename, "image/png", image.content))
    for number in range(size.authors):
        _add(filling, words, "author", number, {"name": words.person(), "bio": words.paragraph()})
    for number in range(size.categories):
        _add(filling, words, "category", number, _titled(words.product()))
    for number in range(size.products):
        body = {**_titled(words.product()), "price": words.price(), "description": words.paragraph()}
        _add(filling, words, "product", number, body)
    for number in range(size.articles):
        body = {
            **_titled(words.headline()),
            "author": _id("author", number % size.authors),
            "category": _id("category", number % size.categories),
            "cover": {"upload_id": _id("upload", number % size.uploads), "alt": None, "title": None},
            "content": words.paragraph(),
        }
        _add(filling, words, "article", number, body)
    return filling


def _add(filling: Filling, words: Words, model: str, number: int, body: dict[str, Any]) -> None:
    filling.add(_id(model, number), _id("model", model), body, ("1", "2"), words.moments())


def _titled(title: str) -> dict[str, Any]:
    return {"title": title, "slug": slug(title)}


def _id(*key: object) -> str:
    """22 characters that are the same in every environment (wire/datocms 8, edge case 23)."""
    raw = bytes.fromhex(digest(SITE, *key))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
