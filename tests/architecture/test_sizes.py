"""Caps that keep every file short enough to read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dsclone_tui"
FILE_LINES, FUNCTION_LINES, CLASS_METHODS = 300, 60, 25


def _sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            yield path, node


def test_files_fit_on_a_few_screens() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _sources()}
    assert len(lengths) > 40
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_fit_on_one_screen() -> None:
    long = {
        f"{path.name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, node in _nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    }
    assert long == {}


def test_no_class_knows_everything() -> None:
    wide = {
        f"{path.name}:{node.name}": methods
        for path, node in _nodes()
        if isinstance(node, ast.ClassDef)
        and (methods := sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body))
        > CLASS_METHODS
    }
    assert wide == {}


def test_nobody_catches_everything_without_raising_it_again() -> None:
    blind = [
        f"{path.name}:{node.lineno}"
        for path, node in _nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "BaseException"))
        and not any(isinstance(part, ast.Raise) for part in ast.walk(node))
    ]
    assert blind == []
