"""The demo's history, and the dependencies of a run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import platformdirs
import pytest

from beatpass_tui import bootstrap, cli, exit_codes
from beatpass_tui.bootstrap import AppDependencies
from beatpass_tui.commands.arguments import STATES
from beatpass_tui.demo import history
from beatpass_tui.demo.history import DemoHistory
from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
from beatpass_tui.errors import InvalidToken, UnknownAccount
from beatpass_tui.models import numbers
from beatpass_tui.models.audience import Activity
from beatpass_tui.models.home import Followers, Intelligence, Stats
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime.clock import SystemClock
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import NAME, AccountKey, Store
from beatpass_tui.transport import endpoints

ACCOUNT_KEY = AccountKey("demo", ACCOUNT_ID)
MOMENTS = (
    datetime(2026, 11, 23, 20, 4, tzinfo=UTC),
    datetime(2028, 3, 2, 0, 0, tzinfo=UTC),
    datetime(2026, 1, 1, 12, 0, tzinfo=UTC),
    datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC),
)

DAILY = (*numbers.NUMBERS, numbers.XP)


def demo(folder: Path, state: str = "normal", *, use_store: bool = True) -> AppDependencies:
    return bootstrap.demo_dependencies(
        state,
        needs_sign_in=False,
        tracks=128,
        documented_only=False,
        use_store=use_store,
        folder=folder,
    )


@pytest.fixture(params=MOMENTS, ids=str)
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


def samples_of(demo_history: DemoHistory) -> dict[str, list[tuple[datetime, float]]]:
    samples: dict[str, list[tuple[datetime, float]]] = {}
    for name, at, value in demo_history.samples():
        samples.setdefault(name, []).append((at, value))
    return samples


def test_samples_agree_with_the_answers_of_the_last_visit(now: datetime) -> None:
    demo_history = DemoHistory(now)
    assert timedelta(days=2) < now - demo_history.last_visit < timedelta(days=4)
    answers = demo_history.responses()
    last_values: dict[str, float] = {}
    for name, kind in (
        ("stats", Stats), ("intelligence", Intelligence), ("followers", Followers),
        ("activity", Activity),
    ):  # fmt: skip
        last_values |= numbers.read_numbers(name, kind.decode(answers[name]))
    samples = samples_of(demo_history)
    not_opened = samples.keys() ^ numbers.BY_ID.keys()
    assert not_opened < {number.id for number in numbers.RANKS}
    assert last_values.keys() == {number.id for number in DAILY}
    for name, value in last_values.items():
        assert dict(samples[name])[demo_history.last_visit] == value


def test_daily_samples_of_a_year_have_two_gaps_and_a_correction(now: datetime) -> None:
    today, expected = now.date(), {now.date() - timedelta(days=day) for day in range(1, 401)}
    for gap in history.GAPS:
        expected -= {today - timedelta(days=day) for day in gap}
    samples = samples_of(DemoHistory(now))
    for name in (number.id for number in DAILY):
        times, values = zip(*samples[name], strict=True)
        assert list(times) == sorted(times)
        assert {at.date() for at in times} == expected
        losses = [at.date() for at, loss in zip(times[1:], _gains(values), strict=True) if loss < 0]
        corrected = [today - timedelta(days=history.CORRECTED)]
        assert name == "growth" or losses == (corrected if name == "total-plays" else [])
        assert values[0] > 0


def _gains(values: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(values)]


def test_gains_of_the_last_weeks_match_the_pictures(now: datetime) -> None:
    samples = samples_of(DemoHistory(now))
    (*_, total), (*_, followers) = samples["total-plays"], samples["followers"]
    by_day = {(now.date() - at.date()).days: value for at, value in samples["total-plays"]}
    assert [45_210 - by_day[day] for day in (3, 7)] == [310, 492]
    assert by_day[7] - by_day[14] == 439
    assert (total[1], followers[1]) == (45_148, 873)


def test_history_is_the_same_at_every_start(now: datetime) -> None:
    assert list(DemoHistory(now).samples()) == list(DemoHistory(now).samples())
    assert DemoHistory(now).responses() == DemoHistory(now).responses()


def test_larger_catalog_has_its_older_tracks_in_the_history() -> None:
    larger, usual = samples_of(DemoHistory(MOMENTS[0], 1_000)), samples_of(DemoHistory(MOMENTS[0]))
    assert larger["tracks"][-1][1] == 1_000
    more = {after - before for (_, after), (_, before) in zip(
        larger["total-plays"], usual["total-plays"], strict=True
    )}  # fmt: skip
    assert len(more) == 1


async def test_numbers_have_grown_since_the_last_visit(tmp_path: Path) -> None:
    dependencies = demo(tmp_path)
    assert dependencies.repository is not None
    account_history = dependencies.repository.load(ACCOUNT_ID)
    assert account_history is not None
    async with dependencies.connect() as service:
        token = await dependencies.access.load(service)
        assert token is not None
        service.token = token.token
        stats, performance = await asyncio.gather(
            service.fetch(endpoints.STATS), service.fetch(endpoints.PERFORMANCE)
        )
    session = Session(None, SystemClock(), history=account_history)
    before, performance_before = (
        account_history.value_at_last_visit(session.stats),
        account_history.value_at_last_visit(session.performance),
    )
    assert before is not None
    assert performance_before is not None
    assert account_history.last_visit is not None
    assert stats.total_plays is not None
    assert before[0].total_plays is not None
    assert stats.total_plays > before[0].total_plays
    plays = {row.id: row.plays or 0 for row in performance_before[0].rows}
    gains = [row for row in performance.rows if (row.plays or 0) > plays.get(row.id, 0)]
    assert len(gains) >= 3
    dependencies.repository.close()


def test_demo_writes_its_history_into_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_data = tmp_path / "real"
    monkeypatch.setenv("XDG_DATA_HOME", str(user_data))
    dependencies = demo(tmp_path / "demo")
    assert dependencies.repository is not None
    assert dependencies.access.known is not None
    account_history = dependencies.repository.load(dependencies.access.known.account)
    assert account_history is not None
    assert account_history.last_visit is not None
    assert len(account_history.points("total-plays")) > 100
    dependencies.repository.close()
    assert (tmp_path / "demo" / NAME).exists()
    assert not user_data.exists()


@pytest.mark.parametrize("state", ["first-day", "new", "no-artist", "forbidden", "slow"])
def test_state_without_history_has_no_last_visit(tmp_path: Path, state: str) -> None:
    dependencies = demo(tmp_path, state)
    assert dependencies.repository is not None
    account_history = dependencies.repository.load(ACCOUNT_ID)
    assert account_history is not None
    assert account_history.last_visit is None
    dependencies.repository.close()


def test_states_without_history_exist() -> None:
    assert set(STATES) >= bootstrap._STATES_WITHOUT_HISTORY


def test_no_store_creates_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user_data = tmp_path / "real"
    monkeypatch.setenv("XDG_DATA_HOME", str(user_data))
    assert demo(tmp_path / "demo", use_store=False).repository is None
    assert not (tmp_path / "demo").exists()
    assert bootstrap.service_dependencies(None, use_store=False).repository is None
    assert not list(tmp_path.rglob(f"{NAME}*"))


def test_store_is_created_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    dependencies = bootstrap.service_dependencies(None)
    assert dependencies.repository is not None
    assert dependencies.repository.take_warning() == ""
    dependencies.repository.close()
    assert (tmp_path / "beatpass-tui" / NAME).exists()


def test_unknown_account_closes_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    # The error keeps the objects of the failed run alive.
    with pytest.raises(UnknownAccount) as error:
        bootstrap.service_dependencies("nobody")
    assert (tmp_path / "beatpass-tui" / NAME).exists()
    assert not list(tmp_path.rglob(f"{NAME}-*")), error


def test_invalid_token_is_reported_before_the_store_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv(ENV_VARIABLE, "")
    with pytest.raises(InvalidToken):
        bootstrap.service_dependencies(None)
    assert not list(tmp_path.rglob(f"{NAME}*"))


def test_missing_terminal_closes_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    dependencies = bootstrap.service_dependencies(None)
    assert list(tmp_path.rglob(f"{NAME}-*"))
    monkeypatch.setattr(bootstrap, "service_dependencies", lambda *_, **__: dependencies)
    assert cli.main([]) == exit_codes.USAGE
    assert "Not a terminal" in capsys.readouterr().err
    assert not list(tmp_path.rglob(f"{NAME}-*"))


def test_missing_home_folder_is_reported_and_nothing_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(variable, "relative")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: Path("relative"))
    dependencies = bootstrap.service_dependencies(None, use_store=True)
    assert dependencies.repository is not None
    assert "home folder" in dependencies.repository.take_warning()
    assert dependencies.repository.load(5) is None
    dependencies.repository.close()


def test_demo_history_is_one_ended_visit(tmp_path: Path) -> None:
    now = MOMENTS[0]
    bootstrap.write_demo_history(tmp_path / NAME, now)
    store = Store(tmp_path / NAME, lambda: now)
    assert store.load_visit(ACCOUNT_KEY).since == history.last_visit(now)
    cached = set(store.load_cached(ACCOUNT_KEY))
    boards = {name for name in cached if name.startswith("leaderboards:")}
    assert len(boards) == 6
    assert cached - boards == {
        "account", "artist", "stats", "intelligence", "followers", "activity", "performance",
    }  # fmt: skip
    assert store.beats.count(ACCOUNT_KEY.origin)[ACCOUNT_ID][1] == 120
    opened = {f"rank.{name.partition(':')[2].replace(':', '.')}" for name in boards}
    ranks = {number.id for number in numbers.RANKS}
    known = numbers.BY_ID.keys() - ranks | opened
    assert store.load_daily_samples(ACCOUNT_KEY, ARTIST_ID).keys() == known
    store.close()
