"""Mutated responses raise no unexpected errors and produce no invalid or made-up values.

Each one is decoded as if received over HTTP, serialized, loaded and shown by all view models.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError, RateLimited, RequestFailed
from beatpass_tui.exports import tables
from beatpass_tui.fast_stats import line
from beatpass_tui.models import levels, menu
from beatpass_tui.models.beat_plays import beats_in
from beatpass_tui.models.career import XpSources
from beatpass_tui.models.catalog import Album
from beatpass_tui.models.decode import MAX_NUMBER
from beatpass_tui.models.home import Level
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.numbers import NUMBERS, PROFILE, Fetched, Snapshot, measure_all
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.text import MAX_CHARACTERS
from beatpass_tui.session.session import Session
from beatpass_tui.storage import serialization
from beatpass_tui.transport import responses
from beatpass_tui.view_models import (
    activity,
    albums,
    beat_table,
    beats,
    details,
    finances,
    growth,
    leaderboards,
    own_place,
    payouts,
    progress,
    season,
    transactions,
)
from beatpass_tui.view_models.beats import BeatFilter, Catalog
from beatpass_tui.view_models.earnings import Earnings
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.view_models.milestones import reached_milestones
from beatpass_tui.view_models.transactions import TransactionRow
from beatpass_tui.view_models.upload_calendar import UploadCalendar
from beatpass_tui.widgets import level_meter
from beatpass_tui.widgets.content import progress_bar
from support.fakes import FakeClock
from support.fuzzing import NOW, REQUESTS, SEEDS, FixedService, is_model, run
from support.mutations import mutated, written

examples = settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# Checks of every response


def leaves(result: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value of a model and the name of its field."""
    if is_model(result):
        for name, value in result._asdict().items():
            yield from leaves(value, f"{type(result).__name__}.{name}")
    elif isinstance(result, Mapping):
        for key, value in result.items():
            yield from leaves(key, at)
            yield from leaves(value, at)
    elif isinstance(result, tuple):
        for part in result:
            yield from leaves(part, at)
    else:
        yield at, result


def served(tree: Any) -> Iterator[float]:
    """Yield each number of a response, in any format."""
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from served(key)
            yield from served(part)
    elif isinstance(tree, list):
        yield from (len(tree), sum(isinstance(part, dict) for part in tree))
        for part in tree:
            yield from served(part)
    elif isinstance(tree, int | float | str):
        try:
            yield float(tree)
        except (ValueError, OverflowError):
            return


DERIVED = {"Level.progress", "PlaysOverTime.steps"}
"""Fields that are computed."""


def check(model: Any, content: bytes) -> None:
    """Check the values of a model."""
    sent: set[float] = {1.0, *served(json.loads(content, parse_int=responses._parse_int))}
    for where, value in leaves(model):
        match value:
            case None | bool() | Secret():
                continue
            case str():
                assert len(value) <= MAX_CHARACTERS, where
                assert value.isprintable() or where == "MenuItem.target", where
            case int() | float():
                assert math.isfinite(value), where
                assert abs(value) <= MAX_NUMBER, where
                assert math.copysign(1, value) == 1 or value < 0, where
                if where == "Beat.seconds":
                    assert any(
                        math.isclose(value * 1000, number, abs_tol=1e-300) for number in sent
                    ), where
                elif where not in DERIVED:
                    assert float(value) in sent, (where, value)
            case Decimal():
                assert value.is_finite(), where
                assert float(value) in sent, (where, value)
            case datetime():
                assert value.tzinfo is not None, where
            case _:
                assert isinstance(value, date), where
    if not isinstance(model, SignedIn):
        assert serialization.load(type(model), serialization.dump(model)) == model


def show(name: str, model: Any) -> Iterator[str]:
    """Yield all text that is shown for a response."""
    session = Session(None, FakeClock(NOW), jitter=lambda: 0.0)
    board = HomeView(session)
    groups: dict[str, Any] = {group.name: group for group in session.all}
    if name in groups:
        groups[name].set_value(model)
        for stat in board.cards():
            yield from (stat.text, stat.detail, stat.hint, str(stat.number), *stat.notes)
            changes = (stat.change, stat.comparison, stat.second, stat.second_comparison)
            yield from (change.text for change in changes)
            yield from (formatting.count(stat.number, width) for width in range(1, 16))
            yield formatting.short_count(stat.number)
        yield from (word for pair in board.insights() for word in pair)
        yield str(board.welcome().name)
        reached_milestones(session)
        board.is_new_artist()
    if name in {number.query for number in (*NUMBERS, PROFILE)}:
        models = {name: Fetched(model, NOW)}
        for last_visit in (None, NOW.replace(year=2025)):
            snapshot = Snapshot(models, models, last_visit)
            readings = measure_all(snapshot)
            yield line.default_line(readings)
            fields_ = " ".join(f"{{{field}}}" for field in line.FIELDS)
            yield line.fill_template(fields_, readings, snapshot, last_visit, NOW)
    if name in SHOWN:
        yield from SHOWN[name](model, session)


def _exports(table: tables.ExportTable) -> Iterator[str]:
    yield tables.as_csv(table).replace("\n", "")
    text = tables.as_json("a page", table, as_of=NOW, total=None, complete=True)
    json.loads(text, parse_constant=pytest.fail)


def _intelligence(model: Any, _session: Session) -> Iterator[str]:
    level: Level = model.level
    if model.growth_rate is not None:
        yield growth.growth_label(model.growth_rate)
        yield formatting.growth(model.growth_rate)
    yield levels.xp_summary(level.level, level.xp, level.to_next)
    yield from (level_meter.level_and_title(level, 40), level_meter.next_level_text(level, 40))
    if level.progress is not None:
        drawn = progress_bar(level.progress, 20)
        assert len("".join(drawn)) == 20
        yield from drawn


def _activity(model: Any, _session: Session) -> Iterator[str]:
    yield from (word for row in activity.audience_table(model, "7d", None, NOW) for word in row)
    yield from activity.top_download(model)
    yield from (activity.download_range(model), str(activity.has_more_downloads(model)))
    yield activity.no_downloads_message(model, "all")
    for each in model.events:
        *texts, license_type, status = activity.download_cells(each, NOW)
        yield from (*map(str, texts), license_type[0][0], status[0][0])
        yield activity.download_summary(each, NOW)
        yield from (word for fact in activity.download_details(each, NOW) for word in fact)
    yield from _exports(tables.activity(model.events))


def _beats(model: Any, session: Session) -> Iterator[str]:
    session.beats(1).set_value(model)
    rows = Catalog(session).rows()
    for row in rows:
        for count in (formatting.count, formatting.short_count):
            yield from (text(row) for text in beat_table.cell_texts(count).values())
    for by in ("title", "artists", "length", "plays", "contribution", "uploaded"):
        assert len(beats.sort_rows(rows, by, True)) == len(rows)
    for beat_filter in BeatFilter:
        beats.filter_rows(rows, beat_filter, "a b")
    yield from _exports(tables.beats(rows))


def _albums(model: Any, _session: Session) -> Iterator[str]:
    for row in model.rows:
        yield from _album_texts(row)
    yield from _exports(tables.collections(model.rows))


def _album(model: Any, _session: Session) -> Iterator[str]:
    yield from _album_texts(model.album)
    for row in beats.to_rows(model.tracks or (), None, NOW):
        yield from (text(row) for text in beat_table.cell_texts().values())


def _album_texts(album: Album) -> Iterator[str]:
    row = albums.to_row(0, album, None, {}, NOW)
    yield from (album.name or "", albums.released_text(row, NOW))
    yield from (formatting.count(album.tracks), formatting.count(album.plays))


def _uploads(model: Any, _session: Session) -> Iterator[str]:
    calendar = UploadCalendar.ending(model.days or {}, NOW.date())
    yield from (calendar.day_summary(day) for day in (*(model.days or ()), NOW.date()))
    yield from (*calendar.words(), calendar.title, calendar.short_summary(NOW.date()))


def _insights(model: Any, _session: Session) -> Iterator[str]:
    yield from (
        word
        for fact in (*activity.upload_counts(model, 1.5), *activity.best_month(model))
        for word in fact
    )


def _achievements(model: Any, _session: Session) -> Iterator[str]:
    rows = model.rows or ()
    yield progress.unlocked_label(rows)
    yield from (word for pair in progress.rarity_options(rows) for word in pair)
    for row in progress.filter_achievements(rows, "all", "all"):
        yield from (progress.state_text(row, NOW), progress.xp_text(row))
        yield from (progress.description(row), progress.row_summary(row, NOW))
    for column in ("name", "about", "xp", "since"):
        assert len(progress.sort_achievements(rows, column, descending=True)) == len(rows)
    yield from (progress.earned_label(rows), progress.latest_label(rows))
    lists = (progress.category_rows(rows), progress.unlock_rows(rows, NOW))
    yield from (part for each in (*lists, progress.earn_rows(rows)) for part in _texts(each))
    yield from _exports(tables.achievements(rows))


def _sources(model: XpSources, _session: Session) -> Iterator[str]:
    yield from _texts(progress.source_rows(model.rows or ()))
    yield from _texts(progress.award_rows(model.awards or (), NOW))


def _texts(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the texts in rows; shares are from 0 to 1."""
    for row in rows:
        for part in row:
            if isinstance(part, str):
                yield part
            elif isinstance(part, float):
                assert 0 <= part <= 1


def _standings(model: Any, _session: Session) -> Iterator[str]:
    yield from (word for pair in season.own_ranks(model) for word in pair)
    yield season.season_end_text(model.season_end, NOW)
    for standing in model.rows:
        yield season.own_position(standing)
        for row in season.entry_rows(standing):
            yield from (row.rank, row.name, row.value, row.tier)
            yield season.row_summary(row, standing.category)
    yield from _exports(tables.leaderboards(model.rows))


def _leaderboard(model: Any, _session: Session) -> Iterator[str]:
    board = leaderboards.board_of(model, model)
    for row in board.rows:
        yield from (row.rank, row.change.text, row.name, row.value, row.detail)
        if model.category in leaderboards.VIEW_INFO:
            yield leaderboards.row_summary(row, model.category, model, board.detail_title)
        assert 0 <= row.share <= 1
    place = own_place.own_place(model, Fetched(model, NOW))
    yield from (place.rank, place.of, place.value, place.reason, *place.ahead, *place.behind)
    yield from (leaderboards.participants(model), leaderboards.freshness(model, NOW))
    yield from _exports(tables.rankings([model]))


def _transactions(model: Any, _session: Session) -> Iterator[str]:
    rows = transactions.transaction_rows(model.rows or ())
    yield from _transaction_rows(rows, model.total)
    yield from _exports(tables.transactions(model.rows or ()))


def _transaction_rows(rows: Sequence[TransactionRow], total: int | None) -> Iterator[str]:
    for row in transactions.sort(rows, "amount", True, NOW):
        yield from (*transactions.row_cells(row, NOW), *transactions.row_facts(row, NOW))
        shown = transactions.detail(row, NOW)
        yield from (word for fact in shown.facts for word in fact)
        yield from (shown.title, shown.status, shown.reason, shown.next_step)
    earnings = Earnings(rows, NOW, total)
    for currency in earnings.currencies:
        yield earnings.chart(currency).words()
        yield from (word for fact in earnings.facts(currency) for word in fact)
        yield from (word for beat in earnings.beats(currency) for word in (beat.title, beat.text))


def _finances(model: Any, _session: Session) -> Iterator[str]:
    table = finances.balance_table(model)
    yield from table.currencies
    yield from (text for row in table.rows for text in row.amounts)
    yield from (word for name, state in payouts.setup(model) for word in (name, state.text))


def _sales(model: Any, _session: Session) -> Iterator[str]:
    yield from (word for fact in finances.sales_facts(model) for word in fact)
    yield from (text for row in finances.sales_table(model).rows for text in row.amounts)
    yield from _transaction_rows(transactions.sale_rows(model), model.total_sales)
    yield from _exports(tables.sales(model.recent or (), model.currency))


SHOWN: Mapping[str, Callable[[Any, Session], Iterable[str]]] = {
    "intelligence": _intelligence,
    "activity": _activity,
    "beats": _beats,
    "albums": _albums,
    "album": _album,
    "uploads": _uploads,
    "upload_insights": _insights,
    "achievements": _achievements,
    "xp_sources": _sources,
    "standings": _standings,
    "leaderboards": _leaderboard,
    "transactions": _transactions,
    "finances": _finances,
    "sales": _sales,
    "balance": lambda model, _: (word for row in finances.balance_amounts(model) for word in row),
    "performance": lambda model, _: (beat.name or "" for beat in beats_in(model)),
    "collaborations": lambda model, _: (
        text for row in model.rows for text in (row.name or "", *row.others)
    ),
    "collaboration_insights": lambda model, _: (each.name for each in model.top or ()),
    "beat_insights": lambda model, _: (each.name for each in model.figures),
    "album_insights": lambda model, _: (each.name for each in model.figures),
    "placements": lambda model, _: (details.describe_match(row, NOW) for row in model.rows or ()),
    "log_in": lambda model, _: (entry.label for entry in menu.nav_entries(model.menu)),
}


def check_failure(error: BeatPassError) -> None:
    """Check that an error can be shown."""
    assert error.message.isprintable()
    assert 0 < len(error.message) <= 320
    assert 0 < len(error.reason) <= 16


def is_readable(name: str, content: bytes) -> bool:
    """Decode and show a response; return whether it was readable."""
    try:
        model = run(REQUESTS[name](FixedService(content)))
    except RequestFailed as error:
        check_failure(error)
        return False
    check(model, content)
    for text in show(name, model):
        assert text.isprintable(), (name, text)
    return True


@given(mutated(SEEDS))
@examples
def test_mutated_response_is_decoded_or_raises_request_failed(sent: tuple[str, bytes]) -> None:
    is_readable(*sent)


@pytest.mark.parametrize("name", REQUESTS)
def test_seeds_are_readable(name: str) -> None:
    assert [is_readable(name, written(seed)) for of, seed in SEEDS if of == name].count(False) == 0


REFUSALS: list[tuple[str, Any]] = [
    ("account", {"message": "Unauthenticated."}),
    ("stats", {"success": False, "message": "Artist profile not found.", "error": "not_found"}),
    ("transactions", {"message": "Invalid.", "errors": {"page": ["The page is wrong."]}}),
    ("log_in", {"status": "error", "message": "Invalid.", "errors": {"email": "Wrong."}}),
    ("collaborations", {"error": "Artist not found", "data": []}),
    ("activity", {"message": "Too Many Attempts.", "retry_after": 60}),
]


@given(mutated(REFUSALS), st.sampled_from((*range(400, 430), *range(500, 530), 300, 399)))
@settings(examples, max_examples=100)
def test_mutated_error_response_raises_request_failed(sent: tuple[str, bytes], status: int) -> None:
    name, content = sent
    with pytest.raises(BeatPassError) as raised:
        run(REQUESTS[name](FixedService(content, status)))
    error = raised.value
    check_failure(error)
    if isinstance(error, RateLimited) and error.retry_after is not None:
        assert 0 <= error.retry_after <= responses.MAX_WAIT
