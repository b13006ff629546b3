"""``config.example.toml`` is the reference of all settings: complete, loadable, and true about the defaults."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dsclone_tui.config import schema
from dsclone_tui.config.load import load, parse
from dsclone_tui.config.paths import Place
from dsclone_tui.config.schema import BackendSettings, JournalSettings, Settings, UiSettings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECTIONS: dict[str, type[BaseModel]] = {"journal": JournalSettings, "backends": BackendSettings, "ui": UiSettings}
COMMENTED_OUT = re.compile(r"^# (\w+ = .*)$", re.MULTILINE)


def written(text: str) -> Iterator[tuple[str, str, Any]]:
    """Every setting in a document: its section, its name, its value as the schema reads it."""
    tables = tomllib.loads(text)
    read = parse(text.encode(), EXAMPLE)
    for name in tables.keys() & {"journal", "ui"}:
        yield from ((name, key, getattr(getattr(read, name), key)) for key in tables[name])
    for name, backend in tables["backends"].items():
        yield from (("backends", key, getattr(read.backends[name], key)) for key in backend)


@pytest.fixture(scope="module")
def text() -> str:
    return EXAMPLE.read_text()


def test_it_can_be_used_as_it_is() -> None:
    found = load(Place(EXAMPLE, "--config"))
    assert [backend.type for backend in found.backends.values()] == ["sanity", "datocms"]
    assert found.keys == {}


def test_it_can_be_used_with_everything_uncommented(text: str) -> None:
    assert len(COMMENTED_OUT.findall(text)) == 2
    parse(COMMENTED_OUT.sub(r"\1", text).encode(), EXAMPLE)


def test_it_names_every_setting(text: str) -> None:
    named = {(section, key) for section, key, _ in written(COMMENTED_OUT.sub(r"\1", text))}
    assert named == {(section, key) for section, model in SECTIONS.items() for key in model.model_fields}
    assert set(tomllib.loads(text)) == set(Settings.model_fields)


def test_what_it_shows_is_the_default(text: str) -> None:
    shown = {(section, key): value for section, key, value in written(text)}
    for (section, key), value in shown.items():
        field = SECTIONS[section].model_fields[key]
        assert field.is_required() or value == field.default, f"[{section}] {key}"


def test_what_it_does_not_set_is_not_set_by_default(text: str) -> None:
    everything = {(section, key) for section, key, _ in written(COMMENTED_OUT.sub(r"\1", text))}
    for section, key in everything - {(section, key) for section, key, _ in written(text)}:
        assert SECTIONS[section].model_fields[key].default is None, f"[{section}] {key}"


def test_every_vendor_is_shown(text: str) -> None:
    vendors = BackendSettings.model_fields["type"].annotation
    assert {backend["type"] for backend in tomllib.loads(text)["backends"].values()} == set(get_args(vendors))


@pytest.mark.parametrize("model", [Settings, *SECTIONS.values()])
def test_every_setting_is_documented_where_it_is_declared(model: type[BaseModel]) -> None:
    (body,) = [
        node.body
        for node in ast.parse(inspect.getsource(schema)).body
        if isinstance(node, ast.ClassDef) and node.name == model.__name__
    ]
    documented = {
        field.target.id
        for field, after in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    }
    assert documented == set(model.model_fields)
