"""What all tests share: nothing but the isolation from the machine they run on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the configuration, journal or tokens of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("DSCLONE_CONFIG", "DSCLONE_JOURNAL", "NO_COLOR", "SANITY_AUTH_TOKEN", "DATOCMS_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
