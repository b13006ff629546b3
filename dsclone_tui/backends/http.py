"""The shared transport: JSON over one ``httpx.AsyncClient`` per backend.

Reads are repeated a bounded number of times; a start request never is, not even by the libraries below: httpx opens
its pools with ``retries=0``, which concerns connecting alone, and httpcore gives a request to another connection only
on ``ConnectionNotAvailable``, which is raised before anything was written.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import httpx

from dsclone_tui import __version__
from dsclone_tui.backends import failures
from dsclone_tui.backends.answers import Answer, BodyTooLargeError, read_body
from dsclone_tui.backends.limits import Rate, shared_limiter
from dsclone_tui.backends.retries import ATTEMPTS, RETRY_STATUSES, asked_wait, backoff
from dsclone_tui.backends.text import masked, masked_bytes
from dsclone_tui.backends.urls import parse_base, path_of
from dsclone_tui.domain.errors import BadAnswerError, ConfigError, NotPermittedError, UnreachableError
from dsclone_tui.domain.text import plain

Sleep = Callable[[float], Awaitable[None]]

USER_AGENT = f"dsclone/{__version__}"
WHOLE_EXCHANGE = 60.0  # seconds from sending to the end of the body: a dripping answer ends as well
_CONNECTIONS = 1_200  # 1,000 streams and room for the polls beside them
_IDLE_CONNECTIONS = 20
_TIMEOUT = httpx.Timeout(connect=failures.CONNECT_TIMEOUT, read=failures.READ_TIMEOUT, write=30.0, pool=None)
_TROUBLE = (httpx.TransportError, httpx.DecodingError, TimeoutError)
_WORTH_REPEATING = (httpx.NetworkError, httpx.RemoteProtocolError)


class JsonClient:
    """Requests to one vendor account. Use it from one event loop; ``aclose`` ends its connections.

    ``token`` is asked once, in a thread, when the first request needs it, and again after a 401; it may raise
    NotPermittedError. ``sleep`` waits for retries and for the request limit.
    """

    def __init__(
        self,
        base_url: str,
        token: Callable[[], str],
        *,
        vendor: str,
        rate: Rate,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.base = parse_base(base_url)
        self.vendor = vendor
        self._provider = token
        self._rate = rate
        self._headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **(headers or {})}
        self._transport = transport
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None
        self._token: str | None = None
        self._doubted = False
        self._asking = asyncio.Lock()

    def url(self, *segments: str, query: Mapping[str, str] | None = None) -> str:
        """The absolute URL of a path under the base; each segment is percent-encoded."""
        return self.base.url(*segments, query=query)

    async def get(self, url: str) -> Answer:
        """A read: the answer with status 2xx or 4xx.

        Raises UnreachableError, BusyError or BadAnswerError for everything else, after at most four attempts.
        """
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            wait: float | None = None
            try:
                answer = await self._exchange("GET", url, None)
            except _WORTH_REPEATING as error:
                if last:
                    raise self._unreachable(error) from error
            except _TROUBLE as error:
                raise self._unreachable(error) from error
            except BodyTooLargeError as error:
                raise BadAnswerError(f"GET {plain(path_of(url))} answered with a body beyond all bounds") from error
            else:
                if last or answer.status not in RETRY_STATUSES:
                    break
                wait = asked_wait(answer.headers)
            await self._sleep(wait or backoff(attempt))
        failures.check_read(self.vendor, self.base.place, answer)
        return answer

    async def send_once(self, method: str, url: str, body: Mapping[str, object] | None) -> Answer:
        """A start: sent at most once; the answer with status 2xx or 4xx.

        Raises UnreachableError where nothing can have arrived, BusyError for 429 and 503, BadAnswerError for a
        redirect that asks for the request elsewhere, and AnswerLostError where the server may have acted.
        """
        try:
            answer = await self._exchange(method, url, body)
        except _TROUBLE as error:
            if failures.surely_not_sent(error):
                raise self._unreachable(error) from error
            reason = self.mask(failures.reason_of(error))
            raise failures.lost(method, path_of(url), reason) from error
        except BodyTooLargeError as error:
            raise failures.lost(method, path_of(url), "its body goes beyond all bounds") from error
        failures.check_start(self.vendor, answer)
        return answer

    @asynccontextmanager
    async def stream(
        self, url: str, *, accept: str, read_timeout: float, authorized: bool = True
    ) -> AsyncGenerator[httpx.Response, None]:
        """One streamed GET, its body unread; httpx errors come as they are. Without the token if not ``authorized``."""
        headers = await self._ready(authorized=authorized)
        timeout = httpx.Timeout(connect=failures.CONNECT_TIMEOUT, read=read_timeout, write=30.0, pool=None)
        headers |= {"Accept": accept, "Accept-Encoding": "identity", "Cache-Control": "no-store"}
        async with self._opened().stream("GET", url, headers=headers, timeout=timeout) as response:
            yield response

    def mask(self, text: str) -> str:
        """``text`` without our token."""
        return masked(text, self._token)

    def mask_bytes(self, body: bytes) -> bytes:
        """The same for a body that was not decoded yet."""
        return masked_bytes(body, self._token)

    async def aclose(self) -> None:
        """Closes all connections. The client may be used again, and then opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchange(self, method: str, url: str, body: Mapping[str, object] | None) -> Answer:
        headers = await self._ready(authorized=True)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        async with (
            asyncio.timeout(WHOLE_EXCHANGE),
            self._opened().stream(method, url, headers=headers, content=content) as response,
        ):
            raw = await read_body(response)
        if response.status_code == 401:
            self._doubted = True  # it may have been replaced: the next request asks for it anew
        kept = httpx.Headers([(name, self.mask(value)) for name, value in response.headers.multi_items()])
        return Answer(method, path_of(url), response.status_code, kept, self.mask_bytes(raw))

    async def _ready(self, *, authorized: bool) -> dict[str, str]:
        """The headers of a request, once its turn has come."""
        token = await self._bearer()
        wait = shared_limiter(self.base.origin, token, self._rate).reserve()
        if wait > 0:
            await self._sleep(wait)
        return {**self._headers, "Authorization": f"Bearer {token}"} if authorized else dict(self._headers)

    async def _bearer(self) -> str:
        async with self._asking:
            if self._token is None or self._doubted:
                # in a thread: a provider may run a command or open a keyring
                self._token = _checked_token(await asyncio.to_thread(self._provider))
                self._doubted = False
            return self._token

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = self._open()
        return self._client

    def _open(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_IDLE_CONNECTIONS)
        transport = self._transport
        if transport is None and self.base.loopback:
            # a loopback server is never behind a proxy; without TLS the authorities need not be loaded either
            verify: ssl.SSLContext | bool = True if self.base.tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            transport = httpx.AsyncHTTPTransport(verify=verify, limits=limits, retries=0, trust_env=False)
        try:
            # httpx builds the transports of the environment's proxies itself, with its default of no retries
            return httpx.AsyncClient(
                transport=transport,
                limits=limits,
                timeout=_TIMEOUT,
                follow_redirects=False,
                trust_env=not self.base.loopback,
            )
        except (ValueError, ImportError, httpx.InvalidURL, OSError) as error:
            raise ConfigError(
                "the proxy or certificate settings of the environment cannot be used",
                hint="Check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE; SOCKS proxies are not supported.",
            ) from error

    def _unreachable(self, error: Exception) -> UnreachableError:
        return failures.unreachable(self.vendor, self.base.place, self.mask(failures.reason_of(error)))


def _checked_token(text: str) -> str:
    """The token without the newline of its file or variable (wire/sanity 9.16); raises NotPermittedError."""
    token = text.strip()
    if token and token.isascii() and token.isprintable() and " " not in token:
        return token
    raise NotPermittedError(
        "the token is empty" if not token else "the token holds characters that no token has",
        code="not_authenticated",
        hint="Check what the backend's token setting points to.",
    )
