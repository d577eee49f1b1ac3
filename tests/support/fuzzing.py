"""Documented responses with mutations, and the requests they answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.messages import Request
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.transport import endpoints, responses
from beatpass_tui.transport.endpoints import Service
from support.contract import ARTIST, FIXED_REQUESTS

NOW = datetime(2026, 11, 23, 12, 4, 30, tzinfo=UTC)


T = TypeVar("T")


def is_model(value: object) -> bool:
    """Return whether a value is a model, not just any tuple."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


REQUESTS: Mapping[str, Callable[[Service], Awaitable[Any]]] = {
    **FIXED_REQUESTS,
    "beats": lambda service: service.fetch(endpoints.BEATS, artist=ARTIST, page=1),
    "albums": lambda service: service.fetch(endpoints.ALBUMS, artist=ARTIST, page=1),
    "activity": lambda service: service.fetch(
        endpoints.ACTIVITY_PAGE, artist=ARTIST, period="all", page=1
    ),
    "transactions": lambda service: service.fetch(
        endpoints.TRANSACTIONS, artist=ARTIST, status="all", type="all", page=1
    ),
    "log_in": lambda service: service.log_in("", "", ""),
}


class FixedService(Service):
    """Answers every request with the same bytes, read as if received over HTTP."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        self.token = None
        self.response = responses.Response(status, "", {}, content)

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        return responses.read(self.response, NOW, bare_list=bare_list)

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        return responses.read_sign_in(self.response, NOW)


class DirectService(Service):
    """Sends requests to a demo server without sockets; `body` is the last response."""

    def __init__(self, server: DemoServer) -> None:
        self.token = None
        self.body: Any = None
        self._server = server

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        body: dict[str, Any] = self._send(Request("GET", path, params, self._server.token))
        return body

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        fields = {"email": self._server.email, "password": self._server.password}
        body = json.dumps({**fields, "token_name": "fuzz"}).encode()
        signed_in: SignedIn = self._send(Request("POST", "/auth/login", body=body))
        return signed_in

    def _send(self, request: Request) -> Any:
        answer = self._server._service.outcome(request).response
        if answer is None or answer.status != 200:
            return {}
        self.body = json.loads(json.dumps(answer.body))
        return self.body


def run(request: Awaitable[T]) -> T:
    """Run a coroutine that never waits."""
    iterator = request.__await__()
    try:
        next(iterator)
    except StopIteration as ended:
        return cast(T, ended.value)
    raise AssertionError("the coroutine waits")


def _short(tree: Any) -> Any:
    """Return a response with at most three items in each list."""
    if isinstance(tree, dict):
        return {name: _short(part) for name, part in tree.items()}
    return [_short(part) for part in tree[:3]] if isinstance(tree, list) else tree


def _seeds() -> list[tuple[str, Any]]:
    seeds = []
    for state, documented_only in (("normal", False), ("normal", True), ("new", False)):
        server = DemoServer(
            state=state, documented_only=documented_only, growth_delay=0, now=lambda: NOW
        )
        try:
            for name, send in REQUESTS.items():
                service = DirectService(server)
                run(send(service))
                seed = (name, _short(service.body))
                if service.body is not None and seed not in seeds:
                    seeds.append(seed)
        finally:
            server.close()
    return seeds


SEEDS = _seeds()
