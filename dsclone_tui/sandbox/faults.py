"""Faults that a test can order: answers that get lost, streams that are cut, jobs that fail.

Every order is good for the next `times` occasions and is then used up; orders are used in the order they were given.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from dsclone_tui.sandbox.jobs import Failure, Job

VendorName = Literal["sanity", "datocms"]
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class DroppedStart:
    """The connection is dropped without an answer. `handled` starts are carried out all the same, `late` s later."""

    handled: bool
    late: float


@dataclass(frozen=True, slots=True)
class RefusedStart:
    """The start is not carried out but answered with `status`, in the vendor's error shape."""

    status: int
    retry_after: int | None


@dataclass(frozen=True, slots=True)
class CutStream:
    """The stream ends after `after` events: with a proper end of the body if `clean`, else in the middle of it."""

    after: int
    clean: bool


@dataclass(frozen=True, slots=True)
class AnsweredStream:
    """The stream is not opened; `status` is answered in place of it."""

    status: int


@dataclass(frozen=True, slots=True)
class JobFault:
    """The job fails when it has reached `at` percent."""

    at: int
    failure: Failure

    def rows_left(self, job: Job) -> int:
        """How many rows `job` may still copy before it has to fail; at least 1, for a job must move to get there."""
        return max(1, math.ceil(job.total * self.at / 100) - job.done)


StartFault = DroppedStart | RefusedStart
StreamFault = CutStream | AnsweredStream


@dataclass(slots=True)
class _Order(Generic[F]):
    fault: F
    times: int
    vendor: VendorName | None


class Faults:
    """What is to go wrong. `vendor` narrows an order to one of the two; None means either."""

    def __init__(self) -> None:
        self._starts: list[_Order[StartFault]] = []
        self._streams: list[_Order[StreamFault]] = []
        self._jobs: list[_Order[JobFault]] = []

    def drop_starts(
        self, times: int = 1, *, handled: bool, late: float = 0.0, vendor: VendorName | None = None
    ) -> None:
        """Loses the answers of the next starts: the request was read, nothing comes back.

        With `handled` the start is carried out before the connection drops or, if `late` is above 0,
        that many seconds after it; without, it never is.
        """
        self._starts.append(_Order(DroppedStart(handled, late), times, vendor))

    def refuse_starts(
        self, status: int, times: int = 1, *, retry_after: int | None = None, vendor: VendorName | None = None
    ) -> None:
        """Answers the next starts with an error; `retry_after` (s) goes into the vendor's own header."""
        self._starts.append(_Order(RefusedStart(status, retry_after), times, vendor))

    def cut_streams(self, after: int, times: int = 1, *, clean: bool = False) -> None:
        """Cuts the next listen streams after `after` events, the `welcome` counted."""
        self._streams.append(_Order(CutStream(after, clean), times, None))

    def answer_streams(self, status: int, times: int = 1) -> None:
        """Answers the next listen requests with `status`, 204 included."""
        self._streams.append(_Order(AnsweredStream(status), times, None))

    def fail_jobs(
        self,
        message: str,
        times: int = 1,
        *,
        at: int = 50,
        code: str = "EXCEPTION",
        status: int = 500,
        vendor: VendorName | None = None,
    ) -> None:
        """Lets the next accepted jobs fail at `at` percent; `code` and `status` show in a DatoCMS job result."""
        self._jobs.append(_Order(JobFault(at, Failure(message, code, status)), times, vendor))

    def clear(self) -> None:
        """Takes back all orders that are not used up."""
        for orders in (self._starts, self._streams, self._jobs):
            orders.clear()

    def take_start(self, vendor: VendorName) -> StartFault | None:
        return _take(self._starts, lambda order: order.vendor in (None, vendor))

    def take_stream(self) -> StreamFault | None:
        return _take(self._streams, lambda _order: True)

    def take_job(self, vendor: VendorName) -> JobFault | None:
        return _take(self._jobs, lambda order: order.vendor in (None, vendor))


def _take(orders: list[_Order[F]], fits: Callable[[_Order[F]], bool]) -> F | None:
    for order in orders:
        if fits(order):
            order.times -= 1
            if order.times <= 0:
                orders.remove(order)
            return order.fault
    return None
