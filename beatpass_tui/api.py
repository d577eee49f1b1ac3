"""HTTP client of the BeatPass API; no other module uses the network."""

import asyncio
import json
import random
import re
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from beatpass_tui import __version__
from beatpass_tui.errors import (
    ConnectionBlocked,
    InvalidResponse,
    Misconfigured,
    RateLimited,
    RequestFailed,
    Throttled,
    Unreachable,
)
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.clock import Clock, SystemClock
from beatpass_tui.transport import responses, tls
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.transport.rate_limit import EndpointPauses, RequestBudget
from beatpass_tui.transport.request_log import Exchange, Observer, failure_code
from beatpass_tui.transport.responses import Response
from beatpass_tui.transport.shared_limits import SharedLimits
from beatpass_tui.transport.urls import API_URL, check_base_url, is_loopback, origin

MAX_CONCURRENT = 4
"""Requests in flight at once; the service asks clients to stagger requests."""

MAX_RETRIES = 2
"""Retries of a GET, unless the previous request failed as well."""

RETRY_STATUSES = frozenset({502, 503, 504})

_RETRY_ERRORS = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)
"""Errors after which a GET is retried; not after a read timeout, which took long already."""

_HEADERS = {
    "User-Agent": f"beatpass-tui/{__version__}",
    "Accept": "application/json",
    # The encodings that `responses.Body` decompresses with a size limit.
    "Accept-Encoding": "gzip",
}

_CLOSED = "There is no connection to BeatPass."
_PROXY = "The proxy in your environment can't be used; only http and https proxies are supported."
_OFFLINE, _TLS_ERROR = "offline", "TLS error"
_FAILURES: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    (httpx.ConnectTimeout, "Connecting to {host} timed out.", "timed out"),
    ((httpx.TimeoutException, TimeoutError), "BeatPass did not respond in time.", "timed out"),
    (socket.gaierror, "The host name{of_proxy} can't be resolved; check your network.", _OFFLINE),
    (ConnectionRefusedError, "Connection refused{by_proxy}.", _OFFLINE),
    (ssl.SSLError, "No secure connection could be established (TLS).", _TLS_ERROR),
    (httpx.ConnectError, "Could not connect to {host}.", _OFFLINE),
    (
        (httpx.NetworkError, httpx.RemoteProtocolError, OSError),
        "The connection was lost before the response was complete.",
        "connection lost",
    ),
)
"""Exception type, message and reason; the first entry that matches an error or a cause is used."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Time limits of a request, in seconds."""

    connect: float = 5.0
    read: float = 10.0
    """Maximum time without data."""
    total: float = 20.0
    """From the first attempt to the last byte, including retries."""
    backoff: float = 0.15
    """Base of the random wait before a retry, which doubles with each retry."""


class BeatPass(Service):
    """Client for the documented endpoints, to be used as an async context manager.

    Each request returns a response or raises RequestFailed, which contains no request, header or
    token. Requests and retries share one budget, and rate limit headers are obeyed per endpoint.
    `transport` replaces the network, and `observe` is called after each request.

    Requests are sent with an httpx transport, because an httpx client would add cookies, redirects
    and credentials from the environment.
    """

    def __init__(
        self,
        base_url: str = API_URL,
        token: Secret | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        timeouts: Timeouts | None = None,
        clock: Clock | None = None,
        budget: RequestBudget | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.base_url = check_base_url(base_url)
        self.token = token
        self._origin = origin(self.base_url)
        self._timeouts = timeouts or Timeouts()
        self._clock = clock or SystemClock()
        self._budget = budget or RequestBudget(self._clock)
        self._pauses = EndpointPauses(self._clock)
        self._limits: tuple[Secret | None, SharedLimits | None] = None, None
        """A token, and the limits that its account shares with other processes."""
        self._unshared: Counter[Secret | None] = Counter()
        """Number of requests by token, while its limits were not shared."""
        self._observe = observe
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)
        self._deadlines: set[asyncio.Timeout] = set()
        self._is_reachable = True
        self._given_transport = transport
        self._transport: httpx.AsyncBaseTransport | None = None
        self._proxy = ""
        """Host and port of the proxy, if any."""

    async def __aenter__(self) -> Self:
        self._transport = self._given_transport
        if self._transport is None:
            # Loading certificates takes tens of milliseconds, so it must not block the event loop.
            network = await asyncio.to_thread(_network_transport, self.base_url)
            self._transport, self._proxy = network
        return self

    async def __aexit__(self, *_error: object) -> None:
        transport, self._transport = self._transport, None
        # Fail pending requests before closing the transport.
        for deadline in self._deadlines:
            if not deadline.expired():
                deadline.reschedule(0)
        for _ in range(MAX_CONCURRENT):
            await self._slots.acquire()
        if transport is not None:
            await transport.aclose()

    @property
    def is_waiting(self) -> bool:
        """Whether the budget is used up."""
        return self._budget.is_used_up

    def share_limits(self, limits: SharedLimits | None) -> None:
        """Share budget and pauses while the current token is used; earlier requests count too."""
        self._limits = self.token, limits
        if limits is not None and (sent := self._unshared.pop(self.token, 0)):
            limits.count(sent)

    @property
    def _shared(self) -> SharedLimits | None:
        token, limits = self._limits
        return limits if token == self.token else None

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Call `POST /auth/login`, once and without the current token."""
        # For lone surrogates, httpx's JSON encoder raises an error that contains the password.
        body = json.dumps({"email": email, "password": password, "token_name": token_name})
        with self._observed("POST", "/auth/login", {}) as exchange:
            response = await self._exchange(exchange, body.encode("ascii"))
            return responses.read_sign_in(response, self._clock.now())

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        """Return the JSON object of a GET response, or raise RequestFailed."""
        token = self.token
        self._pauses.check(path, token)
        shared = self._shared
        with self._observed("GET", path, params) as exchange:
            response = await self._exchange(exchange)
            now = self._clock.now()
            self._pauses.record_headers(path, token, response.headers, now, shared)
            try:
                return responses.read(response, now, bare_list=bare_list)
            except RateLimited as error:
                self._pauses.record_limit(path, token, error, shared)
                raise

    @contextmanager
    def _observed(self, method: str, path: str, params: dict[str, str]) -> Iterator[Exchange]:
        """Report a request and its outcome to the observer."""
        exchange = Exchange(method, path, params, self._clock.now())
        try:
            yield exchange
        except RequestFailed as error:
            exchange.failure = failure_code(error)
            raise
        except asyncio.CancelledError:
            exchange.failure = "cancelled"
            raise
        finally:
            if self._observe is not None:
                self._observe(exchange)

    async def _exchange(self, exchange: Exchange, content: bytes | None = None) -> Response:
        """Return the response to one request, with any status.

        Waiting for a slot or for the budget doesn't count toward the time limit of the exchange.
        """
        failure: RequestFailed
        async with self._slots:
            try:
                async with self._deadline():
                    further_page = exchange.params.get("page", "1") != "1"
                    path = exchange.path if exchange.method == "GET" else ""
                    await self._take(path, loads_list=further_page)
            except TimeoutError:
                message = "Too many requests are waiting to be sent."
                failure = Throttled(message, retry_after=60.0)
            else:
                if exchange.method == "GET":
                    # The response to an earlier request may have paused the endpoint.
                    self._pauses.check(exchange.path, self.token)
                exchange.at, start = self._clock.now(), self._clock.monotonic()
                try:
                    async with self._deadline() as transport:
                        return await self._send(transport, exchange, content)
                except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                    failure, self._is_reachable = _failure(error, self._proxy), False
                finally:
                    exchange.seconds = self._clock.monotonic() - start
        # Raised outside of `except`: the frames of the original error hold the token.
        raise Unreachable(_CLOSED) if self._transport is None else failure

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[httpx.AsyncBaseTransport]:
        """Apply the total time limit, which ends early when the client is closed."""
        if self._transport is None:
            raise Unreachable(_CLOSED)
        async with asyncio.timeout(self._timeouts.total) as deadline:
            self._deadlines.add(deadline)
            try:
                yield self._transport
            finally:
                self._deadlines.discard(deadline)

    async def _send(
        self, transport: httpx.AsyncBaseTransport, exchange: Exchange, content: bytes | None
    ) -> Response:
        """Send a request; retry a GET after a lost connection or a status of RETRY_STATUSES."""
        # While the service is unreachable, each request is tried once.
        retries = MAX_RETRIES if exchange.method == "GET" and self._is_reachable else 0
        while True:
            exchange.attempts += 1
            is_last = exchange.attempts > retries
            try:
                response = await transport.handle_async_request(self._request(exchange, content))
            except _RETRY_ERRORS:
                if is_last:
                    raise
            else:
                try:
                    if is_last or response.status_code not in RETRY_STATUSES:
                        exchange.status = response.status_code
                        self._is_reachable = response.status_code not in RETRY_STATUSES
                        result = await _read(response)
                        exchange.size = len(result.data)
                        return result
                finally:
                    await response.aclose()
            await asyncio.sleep(_backoff(self._timeouts.backoff, exchange.attempts))
            await self._take()

    async def _take(self, path: str = "", *, loads_list: bool = False) -> None:
        await self._budget.take(path, shared=self._shared, loads_list=loads_list)
        if self._shared is None:
            self._unshared[self.token] += 1

    def _request(self, exchange: Exchange, content: bytes | None) -> httpx.Request:
        timeout = httpx.Timeout(self._timeouts.connect, read=self._timeouts.read)
        request = httpx.Request(
            exchange.method,
            self.base_url + exchange.path,
            params=exchange.params or None,
            headers=_HEADERS,
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )
        if content is not None:
            request.headers["Content-Type"] = "application/json"
        elif self.token is not None and origin(str(request.url)) == self._origin:
            request.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return request


async def _read(response: httpx.Response) -> Response:
    """Read the body, up to its size limit."""
    body = responses.Body(response.headers)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    try:
        if not response.is_redirect and body.error is None:
            # Not `aiter_bytes`, which decompresses a chunk of any size at once.
            async for chunk in response.stream:
                body.feed(chunk)
                if body.error is not None:
                    break
    except (httpx.HTTPError, OSError):
        # The status of a failed request is sufficient without the body.
        if response.status_code < 400:
            raise
    return Response(
        status=response.status_code,
        reason=response.reason_phrase,
        headers=response.headers,
        data=bytes(body.data),
        error=body.error,
    )


def _backoff(base: float, attempts: int) -> float:
    """Return the seconds before the next attempt: one to two times `base`, doubling each time."""
    return base * 2.0**attempts * random.uniform(0.5, 1)


def _network_transport(base_url: str) -> tuple[httpx.AsyncBaseTransport, str]:
    """Return a transport for real connections, and host and port of its proxy, or ""."""
    if base_url.startswith("https:"):
        context = tls.client_context()
    else:
        # Not used for http, and cheaper than the other one.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(OSError, ValueError, ImportError, httpx.InvalidURL):
        return _transport_through(_proxy(base_url, context), context)
    # Raised without a reference to the proxy, whose URL may contain a password.
    raise Misconfigured(_PROXY)


def _transport_through(
    proxy: httpx.Proxy | None, context: ssl.SSLContext
) -> tuple[httpx.AsyncBaseTransport, str]:
    transport = httpx.AsyncHTTPTransport(verify=context, proxy=proxy)
    return transport, "" if proxy is None else proxy.url.netloc.decode("ascii")


def _proxy(base_url: str, context: ssl.SSLContext) -> httpx.Proxy | None:
    """Return the environment's proxy for the service; None for loopback addresses."""
    parts = urlsplit(base_url)
    if is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    url = proxies.get(parts.scheme) or proxies.get("all")
    if not url:
        return None
    proxy = httpx.Proxy(url if "://" in url else f"http://{url}")
    if proxy.url.scheme == "https":
        proxy.ssl_context = context
    return proxy


def _failure(error: Exception, proxy: str) -> RequestFailed:
    """Return the error to raise for a request without a response."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return tls.certificate_error(cause)
        if isinstance(cause, httpx.ProxyError):
            return _proxy_failure(cause, proxy)
    host = f"the proxy {proxy}" if proxy else "BeatPass"
    of_proxy, by_proxy = (f" {word} {host}" if proxy else "" for word in ("of", "by"))
    for kind, message, reason in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            text = message.format(host=host, of_proxy=of_proxy, by_proxy=by_proxy)
            if reason == _TLS_ERROR:
                return ConnectionBlocked(text, reason=reason)
            if proxy and reason == _OFFLINE:
                return ConnectionBlocked(text, reason=f"no connection to {host}")
            return Unreachable(text, reason=reason)
    return InvalidResponse("The request could not be sent.")


def _proxy_failure(error: httpx.ProxyError, proxy: str) -> ConnectionBlocked:
    """Return the error to raise for a proxy's answer, which begins with its status."""
    status = re.match(r"\d{3}\b", str(error))
    if status is not None and status[0] == "407":
        message = f"The proxy {proxy} requires a user name and password in its URL."
    else:
        code = f" (HTTP {status[0]})" if status is not None else ""
        message = f"The proxy {proxy} refused the connection{code}."
    return ConnectionBlocked(message, reason=f"refused by the proxy {proxy}")


def _causes(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    if error is None or not depth:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member, depth - 1)
    yield from _causes(error.__cause__ or error.__context__, depth - 1)
