"""A store's sample content on its way into the file."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from dsclone_tui.sandbox.documents import (
    NewAsset,
    NewDocument,
    NewRevision,
    add_assets,
    add_documents,
    add_revisions,
)
from dsclone_tui.sandbox.stores import Facts, add_store

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Filling:
    """Collects what goes into one store."""

    documents: list[NewDocument] = field(default_factory=list)
    revisions: list[NewRevision] = field(default_factory=list)
    assets: list[NewAsset] = field(default_factory=list)

    def add(self, id_: str, type_: str, body: dict[str, Any], revs: tuple[str, ...], at: tuple[str, str]) -> None:
        """A document with a history of one step per revision; the last of `revs` is its present one."""
        created, updated = at
        self.documents.append(NewDocument(id_, revs[-1], type_, _encode(body), created, updated))
        name = next(iter(body), None)
        step = _encode({name: body[name]}) if name is not None else "{}"
        for number, rev in enumerate(revs):
            self.revisions.append(NewRevision(id_, rev, updated if number else created, step))

    def put(self, db: sqlite3.Connection, project: str, name: str, facts: Facts, created_at: str) -> None:
        """Makes the store and writes everything into it."""
        key = add_store(db, project, name, facts, ready=True, created_at=created_at)
        add_documents(db, key, self.documents)
        add_revisions(db, key, self.revisions)
        add_assets(db, key, self.assets)
