"""The commented example configuration, as it comes with the program."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from dsclone_tui.domain.errors import ConfigError


def example_text() -> str:
    """The text of ``config.example.toml``: beside the package in a checkout, within it once installed."""
    packaged = files("dsclone_tui") / "config" / "config.example.toml"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parents[2] / "config.example.toml").read_text(encoding="utf-8")


def write_example(path: Path) -> None:
    """Writes the example to ``path`` (mode 0600, folders 0700). Raises ConfigError; never overwrites."""
    text = example_text()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"{path} exists already", code="config_exists", hint="edit it, or name another") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", hint="name another file with --config"
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
