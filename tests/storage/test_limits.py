"""The request budget and pauses that processes share through the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.storage.limits import Permit
from beatpass_tui.storage.store import NAME, AccountKey, Store
from support.fakes import FakeClock

KEY, OTHER = AccountKey("https://open.beatpass.ca", 7), AccountKey("https://open.beatpass.ca", 8)
BURST, PATH = 5, "/users/me"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stores(tmp_path: Path, clock: FakeClock) -> Iterator[tuple[Store, Store]]:
    """The stores of two processes."""
    opened = Store(tmp_path / NAME, clock.now), Store(tmp_path / NAME, clock.now)
    yield opened
    for store in opened:
        store.close()


def take(store: Store, key: AccountKey = KEY, *, path: str = PATH, reserve: int = 0) -> Permit:
    return store.limits.take(key, path, burst=BURST, rate=1.0, reserve=reserve)


def test_budget_is_shared_by_account_and_refilled(
    stores: tuple[Store, Store], clock: FakeClock
) -> None:
    one, two = stores
    assert [take(store).wait for store in (one, two, one, two)] == [0.0] * 4
    assert take(one, reserve=2).wait == 2.0
    assert take(one).wait == 0.0
    assert take(two).wait == 1.0
    assert take(two, OTHER).wait == 0.0
    clock.advance(1.5)
    assert take(two).wait == 0.0
    assert take(one).wait == pytest.approx(0.5)
    clock.advance(3_600)
    assert [take(store).wait for store in (one, two) * 3] == [0.0] * BURST + [1.0]


@pytest.mark.parametrize("jump", [timedelta(days=-900), timedelta(hours=-1), timedelta(days=900)])
def test_clock_jumps_neither_block_nor_multiply_requests(
    stores: tuple[Store, Store], clock: FakeClock, jump: timedelta
) -> None:
    one, two = stores
    for _ in range(BURST):
        take(one)
    one.limits.pause(KEY, "/albums/{}", 60.0, is_limited=True)
    clock.set_wall(clock.now() + jump)
    taken = sum(take(two).wait == 0.0 for _ in range(50))
    assert taken == (BURST if jump > timedelta() else 0)
    clock.advance(1)
    assert take(two).wait == 0.0
    # A pause never lasts longer than it was set for.
    assert take(one, path="/albums/{}").paused_for <= 60.0
    clock.advance(60)
    assert take(one, path="/albums/{}") == Permit()


def test_pause_applies_to_one_endpoint_and_account_until_sign_out(
    stores: tuple[Store, Store], clock: FakeClock
) -> None:
    one, two = stores
    one.limits.pause(KEY, PATH, 42.0, is_limited=True)
    one.limits.pause(KEY, "/albums/{}", 7.0, is_limited=False)
    clock.advance(2)
    assert take(two) == Permit(paused_for=40.0, is_limited=True)
    assert take(two, path="/albums/{}") == Permit(paused_for=5.0)
    assert take(two, OTHER) == take(two, path="") == Permit()
    assert two.limits.load_pauses(KEY) == {PATH: 40.0, "/albums/{}": 5.0}
    clock.advance(5)
    assert take(two, path="/albums/{}") == Permit()
    two.delete_account(KEY, keep_history=True)
    assert take(one) == Permit()


@pytest.mark.parametrize("tokens", [-1e9, 1e9, "damaged"])
def test_implausible_budget_is_replaced(stores: tuple[Store, Store], tokens: float | str) -> None:
    one, two = stores
    take(one)
    with one._database.transaction() as sql:
        sql.execute("UPDATE budget SET tokens = ?", (tokens,))
    assert [take(two).wait for _ in range(BURST + 1)] == [0.0] * BURST + [1.0]


def test_locked_store_raises(tmp_path: Path, clock: FakeClock) -> None:
    one = Store(tmp_path / NAME, clock.now)
    two = Store(tmp_path / NAME, clock.now, lock_wait=0.0)
    with one._database.transaction(), pytest.raises(StoreUnavailable):
        take(two)
    assert take(two) == Permit()
    one.close()
    two.close()


def test_read_only_file_of_an_earlier_version_has_no_pauses(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = Store(tmp_path / NAME, clock.now)
    with store._database.transaction() as sql:
        sql.execute("DROP TABLE pause")
    assert store.limits.load_pauses(KEY) == {}
    store.close()
