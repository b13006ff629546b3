"""A fresh machine: the welcome screen, and the first configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def test_the_welcome_screen_writes_a_first_configuration(terminal: Any) -> None:
    config = Path(os.environ["HOME"], "dsclone", "config.toml")
    screen = terminal(80, 24)
    screen.wait("demo")
    screen.send("c")
    assert screen.ended() == 0
    assert config.stat().st_mode & 0o777 == 0o600
    assert "[backends." in config.read_text()
