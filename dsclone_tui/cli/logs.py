"""The log: what happened to each job and what went wrong, on stderr with ``-v`` and in a file with ``--log-file``."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from typing import TextIO

from dsclone_tui.domain.errors import UsageError

LOGGER = "dsclone"
_FORM = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"


def set_up(*, log_file: str | None, verbose: bool, on_screen: bool) -> None:
    """Opens the log. Nothing is written to stderr while the screen is up. Raises UsageError."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    if log_file is not None:
        logger.addHandler(_formatted(logging.StreamHandler(_opened(Path(log_file).expanduser()))))
    if verbose and not on_screen:
        logger.addHandler(_formatted(logging.StreamHandler(sys.stderr)))


def _formatted(handler: logging.Handler) -> logging.Handler:
    formatter = logging.Formatter(_FORM, datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    return handler


def _opened(path: Path) -> TextIO:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(
            f"{path}: the log cannot be written: {error.strerror}", code="log_unusable", hint="name another --log-file"
        ) from error
    return os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)
