"""Start a clone on the screen, pull the plug, start again: the same job goes on and completes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

SIZES = [(80, 24), (120, 40), (200, 60)]


def _percent(text: str, target: str) -> int | None:
    """The percentage in the table's row of the job."""
    for line in text.splitlines():
        if f"→ {target}" in line and (found := re.search(r"(\d+) %", line)):
            return int(found[1])
    return None


def _listed(text: str) -> bool:
    """Both vendors' lists are there, and the cursor waits on the first dataset."""
    return "▌      production" in text and "main PROD" in text


def _above(target: str, percent: int) -> Callable[[str], bool]:
    return lambda text: (_percent(text, target) or 0) > percent


@pytest.mark.parametrize(("columns", "rows"), SIZES)
@pytest.mark.parametrize(("way", "target"), [((), "feature-x"), (("G", "k"), "qa")], ids=["copy", "fork"])
def test_a_clone_survives_the_death_of_the_screen(
    serve: Any, terminal: Any, columns: int, rows: int, way: tuple[str, ...], target: str
) -> None:
    config = serve("0.4")
    first = terminal(columns, rows, "--config", config)
    first.wait(_listed)
    first.send(*way, "n")
    first.wait("From")
    first.send(target)
    first.wait("free")
    first.send("enter", "enter")
    first.wait(_above(target, 5))
    before = _percent(first.text, target)
    assert before is not None
    first.kill()

    second = terminal(columns, rows, "--config", config)
    second.wait("Browse")
    second.send("2")
    second.wait(lambda text: f"→ {target}" in text and "running" in text)
    second.wait(_above(target, before))
    done = second.wait(lambda text: f"→ {target}" in text and "✓ completed" in text)
    assert _percent(done, target) == 100
    second.send("q")
    assert second.ended() == 0


def test_ten_jobs_of_two_processes_are_all_live_and_all_end(serve: Any, terminal: Any) -> None:
    config = serve("0.5")
    screen = terminal(120, 40, "--config", config)
    screen.wait(_listed)
    others = [
        terminal(100, 10, "--config", config, "copy", "sanity:zp7mbokg/production", f"other-{number}")
        for number in range(6)
    ]
    for number in range(4):
        screen.send("1")
        screen.wait("sanity:zp7mbokg/production")
        screen.send("n")
        screen.wait("From")
        screen.send(f"mine-{number}")
        screen.wait("free")
        screen.send("enter", "enter")
        screen.wait(f"→ mine-{number}")
    screen.wait("10 running")
    names = [f"other-{number}" for number in range(6)] + [f"mine-{number}" for number in range(4)]
    seen = {name: _percent(screen.text, name) or 0 for name in names}
    screen.wait(lambda text: all((_percent(text, name) or 0) > seen[name] for name in names))
    screen.wait(lambda text: all(_percent(text, name) == 100 for name in names), within=90)
    screen.wait("10 done today")
    assert [other.ended() for other in others] == [0] * 6


def test_the_demo_is_picked_up_after_a_kill(terminal: Any, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    first = terminal(120, 40, "demo")
    first.wait(_listed)
    first.send("n")
    first.wait("From")
    first.send("newfeature", "enter", "enter")
    first.wait(_above("newfeature", 2))
    first.kill()

    second = terminal(120, 40, "demo")
    second.wait("Browse")
    second.send("2")
    second.wait(_above("newfeature", 4))
    second.send("q")
    second.wait("Quit")
    second.send("q")
    assert second.ended() == 0
    assert list(tmp_path.glob("dsclone-demo-*")) == [], "the demo leaves nothing behind"
