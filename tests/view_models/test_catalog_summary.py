"""Totals of the rows of a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from beatpass_tui.models.catalog import Album, Albums
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import catalog_summary
from beatpass_tui.view_models.beats import SINGLE, BeatRow, Catalog
from support.catalog import beat
from support.fakes import NOVA_ARTIST, FakeClock, FakeService


class CountedRows(list[BeatRow]):
    """Rows that count how often they are iterated."""

    iterations = 0

    def __iter__(self) -> Iterator[BeatRow]:
        self.iterations += 1
        return super().__iter__()


def test_rows_are_added_up_once() -> None:
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    catalog = Catalog(session)

    def row(number: int, code: str | None, collection: str | None, day: date | None) -> BeatRow:
        track = beat(number, licensing=code, plays=number)
        return BeatRow(number, track, None, False, day, "", collection=collection)

    today = session.clock.now().date()
    rows = CountedRows(
        [
            row(1, "both", SINGLE, today),
            row(2, "exclusive_only", "Night", date(2020, 1, 1)),
            row(3, "both", "Night", None),
            row(4, None, None, today),
        ]
    )
    collections = catalog_summary.collections_part(catalog, rows)
    licenses = catalog_summary.licenses_part(catalog, rows)
    uploads = catalog_summary.uploads_part(catalog, rows)
    assert collections is not None
    assert licenses is not None
    assert uploads is not None
    assert [(each.left, each.right) for each in collections.rows] == [
        ("Night", "5"),
        ("Singles", "1"),
    ]
    assert [(each.left, each.right) for each in licenses.rows] == [
        ("Standard and exclusive", "2"),
        ("Exclusive only", "1"),
        ("Not sent", "1"),
    ]
    assert [each.left for each in uploads.rows] == ["Beat 1", "Beat 4", "Beat 2"]
    assert uploads.note == "2 in 30 days"
    iterations = rows.iterations
    catalog_summary.all_parts(catalog, rows)
    assert rows.iterations == iterations
    assert catalog_summary.uploads_part(catalog, rows[:1]) != uploads


def test_plays_by_collection_are_those_of_my_collections() -> None:
    """An album's own number, or a sum that says of which beats it is."""
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    sent = (("Night", 3, 100), ("Dawn", 2, None), ("Dusk", 2, None), ("Noon", 1, None))
    albums = tuple(
        Album(number, name, (), None, tracks, plays)
        for number, (name, tracks, plays) in enumerate(sent)
    )
    session.albums(1).set_value(Albums(albums, 1, 100, False))
    beats = [
        ("Night", 40), ("Night", None), ("Dawn", 20), ("Dawn", 30), ("Dusk", 7), ("Noon", None),
        (SINGLE, 5), (SINGLE, None),
    ]  # fmt: skip
    rows = [
        BeatRow(at, beat(at, plays=plays), None, False, None, "", collection=name)
        for at, (name, plays) in enumerate(beats)
    ]
    part = catalog_summary.collections_part(Catalog(session), rows)
    assert part is not None
    assert [(each.left + each.middle, each.right) for each in part.rows] == [
        ("Night", "100"),
        ("Dawn · 2 beats", "50"),
        ("Dusk · 1 of 2 beats", "7"),
        ("Singles · 1 of 2 beats", "5"),
        ("Noon · 0 of 1 beat", "—"),
    ]
