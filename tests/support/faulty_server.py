"""A BeatPass server on a real socket: the demo's responses, or what a test scripts.

The client and the app run against it. Faults are scripted by endpoint, under the names of the
demo's routes, and may change at any time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import parse_qsl

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.demo import messages, service
from beatpass_tui.demo.catalog import TRACKS
from beatpass_tui.demo.service import Service
from beatpass_tui.demo.sign_in import Credentials
from beatpass_tui.demo.states import Behavior, Variant
from support.fakes import NOW, FakeClock, UnlimitedBudget
from support.scripted_server import Request, ScriptedServer, Step, answer, following, send

PREFIX = "/api/v1"
ALL_ENDPOINTS = ""
"""Scripts every endpoint without a script of its own."""

PATIENT = Timeouts(connect=30.0, read=30.0, total=60.0, backoff=0.001)
"""Never expire, also on a slow machine; tests call `expire_requests`."""


class FaultyServer(ScriptedServer):
    """The server; `requested` lists the requested endpoints in order."""

    def __init__(self, *, growth_delay: float = 0.0, state: str = "normal") -> None:
        super().__init__()
        credentials = Credentials()
        self.token = credentials.token
        self.email = credentials.email
        self.password = credentials.password
        self.clock = FakeClock()
        conduct = Behavior(state, growth_delay, self.clock.monotonic)
        self._demo = Service(conduct, Variant(TRACKS, False, True), credentials, lambda: NOW)
        self._scripts: dict[str, list[Step]] = {}
        self.requested: list[str] = []
        self.in_progress: list[Step] = []
        """The responses in progress."""
        self.clients: list[BeatPass] = []

    async def __aenter__(self) -> Self:
        # Keep the port, so that connections are refused while the server does not listen.
        self._reserved_port = socket.socket()
        self._reserved_port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._reserved_port.bind(("127.0.0.1", 0))
        self.port = self._reserved_port.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}{PREFIX}"
        await self.start_listening()
        return self

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        self._reserved_port.close()

    async def stop_listening(self) -> None:
        """Refuse every connection."""
        self._server.close()

    async def start_listening(self) -> None:
        """Listen at the same address again."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, reuse_port=True
        )

    def script(self, endpoint: str, *steps: Step) -> None:
        """Answer an endpoint with these steps in order; without steps, as the demo."""
        self._scripts[endpoint] = list(steps)

    def restore(self) -> None:
        """Answer everything as the demo."""
        self._scripts.clear()

    def step(self, request: Request) -> Step:
        """Return the scripted response for the endpoint, otherwise the demo's."""
        endpoint = service.find(request.path.removeprefix(PREFIX))
        name = endpoint.name if endpoint is not None else "?"
        self.requested.append(name)
        steps = self._steps_of(name)
        step = following(steps) if steps else self.demo_response(request)

        async def act(request: Request) -> None:
            self.in_progress.append(step)
            try:
                await (send(step)(request) if isinstance(step, bytes) else step(request))
            finally:
                if step in self.in_progress:
                    self.in_progress.remove(step)

        return act

    def _steps_of(self, endpoint: str) -> list[Step] | None:
        return self._scripts.get(endpoint) or self._scripts.get(ALL_ENDPOINTS)

    def demo_response(self, request: Request) -> bytes:
        """Return the demo's response."""
        path, _, query = request.target.partition("?")
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or None
        demo_request = messages.Request(
            request.method,
            path.removeprefix(PREFIX),
            dict(parse_qsl(query)),
            token,
            request.body,
        )
        reply = self._demo.outcome(demo_request).response
        assert reply is not None
        return answer(reply.body, reply.status, **dict(reply.headers))

    @asynccontextmanager
    async def connect(self, timeouts: Timeouts = PATIENT) -> AsyncIterator[BeatPass]:
        """Yield the real client, as the app receives it."""
        async with BeatPass(
            self.base_url, timeouts=timeouts, clock=self.clock, budget=UnlimitedBudget()
        ) as client:
            self.clients.append(client)
            yield client

    def expire_requests(self) -> None:
        """Let the total timeout of every request in flight expire."""
        # A silent server does not learn that the client gave up.
        self.in_progress.clear()
        for client in self.clients:
            for deadline in client._deadlines:
                if not deadline.expired():
                    deadline.reschedule(0)

    def hold(self, gate: asyncio.Event) -> Step:
        """Return the demo's response at the time of the request, once `gate` is set."""

        async def act(request: Request) -> None:
            response = self.demo_response(request)
            await gate.wait()
            request.writer.write(response)
            await request.writer.drain()

        return act
