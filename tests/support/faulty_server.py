"""A BeatPass server on a real socket: the demo's responses, or what a test scripts.

The client and the whole app run against it. What goes wrong is scripted by endpoint, by the names
that the demo's routes have for them, and may change at any time.
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
from beatpass_tui.demo.states import Conduct, Offer
from support.fakes import NOW, FakeClock, UnlimitedBudget
from support.scripted_server import Request, ScriptedServer, Step, answer, following, send

PREFIX = "/api/v1"
EVERYTHING = ""
"""Scripts every endpoint that has no script of its own."""

PATIENT = Timeouts(connect=30.0, read=30.0, total=60.0, backoff=0.001)
"""Never expire, also on a slow machine; tests call `expire_requests`."""


class FaultyServer(ScriptedServer):
    """The server; `asked` lists the requested endpoints in order."""

    def __init__(self, *, growth_delay: float = 0.0, state: str = "normal") -> None:
        super().__init__()
        credentials = Credentials()
        self.token = credentials.token
        self.email = credentials.email
        self.password = credentials.password
        self.clock = FakeClock()
        conduct = Conduct(state, growth_delay, self.clock.monotonic)
        self._demo = Service(conduct, Offer(TRACKS, False, True), credentials, lambda: NOW)
        self._scripts: dict[str, list[Step]] = {}
        self.asked: list[str] = []
        self.serving: list[Step] = []
        """The responses in progress."""
        self.clients: list[BeatPass] = []

    async def __aenter__(self) -> Self:
        # Keeps the port, so that connections are refused while the server does not listen.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", 0))
        self.port = self._place.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}{PREFIX}"
        await self.start_listening()
        return self

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        self._place.close()

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

    def heal(self) -> None:
        """Answer everything as the demo."""
        self._scripts.clear()

    def step(self, request: Request) -> Step:
        """Return the scripted response for the endpoint, otherwise the demo's."""
        endpoint = service.find(request.path.removeprefix(PREFIX))
        name = endpoint.name if endpoint is not None else "?"
        self.asked.append(name)
        steps = self._steps_of(name)
        step = following(steps) if steps else self.good(request)

        async def act(request: Request) -> None:
            self.serving.append(step)
            try:
                await (send(step)(request) if isinstance(step, bytes) else step(request))
            finally:
                if step in self.serving:
                    self.serving.remove(step)

        return act

    def _steps_of(self, endpoint: str) -> list[Step] | None:
        return self._scripts.get(endpoint) or self._scripts.get(EVERYTHING)

    def good(self, request: Request) -> bytes:
        """Return the demo's response."""
        path, _, query = request.target.partition("?")
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or None
        asked = messages.Request(
            request.method,
            path.removeprefix(PREFIX),
            dict(parse_qsl(query)),
            token,
            request.body,
        )
        found = self._demo.outcome(asked).answer
        assert found is not None
        return answer(found.body, found.status, **dict(found.headers))

    @asynccontextmanager
    async def connect(self, timeouts: Timeouts = PATIENT) -> AsyncIterator[BeatPass]:
        """Yield the real client, as the app receives it."""
        async with BeatPass(
            self.base_url, timeouts=timeouts, clock=self.clock, budget=UnlimitedBudget()
        ) as client:
            self.clients.append(client)
            yield client

    def run_out(self) -> None:
        """Let the total timeout of every request in flight expire."""
        # A silent server does not learn that the client gave up.
        self.serving.clear()
        for client in self.clients:
            for deadline in client._deadlines:
                if not deadline.expired():
                    deadline.reschedule(0)

    def held(self, gate: asyncio.Event) -> Step:
        """Return the demo's response at the time of the request, once `gate` is set."""

        async def act(request: Request) -> None:
            found = self.good(request)
            await gate.wait()
            request.writer.write(found)
            await request.writer.drain()

        return act
