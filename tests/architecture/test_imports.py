"""What the start-up paths really load, seen from a fresh interpreter: the static walls do not see late imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"textual", "rich", "sqlmodel", "sqlalchemy", "pydantic", "httpx", "starlette", "uvicorn", "watchfiles"}


def _loaded_by(program: str) -> set[str]:
    """Top-level packages in ``sys.modules`` after a program ran in an interpreter of its own."""
    code = f"import sys, json\n{program}\njson.dump(sorted({{n.partition('.')[0] for n in sys.modules}}), sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stderr.splitlines()[-1]))


def _main(*argv: str) -> str:
    call = f"from dsclone_tui.__main__ import main; main({list(argv)!r})"
    return f"try:\n    {call}\nexcept SystemExit:\n    pass"


def test_version_loads_nothing_heavy() -> None:
    assert _loaded_by(_main("--version")) & (HEAVY | {"asyncio"}) == set()


def test_help_loads_nothing_heavy() -> None:
    assert _loaded_by(_main("copy", "--help")) & HEAVY == set()


def test_ls_loads_neither_textual_nor_sqlmodel(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[backends.gone]\ntype = "sanity"\ntoken = "env:NO_SUCH_TOKEN"\n')
    loaded = _loaded_by(_main("--config", str(config), "ls"))
    assert "httpx" in loaded, "the check must reach the point where the backend is asked"
    # rich is not in this list: httpx loads it for a command line of its own wherever click is installed
    assert loaded & {"textual", "sqlmodel", "sqlalchemy"} == set()


@pytest.mark.parametrize("module", ["dsclone_tui.domain.ports", "dsclone_tui.engine.engine"])
def test_core_loads_no_library(module: str) -> None:
    assert _loaded_by(f"import {module}") & HEAVY == set()


def test_the_journal_facade_loads_no_sqlmodel() -> None:
    assert _loaded_by("import dsclone_tui.journal.journal") & {"sqlmodel", "sqlalchemy"} == set()
