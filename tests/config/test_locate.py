"""The line of every key, in any document that is TOML."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.config.locate import KeyLines, KeyPath

HARD = """\
# [not.a.table]
first = 1
dotted . "quoted key".'literal' = 2   # dotted = 3

[ table . "x y" ]
text = "a # b = c [d] \\" \\\\"
literal = 'c:\\path\\'
long = \"\"\"
fake = 1
\\"\"\" [fake.table]
quotes: "" and ""\"\"\"
longer = '''
it's = 'here'
[fake]'''''
list = [ # ]
  "]", ']', '''
]''', [1, {fake = "}"}],
]
inline = {one = 1, two = {"th ree" = [1, 2], four.five = "}"}, six = '}'}
empty = ""
none = ''
when = 2026-11-22 12:00:00
"escaped \\u00e4\\"" = true

[[array]]
a = 1
[[ array ]]
b = 2
[table.sub]
last = 3"""


def lines_of(text: str, *path: str) -> list[str]:
    """The source line where the locator finds the key."""
    return [text.split("\n")[KeyLines(text).line(path) - 1]]


@pytest.mark.parametrize(
    ("path", "start"),
    [
        (["first"], "first = 1"),
        (["dotted"], "dotted ."),
        (["dotted", "quoted key", "literal"], "dotted ."),
        (["table"], "[ table"),
        (["table", "x y"], "[ table"),
        (["table", "x y", "text"], "text ="),
        (["table", "x y", "literal"], "literal ="),
        (["table", "x y", "long"], "long ="),
        (["table", "x y", "longer"], "longer ="),
        (["table", "x y", "list"], "list ="),
        (["table", "x y", "inline", "two", "th ree"], "inline ="),
        (["table", "x y", "inline", "two", "four", "five"], "inline ="),
        (["table", "x y", "inline", "six"], "inline ="),
        (["table", "x y", "empty"], "empty ="),
        (["table", "x y", "none"], "none ="),
        (["table", "x y", "when"], "when ="),
        (["table", "x y", 'escaped ä"'], '"escaped'),
        (["array"], "[[array]]"),
        (["array", "a"], "a = 1"),
        (["array", "b"], "b = 2"),
        (["table", "sub"], "[table.sub]"),
        (["table", "sub", "last"], "last = 3"),
    ],
)
def test_the_line_of_a_key(path: list[str], start: str) -> None:
    tomllib.loads(HARD)
    assert lines_of(HARD, *path)[0].startswith(start)


@pytest.mark.parametrize(
    ("path", "line"),
    [(["table", "x y", "gone"], 5), (["table", "x y", "fake"], 5), (["fake"], 1), (["first", "deeper"], 2), ([], 1)],
)
def test_a_key_that_is_not_there_has_the_line_of_the_table_around_it(path: list[str], line: int) -> None:
    assert KeyLines(HARD).line(path) == line


KEY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8) | st.sampled_from(
    ["a", "b", "c-1"]
)
VALUE = st.sampled_from(
    [
        "1",
        "true",
        "-3.5e7",
        "2026-11-22T12:00:00Z",
        '"a # b"',
        '"\\\\"',
        "'\\'",
        "[]",
        "[1, [2, 3], {k = ']'}]",
        "[\n  \"]\", # ]\n  '[',\n]",
        '"""\nk = 1\n"""',
        '""""quoted" """',
        "'''\n[k]\n'''",
        "''''quoted'''''",
    ]
)


def spelled(key: str) -> str:
    return json.dumps(key, ensure_ascii=False).replace("\x7f", "\\u007f")


@settings(deadline=None)
@given(st.dictionaries(KEY, st.dictionaries(KEY, VALUE, max_size=4), max_size=4), st.booleans())
def test_any_document(tables: dict[str, dict[str, str]], inline: bool) -> None:
    written: list[str] = []
    expected: dict[KeyPath, int] = {}
    for table, pairs in tables.items():
        written.append(f"  # {table!r}")
        expected[(table,)] = line = "\n".join(written).count("\n") + 2
        if inline:
            inside = ", ".join(f"{spelled(key)} = {value}" for key, value in pairs.items() if "\n" not in value)
            written.append(f"{spelled(table)} = {{{inside}}}")
            expected |= {(table, key): line for key, value in pairs.items() if "\n" not in value}
            continue
        written.append(f"[ {spelled(table)} ] # [x]")
        for key, value in pairs.items():
            expected[(table, key)] = "\n".join(written).count("\n") + 2
            written.append(f"\t{spelled(key)}={value}")
    text = "\n".join(written)
    document: dict[str, Any] = tomllib.loads(text)
    lines = KeyLines(text)
    assert {path: lines.line(path) for path in expected} == expected
    assert {(table, key) for table in document for key in document[table]} == {path for path in expected if path[1:]}
