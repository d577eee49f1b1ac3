"""Reading an exported history: formats, damaged files and implausible values."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beatpass_tui.errors import UsageError
from beatpass_tui.exports import history_file, tables
from beatpass_tui.exports.history_file import HistoryFile, ImportedSample, parse
from beatpass_tui.models.numbers import RECORDED
from beatpass_tui.models.text import clean
from beatpass_tui.storage.plays import PlaysSample
from support.fakes import NOW

HEADER = "at,artist_id,number,value\n"
AT = NOW - timedelta(days=3)
ROW = f"{AT.isoformat()},900000002,plays,45210\n"
SAMPLE = ImportedSample(AT, 900000002, "total-plays", 45_210)


def json_of(**fields: object) -> dict[str, object]:
    return {
        "at": AT.isoformat(),
        "artist_id": 900000002,
        "number": "plays",
        "value": 45210,
    } | fields


def export(*rows: object, **fields: object) -> bytes:
    content = {"version": tables.SCHEMA, "page": "history", "rows": rows} | fields
    return json.dumps(content).encode()


def samples(content: bytes) -> list[ImportedSample]:
    file = parse(content, "history", NOW)
    assert file.invalid == []
    return file.samples


# Round trip


VALUES = st.one_of(
    *(
        st.tuples(
            st.just(number.id),
            st.floats(-1e9, 1e9) if number.id == "growth" else st.integers(0, 10**15),
        )
        for number in RECORDED
    )
)
TIMES = st.datetimes(
    datetime(2020, 1, 1), datetime(2026, 11, 1), timezones=st.just(timezone(timedelta(hours=-5)))
)


@given(st.lists(st.tuples(TIMES, st.integers(1, 10**9), VALUES), max_size=20))
def test_exported_history_is_read_back(rows: list[tuple[datetime, int, tuple[str, float]]]) -> None:
    history = [
        (at.replace(microsecond=0), artist, number, float(value))
        for at, artist, (number, value) in rows
    ]
    table = tables.history(history)
    as_json = tables.as_json("history", table, as_of=None, total=None, complete=True)
    for content in (tables.as_csv(table), as_json):
        assert samples(content.encode()) == [ImportedSample(*row) for row in history]


PLAYS = st.builds(
    PlaysSample,
    TIMES.map(lambda at: at.replace(microsecond=0)),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.integers(0, 10**9),
    st.none()
    | st.sampled_from(("Neon [FREE]", "=SUM(A1)", "-8", "'Til Dawn", '"夜", a', "808\tx")),
)


@given(st.lists(PLAYS, max_size=20))
def test_exported_plays_of_beats_are_read_back(plays: list[PlaysSample]) -> None:
    table = tables.history((), plays)
    as_json = tables.as_json("history", table, as_of=None, total=None, complete=True)
    expected = [each._replace(name=each.name and clean(each.name)) for each in plays]
    for content in (tables.as_csv(table), as_json):
        assert samples(content.encode()) == [ImportedSample(*row) for row in expected]


@pytest.mark.parametrize("number", ["beat:", "beat:0", "beat:x", "beat:-5", "beat:1.5", "beat: 7"])
def test_rows_of_an_implausible_beat_are_invalid(number: str) -> None:
    assert parse(export(json_of(number=number)), "history", NOW).invalid == [1]
    assert parse(export(json_of(number="beat:7", value=-1)), "history", NOW).invalid == [1]


# Accepted variants


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}{ROW}",
        f"{HEADER}{ROW}".replace("\n", "\r\n"),
        f"{HEADER}\n\n{ROW}\n",
        f"at,more,number,artist_id,value\n{AT.isoformat()},x,plays,900000002,45210\n",
        f"{HEADER}'{AT.isoformat()},'900000002,'plays,'45210\n",
        f'"at","artist_id","number","value"\n"{AT.isoformat()}","900000002","plays","45210.0"\n',
        HEADER + ROW.replace("plays", "total-plays"),
        HEADER + ROW.replace("plays", "Total Plays"),
        HEADER
        + ROW.replace(AT.isoformat(), AT.astimezone(timezone(timedelta(hours=9))).isoformat()),
        HEADER + ROW.replace("+00:00", "Z"),
        export(json_of()).decode(),
        f"\ufeff{export(json_of()).decode()}",
        f"\n {export(json_of(more=1), version=1, total=5).decode()}",
        export(json_of(value="45210", artist_id="900000002")).decode(),
    ],
)
def test_forms_of_a_row(content: str) -> None:
    assert samples(content.encode()) == [SAMPLE]
    # As written by PowerShell's `>`.
    assert samples(content.removeprefix("\ufeff").encode("utf-16")) == [SAMPLE]


def test_apostrophe_before_a_formula_is_removed() -> None:
    content = f"{HEADER}{AT.isoformat()},900000002,growth,'-2.5\n"
    assert samples(content.encode()) == [SAMPLE._replace(number="growth", value=-2.5)]


def test_no_rows() -> None:
    assert samples(HEADER.encode()) == samples(export()) == []


@pytest.mark.parametrize("end, may_be_cut", [("", True), ("\n", False), ("\r\n", False)])
def test_last_line_without_a_line_break_is_reported(end: str, may_be_cut: bool) -> None:
    file = parse(f"{HEADER}{ROW.strip()}{end}".encode(), "history", NOW)
    assert (file.samples, file.invalid, file.may_be_cut) == ([SAMPLE], [], may_be_cut)
    assert not parse(export(json_of()), "history", NOW).may_be_cut


# Values


WRONG: dict[str, tuple[object, ...]] = {
    "at": (
        "", "soon", "2026-13-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59+00:00", "=NOW()",
    ),
    "artist_id": ("", "0", "-5", "1e9", "900000002.5", "x", "9" * 30),
    "number": ("", "profile", "=1+1", "plays[2J"),
    "value": ("", "-1", "NaN", "inf", "1e16", "9" * 60, "4_5", "12.5", "many", "=5", "0x10"),
}  # fmt: skip


@pytest.mark.parametrize(
    "column, value", [(column, value) for column, values in WRONG.items() for value in values]
)
def test_implausible_cell_makes_its_row_invalid(column: str, value: str) -> None:
    wrong = json_of(**{column: value})
    line = ",".join(map(str, wrong.values()))
    for content in (f"{HEADER}{ROW}{line}\n{ROW}".encode(), export(json_of(), wrong, json_of())):
        file = parse(content, "history", NOW)
        assert (file.samples, file.invalid) == ([SAMPLE, SAMPLE], [2])


@pytest.mark.parametrize(
    "at",
    [
        "1970-01-01T00:00:00+09:00",
        "2019-12-31T23:59:59+00:00",
        (NOW + timedelta(hours=1)).isoformat(),
    ],
)
def test_time_before_2020_or_in_the_future_is_refused(at: str) -> None:
    file = parse(export(json_of(), json_of(at=at)), "history", NOW)
    assert (file.samples, file.invalid, file.misdated) == ([SAMPLE], [], [2])


def test_values_that_a_new_export_lacks_are_counted() -> None:
    def history(*rows: tuple[datetime, str]) -> HistoryFile:
        return parse(export(*(json_of(at=f"{at}", number=id) for at, id in rows)), "history", NOW)

    day = timedelta(days=1)
    old = history((AT, "plays"), (AT - day, "plays"), (AT - 9 * day, "xp"), (AT, "beat:7"))
    # Thinning leaves one value a day, and days are those of the time zone.
    thinned = history((AT - 9 * day, "xp"), (AT + day, "beat:7"), (AT - day / 2, "plays"))
    assert history_file.count_lost(old, thinned) == 0
    assert history_file.count_lost(old, history((AT, "plays"))) == 2


@pytest.mark.parametrize("value", [None, True, [], {}, [45210], -1, 12.5, 10**16, float("nan")])
def test_json_value_of_another_type_makes_its_row_invalid(value: object) -> None:
    assert parse(export(json_of(value=value)), "history", NOW).invalid == [1]


@pytest.mark.parametrize("row", [None, 5, "x", [], {}, {"at": AT.isoformat()}])
def test_json_row_that_is_not_a_sample_is_invalid(row: object) -> None:
    assert parse(export(row), "history", NOW).invalid == [1]


def test_growth_may_be_negative_and_have_decimals() -> None:
    rows = [json_of(number="growth", value=value) for value in (-2.5, 7.5, 0)]
    assert [sample.value for sample in samples(export(*rows))] == [-2.5, 7.5, 0]


def test_time_of_a_clock_that_is_slightly_ahead_is_accepted() -> None:
    ahead = NOW + timedelta(minutes=4)
    assert samples(export(json_of(at=ahead.isoformat()))) == [SAMPLE._replace(at=ahead)]


def test_time_without_offset_is_utc() -> None:
    row = json_of(at="2026-11-20T10:00:00")
    assert samples(export(row))[0].at == datetime(2026, 11, 20, 10, tzinfo=UTC)


# Files


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (bytes(range(256)), "not a text file in UTF-8"),
        (
            b"hello",
            "neither an export as JSON nor CSV with the columns at, artist_id, number, value",
        ),
        (b"5", "neither an export as JSON nor CSV"),
        (b"at,artist_id,number\n", "no column value"),
        (b"at;artist_id;number;value\n", "separated by semicolons; import the original file"),
        (b"at\tartist_id\tnumber\tvalue\n", "separated by tabs; import the original file"),
        (b"id,title,plays\n1,Midnight Drive,5\n", "is not an export of the history"),
        (f'{HEADER}{ROW}"{ROW}'.encode(), "is damaged in line"),
        (HEADER.encode() + b"x" * 200_000, "is damaged in line 2"),
        (export(json_of())[:-9], "damaged or incomplete"),
        (b"[" * 100_000, "damaged or incomplete"),
        (b'{"rows": ' + b"9" * 5000 + b"}", "damaged or incomplete"),
        (b"[]", "is not an export of the history"),
        (b"{}", "is not an export of the history"),
        (export(page="beats"), "is not an export of the history"),
        (export(rows={}), "is not an export of the history"),
        (export(version=None), "is not an export of the history"),
        (export(version="x"), "is not an export of the history"),
        (export(version=tables.SCHEMA + 1), "by a newer version of beatpass-tui; update it"),
    ],
)
def test_unusable_file_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(content, "history", NOW)


def test_row_with_another_number_of_cells_is_invalid() -> None:
    content = f"{HEADER}{ROW}{ROW.strip()},5\n{ROW[:30]}\n{ROW}"
    assert parse(content.encode(), "history", NOW).invalid == [2, 3]


@pytest.mark.parametrize("make", [lambda text: text, lambda text: export(json_of()).decode()])
def test_huge_file_is_refused_unread(
    make: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make(HEADER + ROW * 4).encode()
    monkeypatch.setattr(history_file, "MAX_BYTES", len(content) - 1)
    with pytest.raises(UsageError, match="too large"):
        parse(content, "history", NOW)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for whole in (content, HEADER.encode() + content, b'{"rows": [' + content):
        with suppress(UsageError):
            assert parse(whole, "history", NOW).samples == []
