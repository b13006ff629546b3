"""Seeds: exports become datasets, with their assets; what is no export is refused by file and line."""

import io
import json
import tarfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dsclone_tui.sandbox.archives import asset_id
from dsclone_tui.sandbox.database import SandboxError
from dsclone_tui.sandbox.embedded import Box, running
from dsclone_tui.sandbox.samples.pictures import picture
from dsclone_tui.sandbox.seeds import dataset_name

Make = Callable[[Box], Awaitable[httpx.AsyncClient]]
POST = {
    "_id": "post-1",
    "_type": "post",
    "_rev": "r1",
    "_createdAt": "2026-01-02T03:04:05Z",
    "_updatedAt": "2026-01-02T03:04:06Z",
    "title": "Grüße",
}


async def exported(client: httpx.AsyncClient, dataset: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/data/export/{dataset}")
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(f"blog-export-2026/{name}")
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


async def test_a_bare_ndjson_becomes_a_dataset(tmp_path: Path, sanity_of: Make) -> None:
    seed = tmp_path / "My Blog.ndjson"
    release, system = (
        {"_id": "_.releases.r1", "_type": "system.release"},
        {"_id": "_.groups.x", "_type": "system.group"},
    )
    lines = [json.dumps(document) for document in (POST, {**POST, "_id": "drafts.post-1"}, release, system)]
    seed.write_bytes("\r\n\n".join(["\ufeff" + lines[0], *lines[1:], '{"_type":"nameless"}']).encode())
    async with running(seeds=[seed]) as box:
        documents = await exported(await sanity_of(box), "my-blog")
    assert documents[0] == POST
    assert [document["_id"] for document in documents[:3]] == ["post-1", "drafts.post-1", "_.releases.r1"]
    assert documents[3]["_type"] == "nameless"
    assert documents[3]["_id"]


async def test_an_archive_brings_its_assets(tmp_path: Path, sanity_of: Make) -> None:
    image = picture(3)
    stem = f"{image.sha1}-{image.width}x{image.height}"
    document = {**POST, "cover": {"_sanityAsset": f"image@file://./images/{stem}.png", "_type": "image"}}
    video = "a" * 40
    seed = archive(
        tmp_path / "blog.tar.gz",
        {
            "data.ndjson": json.dumps(document).encode(),
            "assets.json": json.dumps({f"image-{image.sha1}": {"originalFilename": "dawn.png"}}).encode(),
            f"images/{stem}.png": image.content,
            f"files/{video}-mp4.bin": b"film",
        },
    )
    async with running(seeds=[seed]) as box:
        documents = {item["_id"]: item for item in await exported(await sanity_of(box), "blog")}
        assert (await box.census("sanity", "blog")).assets == 2
    assert documents["post-1"]["cover"] == {
        "_type": "image",
        "asset": {"_type": "reference", "_ref": f"image-{stem}-png"},
    }
    asset = documents[f"image-{stem}-png"]
    assert (asset["_type"], asset["originalFilename"]) == ("sanity.imageAsset", "dawn.png")
    assert documents[f"file-{video}-mp4"]["mimeType"] == "video/mp4"


async def test_a_seed_is_loaded_once_and_its_copies_stay(tmp_path: Path, sanity_of: Make) -> None:
    seed = tmp_path / "production.ndjson"
    seed.write_text(json.dumps(POST))
    for _ in range(2):
        async with running(data=tmp_path / "data", seeds=[seed]) as box:
            client = await sanity_of(box)
            assert await exported(client, "production-seed") == [POST]
            assert len((await client.get("/datasets")).json()) == 5


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"nope", "line 1: not JSON"),
        (b'{"_id":"a","_type":"x"}\n[]', "line 2: not a document"),
        (b'{"_id":"a","_type":"x"}\n{"error":{"description":"timeout"}}', "line 2: the export ended"),
        (b'{"_id":"a","_type":"x"}\n{"_id":"a","_type":"x"}', "twice"),
        (b'{"_id":"a","t":"\\ud800"}', "line 1: not JSON"),
        (b"\xff", "line 1: not JSON"),
    ],
)
async def test_a_broken_ndjson_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    seed = tmp_path / "blog.ndjson"
    seed.write_bytes(content)
    with pytest.raises(SandboxError, match=complaint):
        async with running(seeds=[seed]):
            pass


async def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.tar.gz"
    text.write_text("plain")
    empty = archive(tmp_path / "empty.tar.gz", {"readme.txt": b"x"})
    for seed in (tmp_path / "missing.ndjson", text, empty):
        with pytest.raises(SandboxError, match=seed.name):
            async with running(seeds=[seed]):
                pass


async def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for seed in (first := tmp_path / "blog.ndjson", second := tmp_path / "a" / "blog.ndjson"):
        seed.write_text(json.dumps(POST))
    with pytest.raises(SandboxError, match="both become dataset blog"):
        async with running(seeds=[first, second]):
            pass


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("production.ndjson", "production"),
        ("My Shop (2).tar.gz", "my-shop-2"),
        ("--.ndjson", "seed"),
        ("x" * 90 + ".tgz", "x" * 64),
        ("Ünï.ndjson", "n"),
    ],
)
def test_dataset_names_come_from_file_names(filename: str, name: str) -> None:
    assert dataset_name(Path(filename)) == name


def test_asset_ids_come_from_exported_names() -> None:
    sha = "0" * 40
    assert asset_id("image", f"{sha}-640x480.jpg") == f"image-{sha}-640x480-jpg"
    assert asset_id("file", f"{sha}-woff2.bin") == f"file-{sha}-woff2"
    assert asset_id("file", f"{sha}.pdf") == f"file-{sha}-pdf"
    assert asset_id("file", "readme.md") is None
