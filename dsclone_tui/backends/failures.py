"""What a failed exchange means: whether the request can have reached the server decides everything."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from dsclone_tui.backends.answers import Answer
from dsclone_tui.backends.retries import asked_wait
from dsclone_tui.domain.errors import AnswerLostError, BadAnswerError, BusyError, UnreachableError
from dsclone_tui.domain.text import plain

CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 30.0

# Raised by httpcore before the first byte of our request is written: while connecting (TLS and a proxy's CONNECT
# included), while waiting for a connection, or while the request is put together.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_REASONS: dict[type[Exception], str] = {
    httpx.ConnectTimeout: f"no connection within {CONNECT_TIMEOUT:g} s",
    httpx.ReadTimeout: "no answer in time",
    httpx.WriteTimeout: "the request could not be written in time",
    httpx.LocalProtocolError: "the request could not be put together",
    TimeoutError: "the answer took too long",
}
_ACTED_ELSEWHERE = frozenset({302, 303})  # "see there for the outcome": the request may have been carried out


def surely_not_sent(error: Exception) -> bool:
    """True when the server cannot have seen any of the request."""
    return isinstance(error, _NOT_SENT)


def reason_of(error: Exception) -> str:
    """Why an exchange failed, in a few words; the text of the error where it has one."""
    return _REASONS.get(type(error)) or plain(str(error), 160) or type(error).__name__


def unreachable(vendor: str, host: str, reason: str) -> UnreachableError:
    return UnreachableError(
        f"{vendor} cannot be reached at {host}: {reason}",
        hint="Check the network, base_url and any proxy; dsclone ls asks every backend.",
    )


def lost(method: str, path: str, reason: str, remote: str | None = None) -> AnswerLostError:
    """The error for a start that left and whose outcome is not known."""
    return AnswerLostError(
        f"{method} {plain(path, 200)} was sent, but no usable answer came: {reason}",
        hint="The server may have acted: its own lists tell. Nothing is sent again before they were asked.",
        remote=remote,
    )


def lost_answer(answer: Answer, how: str) -> AnswerLostError:
    """The same where something came that cannot be taken for an answer."""
    said = answer.snippet()
    return lost(answer.method, answer.path, f"status {answer.status} {how}", remote=said or None)


def busy(vendor: str, answer: Answer) -> BusyError:
    """429 and 503: nothing was done, and coming back later is welcome (wire/sanity 5, wire/datocms 5.3)."""
    wait = asked_wait(answer.headers)
    when = f"in {wait:g} s" if wait else "later"
    if answer.status == 429:
        return BusyError(f"{vendor} counts too many requests and asks to come back {when}", retry_after=wait)
    return BusyError(
        f"{vendor} is not available now and asks to come back {when}", retry_after=wait, code="unreachable"
    )


def redirected(answer: Answer) -> BadAnswerError:
    """A redirect is never followed: the token belongs to the configured host alone (wire/sanity 9.22)."""
    try:
        parts = urlsplit(str(answer.headers.get("location", "")))
        where = plain(f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path, 160)
    except ValueError:
        where = ""
    return BadAnswerError(
        f"{answer.method} {plain(answer.path, 200)} answered {answer.status}, a redirect to {where or 'nowhere'}",
        hint="Redirects are not followed, for the token's sake. Set base_url to where the API really is.",
    )


def check_read(vendor: str, host: str, answer: Answer) -> None:
    """Passes a read's 2xx and 4xx on; raises for the rest: redirects, 429 and 503, and the server's own trouble."""
    if answer.status in (429, 503):
        raise busy(vendor, answer)
    if answer.status < 200 or 300 <= answer.status < 400:
        raise redirected(answer)
    if answer.status >= 500 and answer.foreign:
        raise answer.bad("with something that is not JSON")
    if answer.status >= 500 or answer.status == 408:
        said = answer.snippet()
        raise unreachable(vendor, host, f"it answered {answer.status}" + (f": {said}" if said else ""))


def check_start(vendor: str, answer: Answer) -> None:
    """Passes a start's 2xx and clean 4xx on; raises for the rest.

    429 and 503 did nothing. 301, 307 and 308 ask for the request elsewhere, so it was not carried out either; after
    302, 303, 408 and every other 5xx nobody knows.
    """
    status = answer.status
    if status in (429, 503):
        raise busy(vendor, answer)
    if status in _ACTED_ELSEWHERE:
        raise lost_answer(answer, "points elsewhere")
    if status < 200 or 300 <= status < 400:
        raise redirected(answer)
    if status >= 500 or status == 408:
        raise lost_answer(answer, "is the server's own trouble")
