"""The service over HTTP: the only module that speaks it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import sys
from collections.abc import Generator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import import_module
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from httpx_retries import Retry, RetryTransport

from beatpass_tui import __version__
from beatpass_tui.errors import (
    InvalidResponse,
    Misconfigured,
    RateLimited,
    RequestFailed,
    Throttled,
    Unreachable,
)
from beatpass_tui.models import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.clock import Clock, SystemClock
from beatpass_tui.transport import responses
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.transport.rate_limit import EndpointPauses, RequestBudget
from beatpass_tui.transport.request_log import Exchange, Observer
from beatpass_tui.transport.responses import Response
from beatpass_tui.transport.urls import API_URL, check_base_url, is_loopback, origin

try:
    import_module("sniffio")
except ImportError:
    # httpcore tries so at every lock that it makes, several for each request, and Python remembers
    # no failure but this one: it would walk through all folders again.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

MAX_CONCURRENT = 4
"""The most requests in flight; the service asks for them staggered rather than in a burst."""

MAX_RETRIES = 2
"""How often a GET is tried again, unless the request before it came to nothing."""

RETRY_STATUSES = frozenset({502, 503, 504})
"""The statuses that are tried again."""

_HEADERS = {
    "User-Agent": f"beatpass-tui/{__version__}",
    "Accept": "application/json",
    # What is unpacked here, bounded step by step, and nothing else.
    "Accept-Encoding": "gzip",
}
_EXCHANGE = "exchange"
"""The extension of a request by which its attempts are counted."""

_CROWDED = "Too much was to be asked for at once."
_CROWDED_FOR = 60.0
_GONE = "There is no connection to the service any more."
_CERTIFICATES = "The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read."
_PROXY = "The proxy that the environment names cannot be used; http and https proxies can."
_FAILURES: tuple[tuple[type[BaseException], str, str], ...] = (
    (httpx.ConnectTimeout, "The service could not be reached in time.", "timed out"),
    (httpx.TimeoutException, "The service did not answer in time.", "timed out"),
    (TimeoutError, "The service did not answer in time.", "timed out"),
    (httpx.ProxyError, "The proxy in between refused the connection.", "proxy refused"),
    (socket.gaierror, "The name of the service could not be found; is the network up?", "offline"),
    (ConnectionRefusedError, "The connection was refused: nothing listens there.", "offline"),
    (ssl.SSLCertVerificationError, "The service's certificate is not trusted.", "not trusted"),
    (ssl.SSLError, "No secure connection could be made (TLS).", "TLS error"),
    (httpx.ConnectError, "No connection to the service could be made.", "offline"),
)
"""What stands in the way of an answer, by the first of these among the causes."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a request may take, in seconds."""

    connect: float = 5.0
    read: float = 10.0
    """The longest silence."""
    total: float = 20.0
    """From the first attempt to the last byte, retries included."""
    backoff: float = 0.15
    """The wait before the first retry is one to two of these, before the second two to four."""


class BeatPass(Service):
    """The documented requests, over one client which lives as long as the `async with` block.

    Every request brings an answer or raises a RequestFailed, which leads to no request, header
    or token. All of them and their retries share one budget, and an endpoint that the service
    wants to be left alone is. `transport` stands in for the network, `budget` for the usual one,
    and `observe` is told of every request.
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
        self._transport = transport
        self._timeouts = timeouts or Timeouts()
        self._clock = clock or SystemClock()
        self._budget = budget or RequestBudget(self._clock)
        self._once = _retry(self._timeouts.backoff, 0)
        self._reached = True
        self._pauses = EndpointPauses(self._clock)
        self._observe = observe
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)
        self._limits: set[asyncio.Timeout] = set()
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        # Certificates take tens of milliseconds to load, which a screen would show.
        transport = self._transport
        if transport is None:
            transport = await asyncio.to_thread(_network, self.base_url)
        self._client = httpx.AsyncClient(
            transport=RetryTransport(
                _Metered(transport, self._budget), _retry(self._timeouts.backoff)
            ),
            headers=_HEADERS,
            auth=_Bearer(self),
            # The service is documented without cookies, and one would be a second identity.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self._timeouts.connect, read=self._timeouts.read),
            event_hooks={"response": [_stay]},
            follow_redirects=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        # Nobody is left waiting, and no retry goes out over a client that is closed.
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(0)
        for _ in range(MAX_CONCURRENT):
            await self._slots.acquire()
        if client is not None:
            await client.aclose()

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Ask `POST /auth/login` once, without the token that may be set."""
        # Written here, since httpx fails over a lone surrogate with the password in the error.
        body = json.dumps({"email": email, "password": password, "token_name": token_name})
        with self._told("POST", "/auth/login", {}) as exchange:
            answer = await self._exchange(
                exchange,
                content=body.encode("ascii"),
                headers={"Content-Type": "application/json"},
                auth=httpx.Auth(),
            )
            return responses.read_sign_in(answer, self._clock.now())

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        """Return the object that a GET brings, or raise a RequestFailed."""
        token = self.token
        self._pauses.check(path, token)
        with self._told("GET", path, params) as exchange:
            answer = await self._exchange(exchange, params=params)
            now = self._clock.now()
            self._pauses.record_headers(path, token, answer.headers, now)
            try:
                return responses.read(answer, now, bare_list=bare_list)
            except RateLimited as error:
                self._pauses.record_limit(path, token, error)
                raise

    @contextmanager
    def _told(self, method: str, path: str, params: dict[str, str]) -> Iterator[Exchange]:
        """Tell the observer of a request and of what becomes of it."""
        exchange = Exchange(method, path, params, self._clock.now())
        try:
            yield exchange
        except RequestFailed as error:
            exchange.failure = f"{type(error).__name__} ({error.reason})"
            raise
        except asyncio.CancelledError:
            exchange.failure = "cancelled"
            raise
        finally:
            if self._observe is not None:
                self._observe(exchange)

    async def _exchange(self, exchange: Exchange, **options: Any) -> Response:
        """Return the answer to one request, whatever its status.

        Waiting for a slot is free, and so is waiting for the budget: the time that the service
        has to answer begins after both.
        """
        async with self._slots:
            limit, sent = asyncio.timeout(self._timeouts.total), False
            self._limits.add(limit)
            try:
                async with limit:
                    self._opened()
                    await self._budget.take()
                    if exchange.method == "GET":
                        # What was sent meanwhile may have been told to wait.
                        self._pauses.check(exchange.path, self.token)
                    client, sent = self._opened(), True
                    limit.reschedule(asyncio.get_running_loop().time() + self._timeouts.total)
                    exchange.at, start = self._clock.now(), self._clock.monotonic()
                    try:
                        async with self._stream(client, exchange, options) as response:
                            exchange.status = response.status_code
                            self._reached = response.status_code not in RETRY_STATUSES
                            answer = await _answer(response)
                            exchange.size = len(answer.data)
                            return answer
                    finally:
                        exchange.seconds = self._clock.monotonic() - start
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                if sent:
                    failure, self._reached = _failure(error), False
                elif self._client is None:
                    failure = Unreachable(_GONE)
                else:
                    failure = Throttled(_CROWDED, retry_after=_CROWDED_FOR)
            finally:
                self._limits.discard(limit)
        # Raised out here: an exception of httpx leads to the request and so to the token.
        raise failure

    def _stream(
        self, client: httpx.AsyncClient, exchange: Exchange, options: dict[str, Any]
    ) -> AbstractAsyncContextManager[httpx.Response]:
        extensions: dict[str, Any] = {_EXCHANGE: exchange}
        if not self._reached:
            # What is out of reach is not asked thrice for each thing in turn.
            extensions["retry"] = self._once
        url = self.base_url + exchange.path
        return client.stream(exchange.method, url, extensions=extensions, **options)

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            raise Unreachable(_GONE)
        return self._client


class _Bearer(httpx.Auth):
    """Adds the token to requests to the service's own origin, at the last moment.

    Being there at all, it also keeps httpx from looking for credentials anywhere else.
    """

    def __init__(self, service: BeatPass) -> None:
        self._service = service
        self._origin = origin(service.base_url)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._service.token
        if token is not None and origin(str(request.url)) == self._origin:
            request.headers["Authorization"] = f"Bearer {token.reveal()}"
        yield request


class _Metered(httpx.AsyncBaseTransport):
    """Counts how often each request is sent, and has every attempt wait for the budget."""

    def __init__(self, way: httpx.AsyncBaseTransport, budget: RequestBudget) -> None:
        self._way = way
        self._budget = budget

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request once."""
        exchange: Exchange = request.extensions[_EXCHANGE]
        # The first attempt has waited before its time began to run.
        if exchange.attempts:
            await self._budget.take()
        exchange.attempts += 1
        return await self._way.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what it leads to."""
        await self._way.aclose()


async def _stay(response: httpx.Response) -> None:
    """Take the address off a redirect: httpx prepares to follow it, and fails over a bad one."""
    response.extensions["location"] = response.headers.pop("location", "")


async def _answer(response: httpx.Response) -> Response:
    body = responses.Body(response.headers)
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    try:
        if response.status_code // 100 != 3 and body.flaw is None:
            # Not aiter_bytes, which unpacks whatever came in one step.
            async for chunk in stream:
                body.feed(chunk)
                if body.flaw is not None:
                    break
    except (httpx.HTTPError, OSError):
        # Of a failure the status says enough, whatever became of the words.
        if response.status_code < 400:
            raise
    return Response(
        status=response.status_code,
        reason=response.reason_phrase,
        headers=response.headers,
        data=bytes(body.data),
        flaw=body.flaw,
        location=response.extensions["location"],
    )


def _retry(backoff: float, times: int = MAX_RETRIES) -> Retry:
    """Return the rule for GETs; what `Retry-After` asks for is reported, never slept through."""
    return Retry(
        total=times,
        allowed_methods=["GET"],
        status_forcelist=RETRY_STATUSES,
        # A service that is silent for the whole of a read is not asked for the same again.
        retry_on_exceptions=[httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout],
        backoff_factor=backoff,
        backoff_jitter=0.5,
        respect_retry_after_header=False,
    )


def _network(base_url: str) -> httpx.AsyncBaseTransport:
    """Return the way to the network, through the proxy of the environment if there is one."""
    context: ssl.SSLContext | None = None
    try:
        if base_url.startswith("https:"):
            context = httpx.create_ssl_context()
        else:
            # Never used on plain http, and free to build, unlike the one httpx would build.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.AsyncHTTPTransport(verify=context, proxy=_proxy(base_url))
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        sentence = _CERTIFICATES if context is None else _PROXY
    # Raised out here: the address of a proxy may hold a password.
    raise Misconfigured(sentence)


def _proxy(base_url: str) -> str | None:
    """Return the proxy that the environment names for the service, never one for this machine."""
    parts = urlsplit(base_url)
    if is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _failure(error: Exception) -> RequestFailed:
    """Return what an exception without an answer amounts to, by the cause that tells the most."""
    causes = tuple(_causes(error))
    for kind, sentence, reason in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            return Unreachable(sentence, reason=reason)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | OSError):
        broken = "The connection broke before the answer was complete."
        return Unreachable(broken, reason="connection lost")
    return InvalidResponse("The request could not be made.")


def _causes(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    if error is None or not depth:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member, depth - 1)
    yield from _causes(error.__cause__ or error.__context__, depth - 1)
