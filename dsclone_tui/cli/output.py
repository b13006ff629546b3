"""All that goes to stdout: JSON documents and lines, tables, plain values. Nothing else is ever printed there."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from dsclone_tui.domain.errors import ErrorInfo
from dsclone_tui.domain.jobs import JobRecord, rfc3339
from dsclone_tui.domain.text import plain

VERSION = 1


def document(content: Mapping[str, object]) -> None:
    """One JSON document, one line, flushed."""
    _write(json.dumps({"v": VERSION, **content}, ensure_ascii=False, separators=(",", ":")))


def event(name: str, at: datetime, job: JobRecord, error: ErrorInfo | None = None) -> None:
    """One NDJSON line about a job; ``error`` tells why the watching (not the job) ended."""
    content: dict[str, object] = {"event": name, "at": rfc3339(at), "job": job.to_json()}
    document(content | {"error": error.to_json()} if error else content)


def failure(info: ErrorInfo) -> None:
    """A failure that has no job."""
    document({"error": info.to_json()})


def line(text: str) -> None:
    """A line of data for people and pipes."""
    _write(text)


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    """Columns as wide as their widest cell; the header is left out where nobody reads it (off a terminal)."""
    shown = [list(header), *rows] if sys.stdout.isatty() else [list(row) for row in rows]
    cells = [[plain(cell, 120) for cell in row] for row in shown]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(len(header))]
    for row in cells:
        joined = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        _write(joined if sys.stdout.isatty() else "\t".join(row))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
