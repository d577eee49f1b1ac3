"""Numbers, money, dates and durations as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from beatpass_tui import formatting
from beatpass_tui.models.money import Amount

EAST = timezone(timedelta(hours=5, minutes=30))
WEST = timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, "—"),
        (0, "0"),
        (-0.0, "0"),
        (-0.4, "0"),
        (7, "7"),
        (999, "999"),
        (1_204, "1,204"),
        (45_210, "45,210"),
        (3_774.0, "3,774"),
        (3_774.4, "3,774"),
        (-1_204, "−1,204"),
        (10**15, "1,000,000,000,000,000"),
    ],
)
def test_count(value: float | None, shown: str) -> None:
    assert formatting.count(value) == shown


@pytest.mark.parametrize(
    "value, width, shown",
    [
        (None, 1, "—"),
        (1_204, 5, "1,204"),
        (999, 2, "999"),
        (45_210, 6, "45,210"),
        (45_210, 5, "45.2K"),
        (45_210, 4, "45K"),
        (45_210, 3, "45K"),
        (1_204, 4, "1.2K"),
        (1_204, 3, "1K"),
        (999_999, 6, "999.9K"),
        (999_999, 5, "999K"),
        (1_000_000, 5, "1.00M"),
        (4_350_000, 5, "4.35M"),
        (1_150_000, 5, "1.15M"),
        (1_999_999, 5, "1.99M"),
        (2_500_000_000, 5, "2.50B"),
        (10**15, 10, "1,000.00T"),
        (-4_350_000, 6, "−4.35M"),
        (-45_210, 5, "−45K"),
    ],
)
def test_count_is_shortened_only_if_too_wide(value: float | None, width: int, shown: str) -> None:
    assert formatting.count(value, width) == shown


def test_short_count_is_rounded_down() -> None:
    units = {"K": 10**3, "M": 10**6, "B": 10**9}
    for value in (*range(1_000, 100_000, 37), *range(1_000_000, 9_000_000, 54_321)):
        shown = formatting.count(value, 5)
        if shown[-1] in units:
            claimed = Decimal(shown[:-1]) * units[shown[-1]]
            assert value * Decimal("0.9") < claimed <= value


@pytest.mark.parametrize(
    "rate, shown, direction",
    [
        (7.5, "+7.5%", 1),
        (-3.2, "−3.2%", -1),
        (0.0, "0.0%", 0),
        (-0.0, "0.0%", 0),
        (-0.04, "0.0%", 0),
        (0.04, "0.0%", 0),
        (0.06, "+0.1%", 1),
        (-0.06, "−0.1%", -1),
        (82.25, "+82.2%", 1),
        (100.0, "+100.0%", 1),
        (-100.0, "−100.0%", -1),
        (12_345.67, "+12,345.7%", 1),
    ],
)
def test_growth_and_its_direction_agree(rate: float, shown: str, direction: int) -> None:
    assert formatting.growth(rate) == shown
    assert formatting.direction(rate) == direction


@pytest.mark.parametrize(
    "percent, symbols, words",
    [
        (12.4, "▲ 12%", "12% more"),
        (-3, "▼ 3%", "3% less"),
        (0.4, "0%", "no change"),
        (-0.4, "0%", "no change"),
        (999, "▲ 999%", "999% more"),
        (3_000_000, "▲ >999%", ">999% more"),
        (-5_100, "▼ >999%", ">999% less"),
    ],
)
def test_percent_change(percent: float, symbols: str, words: str) -> None:
    assert formatting.percent_change(percent) == symbols
    assert formatting.percent_change(percent, in_words=True) == words


def test_every_loss_has_a_minus_sign() -> None:
    losses = (
        formatting.signed(-2),
        formatting.signed(-2.5, 1),
        formatting.short_count(-45_210),
        formatting.short_count(-7),
        formatting.decimal(-7.5),
    )
    assert losses == ("−2", "−2.5", "−45.2K", "−7", "−7.5")
    assert formatting.signed(-0.4) == formatting.signed(-0.04, 1) == "0"


@pytest.mark.parametrize(
    "amount, currency, shown",
    [
        ("1234.5", "CAD", "1,234.50 CAD"),
        ("0", "CAD", "0.00 CAD"),
        ("-0.0", "CAD", "0.00 CAD"),
        ("-0.001", "USD", "0.00 USD"),
        ("-5.25", "EUR", "−5.25 EUR"),
        ("900", "JPY", "900 JPY"),
        ("1234567.8", "JPY", "1,234,568 JPY"),
        ("50000", "KRW", "50,000 KRW"),
        ("0.125", "CAD", "0.12 CAD"),
        ("0.135", "CAD", "0.14 CAD"),
        ("12", None, "12.00"),
        ("12", "XYZ", "12.00 XYZ"),
        ("1000000000000000", "CAD", "1,000,000,000,000,000.00 CAD"),
    ],
)
def test_money(amount: str, currency: str | None, shown: str) -> None:
    assert formatting.money(Decimal(amount), currency) == shown


@pytest.mark.parametrize("currency", [None, "CAD", "JPY"])
def test_unknown_money_is_a_dash(currency: str | None) -> None:
    assert formatting.money(None, currency) == "—"


@pytest.mark.parametrize(
    "number, text", [(0, "0 tracks"), (1, "1 track"), (1.0, "1 track"), (1_204, "1,204 tracks")]
)
def test_plural(number: float, text: str) -> None:
    assert formatting.plural(number, "track") == text


@pytest.mark.parametrize(
    "hour, minute, text",
    [
        (0, 0, "Good evening"), (4, 59, "Good evening"), (5, 0, "Good morning"),
        (11, 59, "Good morning"), (12, 0, "Good afternoon"), (17, 59, "Good afternoon"),
        (18, 0, "Good evening"), (23, 59, "Good evening"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", [UTC, EAST, WEST], ids=["utc", "east", "west"])
def test_greeting_depends_on_the_local_hour(
    hour: int, minute: int, text: str, zone: timezone
) -> None:
    assert formatting.greeting(datetime(2026, 11, 23, hour, minute, 59, tzinfo=zone)) == text


@pytest.mark.parametrize(
    "moment, shown",
    [
        (datetime(2026, 11, 23, tzinfo=UTC), "Monday, November 23, 2026"),
        (datetime(2024, 2, 29, 23, 59, tzinfo=WEST), "Thursday, February 29, 2024"),
        (datetime(2040, 1, 1, tzinfo=EAST), "Sunday, January 1, 2040"),
    ],
)
def test_long_date(moment: datetime, shown: str) -> None:
    assert formatting.long_date(moment) == shown


def test_month_and_year_of_every_month() -> None:
    firsts = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13))
    names = [formatting.month_and_year(first) for first in firsts]
    assert names == [
        "January 2026", "February 2026", "March 2026", "April 2026", "May 2026", "June 2026",
        "July 2026", "August 2026", "September 2026", "October 2026", "November 2026",
        "December 2026",
    ]  # fmt: skip


NOON = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment, shown",
    [
        (NOON, "12:04"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "00:00"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "Sun 23:59"),
        (datetime(2026, 11, 20, 18, 20, tzinfo=UTC), "Fri 18:20"),
        (datetime(2026, 11, 17, 0, 1, tzinfo=UTC), "Tue 00:01"),
        (datetime(2026, 11, 16, 23, 59, tzinfo=UTC), "Nov 16"),
        (datetime(2026, 3, 3, 9, 30, tzinfo=UTC), "Mar 3"),
        (datetime(2025, 12, 31, 9, 30, tzinfo=UTC), "Dec 31, 2025"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "Nov 24"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "Jan 1, 2027"),
    ],
)
def test_date_or_time(moment: datetime, shown: str) -> None:
    assert formatting.date_or_time(moment, NOON) == shown


def test_date_or_time_is_local() -> None:
    zone = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert formatting.date_or_time(zone, NOON.astimezone(EAST)) == "01:30"
    assert formatting.date_or_time(zone, NOON.astimezone(WEST)) == "Sun 12:00"


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (-5, "0 s"), (0, "0 s"), (0.01, "1 s"), (1, "1 s"), (41.2, "42 s"), (59, "59 s"),
        (59.1, "1 min 00 s"), (60, "1 min 00 s"), (185, "3 min 05 s"), (3599, "59 min 59 s"),
        (3599.5, "1 h 00 min"), (3600, "1 h 00 min"), (3601, "1 h 01 min"),
        (7800, "2 h 10 min"), (19056, "5 h 18 min"), (86_400, "24 h 00 min"),
    ],
)  # fmt: skip
def test_duration_is_rounded_up(seconds: float, shown: str) -> None:
    assert formatting.duration(seconds) == shown


@pytest.mark.parametrize(
    "minor, factor, currency, shown",
    [
        (2_699, 100, "CAD", "26.99 CAD"),
        (0, 100, "CAD", "0.00 CAD"),
        (-4_499, 100, "CAD", "−44.99 CAD"),
        (-5, 100, "CAD", "−0.05 CAD"),
        (123_456_789, 100, "CAD", "1,234,567.89 CAD"),
        (6_766, 1, "JPY", "6,766 JPY"),
        (1_234, 1_000, "KWD", "1.234 KWD"),
        (7, 5, "MRU", "1.4 MRU"),
        (10**15, 100, "CAD", "10,000,000,000,000.00 CAD"),
        (100, 3, "XXX", "100/3 XXX"),
        (2_699, 100, None, "26.99"),
    ],
)
def test_amounts_are_exact(minor: int, factor: int, currency: str | None, shown: str) -> None:
    assert formatting.amount(Amount(minor, factor, currency)) == shown


def test_amounts_without_currency() -> None:
    assert formatting.amount(Amount(2_699, 100, "CAD"), named=False) == "26.99"
    assert formatting.amount(None) == "—"


def test_dates_in_sentences_omit_the_current_year() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert formatting.short_date(datetime(2026, 11, 30, tzinfo=UTC), now) == "Nov 30"
    assert formatting.short_date(date(2027, 1, 2), now) == "Jan 2, 2027"


@pytest.mark.parametrize(
    "style, shown",
    [
        (
            "iso",
            ("2026-03-09", "2025-11-23 01:30", "Nov 23, 2025", "Mar 9", "Monday, March 9, 2026"),
        ),
        (
            "us",
            ("03/09/2026", "11/23/2025 01:30", "Nov 23, 2025", "Mar 9", "Monday, March 9, 2026"),
        ),
        ("eu", ("09.03.2026", "23.11.2025 01:30", "23 Nov 2025", "9 Mar", "Monday, 9 March 2026")),
    ],
)
def test_date_style_acts_on_every_date(style: str, shown: tuple[str, ...]) -> None:
    formatting.set_date_style(style)
    day, before, now = date(2026, 3, 9), datetime(2025, 11, 23, 1, 30, tzinfo=UTC), NOON
    assert shown == (
        formatting.table_date(day),
        formatting.timestamp(before, now),
        formatting.short_date(before, now),
        formatting.month_and_day(day),
        formatting.long_date(day),
    )


# 01:30 in UTC: the evening before in Toronto, noon in Auckland.
NIGHT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
TORONTO = timezone(timedelta(hours=-5))
AUCKLAND = timezone(timedelta(hours=13))


@pytest.mark.parametrize(
    "zone, day, texts, both, cell",
    [
        (UTC, 23, "Nov 23", "Nov 23 01:30", "2026-11-23 01:30"),
        (TORONTO, 22, "Nov 22", "Nov 22 20:30", "2026-11-22 20:30"),
        (AUCKLAND, 23, "Nov 23", "Nov 23 14:30", "2026-11-23 14:30"),
    ],
    ids=["utc", "toronto", "auckland"],
)
@pytest.mark.parametrize("sent", [UTC, EAST, WEST], ids=["utc", "east", "west"])
def test_dates_of_a_moment_are_local_days(
    zone: timezone, day: int, texts: str, both: str, cell: str, sent: timezone
) -> None:
    moment, now = NIGHT.astimezone(sent), datetime(2026, 11, 26, 12, tzinfo=zone)
    assert formatting.local_day(moment, now) == date(2026, 11, day)
    assert formatting.short_date(moment, now) == texts
    assert formatting.date_and_time(moment, now) == both
    assert formatting.timestamp(moment, now) == cell


def test_today_is_the_local_day() -> None:
    now = NIGHT.astimezone(TORONTO)
    midnight = datetime(2026, 11, 22, 5, tzinfo=UTC)
    assert formatting.timestamp(midnight, now) == "00:00"
    assert formatting.date_and_time(midnight, now) == "today 00:00"
    before = midnight - timedelta(minutes=1)
    assert formatting.timestamp(before, now) == "2026-11-21 23:59"
    assert formatting.date_and_time(before, now) == "Nov 21 23:59"


def test_days_without_a_time_have_no_time_zone() -> None:
    for zone in (UTC, TORONTO, AUCKLAND):
        now = datetime(2026, 11, 26, 12, tzinfo=zone)
        assert formatting.local_day(date(2026, 11, 23), now) == date(2026, 11, 23)
