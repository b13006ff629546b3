"""Reads the configuration file. Whatever is wrong with it becomes a ConfigError: ``FILE:LINE: key … …``.

No error repeats a value of the file, nor carries one in its chain: any of them may be a token.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dsclone_tui.config.locate import KeyLines
from dsclone_tui.config.paths import Place
from dsclone_tui.config.schema import BackendSettings, JournalSettings, Settings, UiSettings
from dsclone_tui.domain.errors import ConfigError

_LARGEST = 1 << 20
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$|\(at end of document\)$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TYPES = ("sanity", "datocms")
_WORDS = {
    "missing": "is missing",
    "string_type": "must be a string, in quotes",
    "bool_type": "must be true or false",
    "tuple_type": 'must be a list, like ["…"]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be a project id, without blanks or slashes",
}


def load(place: Place) -> Settings:
    """The settings in the file at ``place``. A missing file is an error only where somebody named it; else there
    are no backends, and everything has its default. Raises ConfigError."""
    content = _content(place)
    if content is None:
        return Settings()
    return parse(content, place.path).read_from(place.path)


def parse(content: bytes, path: Path) -> Settings:
    """The settings in ``content``; ``path`` is only for messages. Raises ConfigError."""
    text = _text(content, path)
    document = _document(text, path)
    problems: list[ErrorDetails] = []
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    raise _explained(problems, document, text, path)  # outside of the handler: no chain, no values


def _content(place: Place) -> bytes | None:
    reason = ""
    try:
        with place.path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) <= _LARGEST:
            return content
        reason = "it is larger than 1 MiB"
    except FileNotFoundError:
        if not place.explicit:
            return None
        raise ConfigError(
            f"{place.path}: there is no such file ({place.origin})",
            code="config_missing",
            hint="Make it with `dsclone config init`, or name another one.",
        ) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "that is no path"
    raise ConfigError(
        f"{place.path}: the configuration cannot be read: {reason}",
        code="config_unreadable",
        hint="Check the path and its mode, or name another file with --config.",
    )


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    raise ConfigError(f"{path}:{line}: this is not UTF-8 text", hint="Save the file as UTF-8.")


def _document(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        said = "it is nested too deeply"
    except ValueError as error:  # tomllib's own, and what int() and the like say of impossible values
        said = str(error)
    at = _AT_LINE.search(said)
    line = int(at[1]) if at and at[1] else text.rstrip().count("\n") + 1
    where = f"{path}:{line}" if at else str(path)
    reason = said[: at.start()].strip() if at else "it holds what TOML cannot say"
    raise ConfigError(f"{where}: this is not TOML: {reason}", hint="Text needs quotes; see config.example.toml.")


def _explained(problems: Sequence[ErrorDetails], document: dict[str, Any], text: str, path: Path) -> ConfigError:
    """The problem that stands first in the file, and how many more there are."""
    lines = KeyLines(text)
    # a misspelt key is the cause of a missing one, wherever it stands
    problem = min(problems, key=lambda each: (each["type"] == "missing", lines.line(_key_path(each))))
    key = _key_path(problem)
    line = lines.line(key)
    words, hint = _in_words(problem, key, document)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return ConfigError(f"{path}:{line}: key {_spelled(key)} {words}{more}", hint=hint)


def _key_path(problem: ErrorDetails) -> tuple[str, ...]:
    """The keys that lead to the problem; positions in a list and pydantic's own mark for a bad key are left out."""
    return tuple(part for part in problem["loc"] if isinstance(part, str) and part != "[key]")


def _in_words(problem: ErrorDetails, key: tuple[str, ...], document: dict[str, Any]) -> tuple[str, str | None]:
    if problem["type"] == "extra_forbidden":
        known = list(_section(key[:-1]).model_fields)
        return f"is not known; the nearest is {_nearest(key[-1], known)}", f"Known here: {', '.join(known)}."
    if problem["type"] == "literal_error":
        nearest = _nearest(_written(document, key), _TYPES)
        return f"names no vendor; the nearest is {nearest}", f"Write one of {', '.join(_TYPES)}."
    return _WORDS.get(problem["type"]) or problem["msg"], None


def _section(path: tuple[str, ...]) -> type[BaseModel]:
    """The model of the table at ``path``."""
    match path:
        case ("journal", *_):
            return JournalSettings
        case ("ui", *_):
            return UiSettings
        case ("backends", *_):
            return BackendSettings
    return Settings


def _nearest(word: str, known: Sequence[str]) -> str:
    return get_close_matches(word, known, n=1, cutoff=0.0)[0]


def _written(document: dict[str, Any], path: tuple[str, ...]) -> str:
    value: Any = document
    for key in path:
        value = value[key]
    return str(value)


def _spelled(path: tuple[str, ...]) -> str:
    return ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in path)
