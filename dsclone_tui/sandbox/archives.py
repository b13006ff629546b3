"""Reads what a Sanity dataset export holds: `data.ndjson`, `assets.json` and the asset files (wire/sanity 7)."""

import hashlib
import json
import mimetypes
import re
import secrets
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from dsclone_tui.sandbox.database import SandboxError
from dsclone_tui.sandbox.documents import NewAsset, NewDocument
from dsclone_tui.sandbox.stamps import now

LARGEST_FILE = 256 * 1024 * 1024
SYSTEM = frozenset({"_id", "_type", "_rev", "_createdAt", "_updatedAt"})
_ASSET_LINK = re.compile(r"(file|image)@file://\./(?:files|images)/(.+)")
_ASSET_FILE = re.compile(r"(?P<sha>[0-9a-f]{40})(?:-(?P<size>\d+x\d+))?(?:-(?P<odd>\w+)\.bin|\.(?P<plain>\w+))")


def read_ndjson(lines: Iterable[bytes], name: str) -> Iterator[NewDocument]:
    """The documents of an export, one a line; blank lines, CRLF and a missing last newline are fine.

    System documents other than releases are left out, documents without an id get one. Raises `SandboxError`.
    """
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            continue
        try:
            item = json.loads(text)
            document = _document(item) if isinstance(item, dict) else None
        except (ValueError, RecursionError):
            raise SandboxError(f"{name}, line {number}: not JSON") from None
        if document is None:
            raise SandboxError(f"{name}, line {number}: not a document")
        if "_id" not in item and "error" in item:
            raise SandboxError(f"{name}, line {number}: the export ended in an error: {item['error']}")
        if not document.id.startswith("_.") or document.id.startswith("_.releases."):
            yield document


def read_archive(
    path: Path,
    *,
    on_documents: Callable[[Iterable[NewDocument]], None],
    on_asset: Callable[[NewAsset], None],
) -> None:
    """Reads an archive from front to back, handing out documents and assets. Raises `OSError`, `SandboxError`."""
    facts: dict[str, dict[str, Any]] = {}
    seen = 0
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is None:
                    continue
                if member.size > LARGEST_FILE:
                    raise SandboxError(f"{path}: {member.name} is larger than {LARGEST_FILE} bytes")
                if member.name.endswith(".ndjson"):
                    seen += 1
                    on_documents(read_ndjson(file, member.name))
                elif member.name.endswith("/assets.json"):
                    facts = _facts(file.read())
                else:
                    _read_asset(member.name, file, facts, on_documents, on_asset)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise SandboxError(f"{path} is not a dataset export: {error}") from error
    if seen != 1:
        raise SandboxError(f"{path} holds {seen} .ndjson files, an export has one")


def _facts(text: bytes) -> dict[str, dict[str, Any]]:
    facts = json.loads(text)
    if not isinstance(facts, dict):
        return {}
    return {name: value for name, value in facts.items() if isinstance(value, dict)}


def _read_asset(
    name: str,
    file: IO[bytes],
    facts: dict[str, dict[str, Any]],
    on_documents: Callable[[Iterable[NewDocument]], None],
    on_asset: Callable[[NewAsset], None],
) -> None:
    folder, _, filename = name.rpartition("/")
    kind = {"images": "image", "files": "file"}.get(folder.rpartition("/")[2])
    if kind is None:
        return
    content = file.read()
    id_ = asset_id(kind, filename) or asset_id(kind, f"{_sha1(content)}.{filename.rpartition('.')[2]}")
    if id_ is None:
        return
    sha1, extension = id_.split("-")[1], id_.rpartition("-")[2]
    mime = mimetypes.types_map.get(f".{extension}", "application/octet-stream")
    body = {
        **facts.get(f"{kind}-{sha1}", {}),
        **{"assetId": sha1, "sha1hash": sha1, "extension": extension, "mimeType": mime, "size": len(content)},
    }
    on_asset(NewAsset(id_, str(body.get("originalFilename", filename)), mime, content))
    on_documents([_document({**body, "_id": id_, "_type": f"sanity.{kind}Asset"})])


def asset_id(kind: str, filename: str) -> str | None:
    """The id of the asset that an export keeps under `filename`, None for names that are none of its own.

    Extensions with a digit are written `<sha1>-mp4.bin` by the exporter.
    """
    found = _ASSET_FILE.fullmatch(filename)
    if found is None:
        return None
    parts = (kind, found["sha"], found["size"], found["odd"] or found["plain"])
    return "-".join(part for part in parts if part)


def _document(item: dict[str, Any]) -> NewDocument:
    moment = now()
    body = {name: _linked(value) for name, value in item.items() if name not in SYSTEM}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    text.encode()  # a lone surrogate is legal in JSON's escapes, but nothing that can be kept
    return NewDocument(
        id=str(item.get("_id") or secrets.token_hex(16)),
        rev=str(item.get("_rev") or secrets.token_hex(11)),
        type=str(item.get("_type", "")),
        body=text,
        created_at=str(item.get("_createdAt") or moment),
        updated_at=str(item.get("_updatedAt") or moment),
    )


def _linked(value: Any) -> Any:
    """Turns `_sanityAsset` links into the references they stood for, as an import does."""
    if isinstance(value, list):
        return [_linked(part) for part in value]
    if not isinstance(value, dict):
        return value
    rest = {name: _linked(part) for name, part in value.items() if name != "_sanityAsset"}
    link = _ASSET_LINK.fullmatch(str(value.get("_sanityAsset", "")))
    id_ = asset_id(link[1], link[2]) if link else None
    if id_ is None:
        return value if "_sanityAsset" in value else rest
    return {**rest, "asset": {"_type": "reference", "_ref": id_}}


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
