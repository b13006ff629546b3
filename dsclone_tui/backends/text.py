"""Taking our own token out of what a server says, should it echo it."""

from __future__ import annotations

_MASK = "[token]"
_SHORTEST_SECRET = 8  # below this, masking would eat ordinary words


def masked(text: str, secret: str | None) -> str:
    """``text`` without ``secret``, should a server echo the token that it was sent."""
    if secret is None or len(secret) < _SHORTEST_SECRET:
        return text
    return text.replace(secret, _MASK)


def masked_bytes(body: bytes, secret: str | None) -> bytes:
    """The same for a body that was not decoded yet."""
    if secret is None or len(secret) < _SHORTEST_SECRET:
        return body
    return body.replace(secret.encode("ascii", "ignore"), _MASK.encode())
