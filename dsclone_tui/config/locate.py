"""In which line of a TOML document a key stands, which ``tomllib`` does not tell.

Reads only documents that ``tomllib`` has accepted, so it may skip whatever it does not need to understand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

KeyPath = tuple[str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_STRING = re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|\'\'\'.*?\'{3,5}|' + _QUOTED.pattern, re.DOTALL)
_SCALAR = re.compile(r"[^,\]}\n#]*")
_IN_ARRAY = re.compile(r"[^\[\]{}\"'#]+|#[^\n]*")


class KeyLines:
    """The lines of all tables and keys of a document, those inside inline tables included."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[KeyPath, int] = {}
        self._counted_to, self._line = 0, 1
        self._read()

    def line(self, path: Sequence[str]) -> int:
        """The line where the key first stands, else that of the nearest table around it; from 1 on."""
        key = tuple(path)
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def _read(self) -> None:
        table: KeyPath = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text[self._at] == "[":
                double = self._text.startswith("[[", self._at)
                self._at += 2 if double else 1
                table = self._key(())
                self._skip(_SPACE)
                self._at += 2 if double else 1
            else:
                self._pair(table)

    def _pair(self, table: KeyPath) -> None:
        key = self._key(table)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(key)

    def _key(self, table: KeyPath) -> KeyPath:
        """A dotted key, from any blanks before it up to the sign after it."""
        path = table
        while True:
            self._skip(_SPACE)
            quoted = _QUOTED.match(self._text, self._at)
            part = quoted or _BARE.match(self._text, self._at)
            if part is None:
                return path
            path = (*path, _plain(part[0]) if quoted else part[0])
            self._lines.setdefault(path, self._line_here())
            self._at = part.end()
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return path
            self._at += 1

    def _value(self, key: KeyPath) -> None:
        if string := _STRING.match(self._text, self._at):
            self._at = string.end()
        elif self._text.startswith("{", self._at):
            self._inline_table(key)
        elif self._text.startswith("[", self._at):
            self._array()
        else:
            self._skip(_SCALAR)

    def _inline_table(self, key: KeyPath) -> None:
        self._at += 1
        while self._skip(_BLANK) < len(self._text):
            sign = self._text[self._at]
            if sign == "}":
                self._at += 1
                return
            if sign == ",":
                self._at += 1
            else:
                self._pair(key)

    def _array(self) -> None:
        """Past an array, whatever is in it: no key of ours stands inside one."""
        depth = 0
        while self._at < len(self._text):
            if passed := _STRING.match(self._text, self._at) or _IN_ARRAY.match(self._text, self._at):
                self._at = passed.end()
                continue
            depth += 1 if self._text[self._at] in "[{" else -1
            self._at += 1
            if depth == 0:
                return

    def _skip(self, pattern: re.Pattern[str]) -> int:
        """Moves past the pattern, which may match nothing; returns where that is."""
        if passed := pattern.match(self._text, self._at):
            self._at = passed.end()
        return self._at

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line


def _plain(quoted: str) -> str:
    return str(tomllib.loads(f"key = {quoted}")["key"])
