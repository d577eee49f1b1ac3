"""Run commands in the test process with their own service, keyring, folder, clock and input."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui import bootstrap, cli
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.bootstrap import Environment
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.store import AccountKey
from support.fake_keyring import FakeKeyring, finder
from support.fakes import NOW, FakeClock, FakeService

Sleep = Callable[[float], Awaitable[None]]

BASE_URL = "https://open.beatpass.ca/api/v1"
ORIGIN = "https://open.beatpass.ca"
KEY = AccountKey(ORIGIN, 900000001)
HOME = ["account", "artist", "stats", "intelligence", "followers", "activity"]
"""The requests of Home in their order."""


@dataclass(frozen=True)
class CommandResult:
    """The result of a command."""

    status: int
    out: str
    err: str


def report(result: CommandResult) -> dict[str, Any]:
    """Return the printed JSON object."""
    content: dict[str, Any] = json.loads(result.out)
    return content


class PipedInput(io.TextIOWrapper):
    """Standard input that holds the given bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


class TerminalInput(PipedInput):
    """Standard input that reports being a terminal."""

    def isatty(self) -> bool:
        return True


class _MachineEnvironment(Environment):
    """An environment that advances its clock instead of waiting."""

    on_sleep: Sleep | None = None

    async def sleep(self, seconds: float) -> None:
        if self.on_sleep is not None:
            await self.on_sleep(seconds)
            return
        assert isinstance(self.clock, FakeClock)
        self.clock.advance(seconds)


@dataclass
class Machine:
    """A computer on which commands run."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    keyring: FakeKeyring | None = field(default_factory=FakeKeyring)
    service: FakeService = field(default_factory=lambda: FakeService(token=None))
    environ: dict[str, str] = field(default_factory=dict)
    keyring_wait: float = 60.0
    now: datetime = NOW
    pace: float = 0.0
    clock: FakeClock | None = None
    """The clock of a command that runs for a while, instead of a clock that stands at `now`."""
    sleep: Sleep | None = None

    @property
    def credentials(self) -> Credentials:
        return Credentials(
            self.folder, finder(self.keyring), self.keyring_wait, now=lambda: self.now
        )

    def run(self, *arguments: str, stdin: io.TextIOWrapper | None = None) -> CommandResult:
        self.monkeypatch.setattr(bootstrap, "current_environment", self._environment)
        self.monkeypatch.setattr(sys, "stdin", stdin or PipedInput(b""))
        self.capsys.readouterr()
        try:
            status = cli.main(list(arguments))
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        output = self.capsys.readouterr()
        return CommandResult(status, output.out, output.err)

    def _environment(self, environ: Mapping[str, str] | None = None) -> Environment:
        environment = _MachineEnvironment(
            self.environ,
            BASE_URL,
            self.service.connect,
            self.clock or FakeClock(self.now),
            credentials=self.credentials,
            data=lambda: self.folder,
            page_interval=self.pace,
        )
        environment.on_sleep = self.sleep
        return environment

    def store(self, *accounts: Account) -> None:
        for account in accounts:
            token = Secret(f"{account.key}|made-up-token")
            asyncio.run(self.credentials.save(ORIGIN, SignedIn(token, account)))

    def stored(self) -> list[Account]:
        return [record.account for record in self.credentials.file.list_accounts(ORIGIN)]

    def file_contents(self) -> str:
        """Return names and bytes of all files below the folder."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return "".join(f"{path}{path.read_bytes().decode('latin-1')}" for path in files)
