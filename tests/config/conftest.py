"""A configuration file of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dsclone_tui.config.load import load
from dsclone_tui.config.paths import Place
from dsclone_tui.config.schema import Settings
from dsclone_tui.domain.errors import ConfigError

Loader = Callable[[str], Settings]
Refusal = Callable[[str], ConfigError]


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def load_text(config_path: Path) -> Loader:
    """The settings that a text gives."""

    def load_(text: str) -> Settings:
        config_path.write_text(text)
        return load(Place(config_path, "--config"))

    return load_


@pytest.fixture
def refusal(load_text: Loader) -> Refusal:
    """The error that a text gives."""

    def refusal_(text: str) -> ConfigError:
        with pytest.raises(ConfigError) as caught:
            load_text(text)
        return caught.value

    return refusal_
