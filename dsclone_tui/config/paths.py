"""Where the configuration and the journal are, and who said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from dsclone_tui.domain.errors import ConfigError

if TYPE_CHECKING:
    from dsclone_tui.config.schema import Settings

CONFIG_VARIABLE = "DSCLONE_CONFIG"
JOURNAL_VARIABLE = "DSCLONE_JOURNAL"
DEFAULT = "default"
_APP = "dsclone"


@dataclass(frozen=True, slots=True)
class Place:
    """A path and its origin: an option, an environment variable, a configuration file's name, or ``default``."""

    path: Path
    origin: str

    @property
    def explicit(self) -> bool:
        """True when somebody asked for this very path, who then wants to hear that it is missing."""
        return self.origin != DEFAULT


def config_place(option: str | Path | None, environ: Mapping[str, str]) -> Place:
    """``--config``, else ``DSCLONE_CONFIG``, else ``dsclone/config.toml`` in the platform's user config folder."""
    if option is not None:
        return Place(Path(option), "--config")
    if named := environ.get(CONFIG_VARIABLE):
        return Place(expand(named, Path(), environ), CONFIG_VARIABLE)
    return Place(platformdirs.user_config_path(_APP, appauthor=False) / "config.toml", DEFAULT)


def journal_place(option: str | Path | None, environ: Mapping[str, str], settings: Settings) -> Place:
    """``--journal``, else ``DSCLONE_JOURNAL``, else ``[journal] path``, else ``dsclone/journal.sqlite3`` in the
    platform's user data folder. Raises ConfigError for a ``~name`` that is nobody's."""
    if option is not None:
        return Place(Path(option), "--journal")
    if named := environ.get(JOURNAL_VARIABLE):
        return Place(expand(named, Path(), environ), JOURNAL_VARIABLE)
    if settings.journal.path is not None:
        return Place(expand(settings.journal.path, settings.folder, environ), str(settings.source or DEFAULT))
    return Place(platformdirs.user_data_path(_APP, appauthor=False) / "journal.sqlite3", DEFAULT)


def expand(text: str, folder: Path, environ: Mapping[str, str]) -> Path:
    """A path as people write it: ``~`` is the home folder, and what is relative lies in ``folder``."""
    if (text == "~" or text.startswith("~/")) and (home := environ.get("HOME")):
        return Path(home, text[2:])
    try:
        return folder / Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{text}: no such home folder", hint="Write the path in full.") from error
