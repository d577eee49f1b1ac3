"""Downloads that match a search and a filter, and their order."""

from __future__ import annotations

from datetime import timedelta

from beatpass_tui.models.audience import Download
from beatpass_tui.view_models.download_choice import DownloadChoice
from support.fakes import NOW


def download(track: str | None, by: str | None, license: str | None = None) -> Download:
    return Download(NOW, track, by, license, None)


BEAT_10 = download("Beat 10", "Zoé", "non_exclusive")
BEAT_2 = download("beat 2", None)._replace(at=NOW - timedelta(days=1), license_status="expired")
ECLAIR = download("Éclair [FREE]", "adele")._replace(at=None)
ROWS = (BEAT_10, BEAT_2, ECLAIR)


def test_search_and_filter() -> None:
    assert DownloadChoice().rows(ROWS) == ROWS
    assert DownloadChoice(text="eclair [free").rows(ROWS) == (ECLAIR,)
    assert DownloadChoice(text="ZOE").rows(ROWS) == (BEAT_10,)
    assert DownloadChoice(licenses="licensed").rows(ROWS) == (BEAT_10, BEAT_2)
    assert DownloadChoice(text="beat", licenses="none").rows(ROWS) == ()
    assert DownloadChoice().is_default
    assert not DownloadChoice(text="x").is_default


def test_order_returns_to_newest_first() -> None:
    choice, orders = DownloadChoice(), []
    for _ in range(3):
        choice = choice.sorted_by("track")
        orders.append(choice.rows(ROWS))
    assert orders == [(BEAT_2, BEAT_10, ECLAIR), (ECLAIR, BEAT_10, BEAT_2), ROWS]
    assert choice.is_default
    assert DownloadChoice().sorted_by("when").rows(ROWS)[0] is BEAT_10
    oldest = DownloadChoice().sorted_by("when").sorted_by("when")
    assert oldest.rows(ROWS)[-1] is BEAT_10


def test_description() -> None:
    loaded = "171 of 171 downloads"
    assert DownloadChoice(order=("by", False)).describe(171, loaded) == loaded
    assert DownloadChoice(text="x").describe(1_204, loaded) == f"1,204 found in {loaded}"
    assert DownloadChoice(licenses="none").describe(3, loaded) == (
        f"No license · 3 found in {loaded}"
    )
