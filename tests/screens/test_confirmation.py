"""Signing out and forgetting the history ask for confirmation; signing out keeps the history."""

from collections.abc import Iterator
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken, LoadedToken
from beatpass_tui.errors import NotFound, NotSignedIn, StoreUnavailable
from beatpass_tui.models.identity import Account
from beatpass_tui.models.numbers import NUMBERS
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.blocked import Blocked
from beatpass_tui.screens.confirmation import Confirmation
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import AccountKey, Store
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.stat_cards import StatCard
from beatpass_tui.widgets.status_line import StatusLine
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.fakes import NOVA_ARTIST, NOW, FakeClock, FakeService
from support.stored_answers import (
    ACCOUNT,
    ACCOUNT_KEY,
    ARTIST,
    ORIGIN,
    StoredHistory,
    wait_for_writes,
)

DAY = timedelta(days=1)
WEEKS = tuple(("followers", NOW - 7 * n * DAY, 860.0 - 30 * n) for n in range(1, 5))
RECORDED = len(NUMBERS) + 1
"""How many numbers Home records: those of its cards, and XP."""

VEGA = Account(id=900000007, name="vega")


class Machine:
    """A machine with weeks of Nova's history."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.stored = StoredHistory(folder, self.clock)
        self.stored.save_visit(NOW - DAY, history=WEEKS)
        self.service = FakeService(token=None)

    def stage(self) -> Stage:
        return Stage(
            self.service,
            FakeAccess(known=KnownToken(ACCOUNT)),
            clock=self.clock,
            repository=self.stored.repository(),
        )

    def followers(self) -> list[float]:
        samples = self.stored.store().load_daily_samples(
            ACCOUNT_KEY, ARTIST, numbers=("followers",)
        )
        return [value for _, value in samples.get("followers", [])]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stored.close()


async def on_disk(stage: Stage, pilot: Pilot[None]) -> None:
    for _ in range(3):
        if stage.app._repository is not None:
            await wait_for_writes(stage.app._repository)
        await idle(pilot)


async def choose(stage: Stage, pilot: Pilot[None], name: str) -> str:
    """Run a command of the palette and return the question that it asks."""
    commands = {each.title: each for each in stage.app.get_system_commands(stage.app.screen)}
    done = commands[name].callback()
    if isawaitable(done):
        await done
    await on_disk(stage, pilot)
    return " ".join(stage.text("#question").split()) if is_asked(stage) else ""


def is_asked(stage: Stage) -> bool:
    return isinstance(stage.app.screen, Confirmation)


def bars(stage: Stage) -> str:
    """Return the bars of Followers."""
    card = stage.app.screen.query_one("#followers", StatCard)
    return str(card.render()).split("\n")[1].partition("873")[2].strip()


# Signing out


@pytest.mark.parametrize(
    "keys",
    [
        ("enter",),
        ("escape",),
        ("tab", "tab", "enter"),
    ],
)
async def test_signing_out_is_canceled_unless_confirmed(
    machine: Machine, keys: tuple[str, ...]
) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        question = await choose(stage, pilot, "Sign out")
        assert "The history of your numbers is kept" in question
        await press(pilot, *keys)
        assert isinstance(stage.app.screen, Home)
        assert not stage.access.removed
    assert machine.stored.store().summarize(ACCOUNT_KEY).cached == 7


@pytest.mark.parametrize("key", ["tab", "right", "l", "shift+tab"])
async def test_history_is_shown_after_signing_out_and_in_again(machine: Machine, key: str) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        assert bars(stage) == "▇▇▇▇▇▇▇"
        shown = bars(stage)
        await choose(stage, pilot, "Sign out")
        await press(pilot, key, "enter")
        await on_disk(stage, pilot)
        assert isinstance(stage.app.screen, SignIn)
        assert stage.access.removed
        summary = machine.stored.store().summarize(ACCOUNT_KEY)
        assert (summary.cached, summary.samples) == (0, len(WEEKS) + RECORDED)
        await press(pilot, *"901|abc", "enter")
        await on_disk(stage, pilot)
        assert isinstance(stage.app.screen, Home)
        assert bars(stage) == shown
        # There is no earlier visit to measure changes against.
        assert stage.card("followers")[1] == "7d +43"
        await press(pilot, "3")
        await on_disk(stage, pilot)
        assert stage.app.close_repository() == ""
    assert machine.followers() == [740, 770, 800, 830, 873]


async def test_next_run_after_signing_out_has_the_history(machine: Machine) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        await choose(stage, pilot, "Sign out")
        await press(pilot, "right", "enter")
        await on_disk(stage, pilot)
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        assert bars(stage) == "▇▇▇▇▇▇▇"


async def test_accounts_have_separate_histories(machine: Machine) -> None:
    vega = AccountKey(ORIGIN, VEGA.id or 0)
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        await choose(stage, pilot, "Sign out")
        await press(pilot, "right", "enter")
        machine.service.script("account", VEGA)
        machine.service.script("artist", NOVA_ARTIST._replace(id=900000008))
        await press(pilot, *"902|abc", "enter")
        await on_disk(stage, pilot)
        assert "@vega" in text_of(stage.app)
        assert bars(stage) == ""
    store = machine.stored.store()
    assert store.count_samples(ORIGIN) == {
        ACCOUNT: len(WEEKS) + RECORDED,
        vega.account: RECORDED,
    }


async def test_history_survives_an_expired_token(machine: Machine) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        expired = NotSignedIn("Unauthenticated.", status=401)
        machine.service.fail(expired, "account", "stats", "intelligence")
        machine.clock.advance(3700)
        await press(pilot, "r")
        assert "a to sign in again" in stage.notice
        for name in ("account", "stats", "intelligence"):
            machine.service.script(name)
        await press(pilot, "a", *"901|new", "enter")
        await on_disk(stage, pilot)
        assert bars(stage) == "▇▇▇▇▇▇▇"
    assert machine.followers() == [740, 770, 800, 830, 873]


async def test_blocked_account_confirms_signing_out(machine: Machine) -> None:
    machine.service.fail(NotFound("You have no artist profile.", status=404), "artist")
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        screen = stage.app.screen
        assert isinstance(screen, Blocked)
        stage.app.action_sign_out()
        await idle(pilot)
        assert is_asked(stage)
        await press(pilot, "escape")
        assert stage.app.screen is screen
        assert not stage.access.removed


async def test_without_a_store_no_history_is_mentioned() -> None:
    stage = Stage()
    async with stage.run("ctrl+x") as pilot:
        # The key of the table works on pages too.
        assert is_asked(stage)
        await press(pilot, "escape")
        question = await choose(stage, pilot, "Sign out")
        assert question == "This deletes your token and cached data from this computer."
        await press(pilot, "escape")
        assert await choose(stage, pilot, "Forget history") == ""
        assert "No history to delete." in stage.notice


# Forgetting


async def test_history_that_can_not_be_read_is_not_called_empty(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("The disk is gone.")

    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        monkeypatch.setattr(Store, "count_samples", refuse)
        for _ in range(2):
            assert await choose(stage, pilot, "Forget history") == ""
            assert "The disk is gone." in stage.notice
    assert len(machine.followers()) > 1


async def test_history_of_a_store_that_could_not_be_opened_is_not_called_empty() -> None:
    repository = HistoryRepository(None, ORIGIN, FakeClock(), warning="It can't be opened.")
    stage = Stage(repository=repository)
    async with stage.run() as pilot:
        await until(pilot, lambda: "It can't be opened." in stage.notice)
        await press(pilot, "escape")
        assert await choose(stage, pilot, "Forget history") == ""
        assert "It can't be opened." in stage.notice


async def test_forgetting_names_the_number_of_values_and_can_be_canceled(machine: Machine) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        question = await choose(stage, pilot, "Forget history")
        assert question == ("This deletes 13 samples. Without an export, they can't be restored.")
        await press(pilot, "enter")
        assert isinstance(stage.app.screen, Home)
    assert machine.stored.store().summarize(ACCOUNT_KEY).samples == len(WEEKS) + RECORDED


async def test_forgotten_history_is_no_longer_shown(machine: Machine) -> None:
    stage = machine.stage()
    async with stage.run(size=(120, 44)) as pilot:
        await on_disk(stage, pilot)
        await press(pilot, "3")
        stage.app.screen.query_one("#chart", Chart).focus()
        await press(pilot, "c")
        await on_disk(stage, pilot)
        steps = stage.app.screen.query_one("#chart", Chart).data.steps
        assert any(step.value is not None for step in steps)
        await choose(stage, pilot, "Forget history")
        await press(pilot, "right", "enter")
        await on_disk(stage, pilot)
        assert "The history was deleted." in stage.notice
        steps = stage.app.screen.query_one("#chart", Chart).data.steps
        assert not any(step.value is not None for step in steps)
        assert not stage.access.removed
        summary = machine.stored.store().summarize(ACCOUNT_KEY)
        assert (summary.cached >= 6, summary.samples) == (True, 0)
        await press(pilot, "escape")
        assert bars(stage) == ""
        assert stage.card("followers")[0] == "873"
        # From now on a new history is recorded.
        machine.clock.advance(3700)
        await press(pilot, "r")
        await on_disk(stage, pilot)
    assert machine.followers() == [873]


async def test_forgetting_reports_remaining_files(machine: Machine) -> None:
    copy = machine.stored.path.with_name(f"{machine.stored.path.name}.newer-20261120-000000")
    copy.write_bytes(b"numbers")
    stage = machine.stage()
    async with stage.run(size=(120, 36)) as pilot:
        await on_disk(stage, pilot)
        await choose(stage, pilot, "Forget history")
        await press(pilot, "right", "enter")
        await on_disk(stage, pilot)
        # The path of the temporary folder may be longer than the row.
        notice = stage.app.screen.query_one(StatusLine).notice
        assert notice.short.startswith(f"{copy} may still contain your data")
    assert machine.followers() == []


async def test_question_of_another_account_deletes_nothing(machine: Machine) -> None:
    stage = machine.stage()
    async with stage.run() as pilot:
        await on_disk(stage, pilot)
        await choose(stage, pilot, "Forget history")
        # While it is open, another account is signed in.
        machine.service.script("account", VEGA)
        await stage.app._start_session(LoadedToken(Secret("902|abc"), account=VEGA))
        await press(pilot, "right", "enter")
        await on_disk(stage, pilot)
    assert machine.followers()[:4] == [740, 770, 800, 830]


@pytest.mark.parametrize("size", [(40, 12), (60, 24), (80, 24), (120, 36)])
async def test_question_fits_every_size(machine: Machine, size: tuple[int, int]) -> None:
    stage = machine.stage()
    async with stage.run(size=size) as pilot:
        await on_disk(stage, pilot)
        await choose(stage, pilot, "Sign out")
        shown = text_of(stage.app)
        # Only the last word, since the line breaks depend on the size.
        for text in ("Sign out", "Cancel", "sign-in."):
            assert text in shown
        await until(pilot, lambda: stage.app.focused is not None)
        assert stage.app.focused is stage.app.screen.query_one("#cancel")
