"""The sandbox stands alone: it imports nothing else of ours, no HTTP client, and is no entry point."""

import importlib.util
import subprocess
import sys

PRINT = """
import sys, dsclone_tui.sandbox.server, dsclone_tui.sandbox.embedded
print(*sorted(name for name in sys.modules if name.startswith(("dsclone_tui", "httpx", "textual", "sqlmodel"))))
"""


def test_it_loads_nothing_of_ours_and_no_client() -> None:
    run = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "dsclone_tui.sandbox.app" in loaded
    assert [name for name in loaded if name != "dsclone_tui" and not name.startswith("dsclone_tui.sandbox")] == []


def test_it_cannot_be_run_as_a_module() -> None:
    assert importlib.util.find_spec("dsclone_tui.sandbox.__main__") is None
