"""Loads vendor exports into new datasets: bare `.ndjson`, or the `.tar.gz` of a dataset export (wire/sanity 7)."""

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from dsclone_tui.sandbox.archives import read_archive, read_ndjson
from dsclone_tui.sandbox.database import SandboxError
from dsclone_tui.sandbox.documents import add_assets, add_documents
from dsclone_tui.sandbox.samples import PROJECT
from dsclone_tui.sandbox.stores import add_store, find_store

ARCHIVES = (".tar.gz", ".tgz")
LONGEST_NAME = 64


def load_seeds(db: sqlite3.Connection, seeds: Sequence[Path]) -> None:
    """Loads each file into a dataset of the first project, in the caller's transaction.

    The dataset is named after the file, with `-seed` behind it where that name was taken by something else.
    A file that an earlier start has loaded is left as it is. Raises `SandboxError` naming file and line.
    """
    names: dict[str, Path] = {}
    for path in seeds:
        name = dataset_name(path)
        if name in names:
            raise SandboxError(f"{path} and {names[name]} would both become dataset {name}")
        names[name] = path
        for candidate in (name, f"{name[: LONGEST_NAME - 5]}-seed"):
            taken = find_store(db, PROJECT, candidate)
            if taken is None:
                _load(db, path, candidate)
                break
            if taken.facts.get("seed") == path.name:
                break
        else:
            raise SandboxError(f"{path}: the datasets {name} and {candidate} are both taken")


def dataset_name(path: Path) -> str:
    """The file's name without its ending, made into a legal dataset name."""
    stem = path.name.lower()
    for ending in (*ARCHIVES, ".ndjson"):
        stem = stem.removesuffix(ending)
    name = re.sub(r"[^a-z0-9_-]+", "-", stem)[:LONGEST_NAME].strip("-_")
    return name or "seed"


def _load(db: sqlite3.Connection, path: Path, name: str) -> None:
    facts = {
        "aclMode": "public",
        "createdByUserId": "pSandboxRobot",
        "addonFor": None,
        "datasetProfile": "content",
        "seed": path.name,
    }
    key = add_store(db, PROJECT, name, facts, ready=True)
    try:
        if path.name.lower().endswith(ARCHIVES):
            read_archive(
                path,
                on_documents=lambda documents: add_documents(db, key, documents),
                on_asset=lambda asset: add_assets(db, key, [asset]),
            )
        else:
            with path.open("rb") as file:
                add_documents(db, key, read_ndjson(file, path.name))
    except OSError as error:
        raise SandboxError(f"cannot read {path}: {error}") from error
    except sqlite3.IntegrityError:
        raise SandboxError(f"{path}: the same document id stands in it twice") from None
