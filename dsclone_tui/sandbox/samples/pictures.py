"""Small pictures, each a valid PNG of one colour, so that assets have bytes to copy."""

import hashlib
import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    width: int
    height: int

    @property
    def sha1(self) -> str:
        """What Sanity names an asset by (wire/sanity 7)."""
        return hashlib.sha1(self.content, usedforsecurity=False).hexdigest()


def picture(number: int) -> Picture:
    """The picture of that number; each number has its own colour, and a size of one of eight."""
    width, height = 32 + 8 * (number % 8), 24 + 6 * (number % 8)
    colour = bytes((number * 37 % 256, number * 91 % 256, number % 256))
    rows = b"".join(b"\x00" + colour * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"".join(
        (b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 1)), _chunk(b"IEND", b""))
    )
    return Picture(content, width, height)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
