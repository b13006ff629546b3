"""Token references: the configuration says where a token is, never what it is.

A value that is no reference may be a token, so no message here repeats one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from dsclone_tui.config.paths import expand
from dsclone_tui.domain.errors import ConfigError, DscloneError, NotPermittedError

SUPPORTED = "env:NAME or file:PATH"
_LATER = re.compile(r"(keyring|command):.*|(sanity|datocms)-cli", re.DOTALL)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"[!-~]+")
_LONGEST = 65_536


def reference_problem(reference: str) -> str | None:
    """What is wrong with a token reference, in words that do not repeat it; None when it can be resolved."""
    scheme, _, rest = reference.partition(":")
    if scheme == "env":
        return None if _VARIABLE.fullmatch(rest) else "needs the name of an environment variable after env:"
    if scheme == "file":
        return None if rest and "\0" not in rest else "needs a path after file:"
    if later := _LATER.fullmatch(reference):
        kind = f"{later[1]}:" if later[1] else f"{later[2]}-cli"
        return f"uses {kind}, which is not supported yet; write {SUPPORTED}"
    return f"must say where the token is, not what it is; write {SUPPORTED}"


def resolver(reference: str, base_folder: Path, environ: Mapping[str, str]) -> Callable[[], str]:
    """A function that reads the token anew at each call. Nothing is read before the first one.

    Raises ConfigError for what is no reference. The function raises NotPermittedError (``token_missing``) where
    there is no usable token; white space around it is dropped.
    """
    if problem := reference_problem(reference):
        raise ConfigError(f"a token {problem}", code="bad_token_reference")
    scheme, _, rest = reference.partition(":")
    if scheme == "env":
        return lambda: _checked(_from_variable(rest, environ), f"the environment variable {rest}")
    path = expand(rest, base_folder, environ)
    return lambda: _checked(_from_file(path), str(path))


def _from_variable(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name)
    if value is None:
        raise _missing(f"the environment variable {name} is not set", f"Set it to the token: export {name}=…")
    return value


def _from_file(path: Path) -> str:
    hint = "Put the token, and nothing else, into that file."
    try:
        if not path.is_file():
            raise _missing(f"{path}: there is no such token file", hint)
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except OSError as error:
        raise _missing(f"{path}: the token file cannot be read: {error.strerror}", hint) from error
    # what cannot be decoded is refused later like any other character that no token has
    return content.decode("utf-8", "replace") if len(content) <= _LONGEST else "\0"


def _checked(text: str, origin: str) -> str:
    token = text.strip()
    if not token:
        raise _missing(f"{origin} is empty", "Put the token there.")
    if not _TOKEN.fullmatch(token):
        raise _missing(f"{origin} holds characters that no token has", "Put the token there, and nothing else.")
    return token


def _missing(message: str, hint: str) -> DscloneError:
    return NotPermittedError(message, code="token_missing", hint=hint)
