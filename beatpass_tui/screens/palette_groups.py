"""What the palette offers on a page besides commands and themes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from beatpass_tui import formatting
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models.menu import NavEntry
from beatpass_tui.screens.account_commands import AccountCommands
from beatpass_tui.screens.messages import AlbumRequested, BeatRequested
from beatpass_tui.screens.page import Page
from beatpass_tui.view_models.finder import Catalog, Finder, Item
from beatpass_tui.widgets.palette import MOST, Entry, Found, Palette, PaletteGroup, listed


def page_palette(
    page: Page, commands: Sequence[PaletteGroup], accounts: AccountCommands
) -> Palette:
    """Return the palette of a page: beats, albums, pages and accounts before the commands."""
    pages = listed("Pages", "", _pages(page, page.context.entries, page.settings.keyboard))
    if page.session is None:
        return Palette([pages, accounts.others(), *commands], load=accounts.load_others)
    catalog = Catalog(page.session)
    beats = _items("Beats", "♪", catalog.beats, partial(_open_beat, page))
    albums = _items("Albums", "◉", catalog.albums, partial(_open_album, page))

    async def load() -> bool:
        return any(await asyncio.gather(catalog.load(), accounts.load_others()))

    groups = [beats, albums, pages, accounts.others(), *commands]
    return Palette(groups, describe=catalog.coverage, load=load)


def _pages(page: Page, entries: Sequence[NavEntry], keyboard: Keyboard) -> Iterable[Entry]:
    for position, entry in enumerate(entries, start=1):
        key = keyboard.display(f"page.open_{position}") if position <= 9 else ""
        about = "opens in the browser" if entry.page is None else entry.page.description
        if entry.page is not None and entry.page.name == "dashboard":
            about = "Your numbers at a glance"
        label = entry.label if entry.page is not None else f"{entry.label} ↗"
        yield Entry(label, partial(page.open_entry, entry), about, key)


def _items(
    title: str, glyph: str, items: Callable[[], Sequence[Item]], open_item: Callable[[Item], None]
) -> PaletteGroup:
    def find(finder: Finder | None) -> Found:
        if finder is None:
            return Found(())
        best, matched = finder.best(items(), MOST)
        entries = [
            Entry(
                item.name,
                partial(open_item, item),
                item.about,
                "" if item.plays is None else formatting.plural(item.plays, "play"),
            )
            for item in best
        ]
        note = f"{len(best)} of {formatting.count(matched)}" if matched > len(best) else ""
        first = finder.rank(best[0].folded) if best else None
        return Found(entries, note, first or (0, 0), matched)

    return PaletteGroup(title, glyph, find)


def _open_beat(page: Page, item: Item) -> None:
    page.post_message(BeatRequested(item.id, item.name))


def _open_album(page: Page, item: Item) -> None:
    page.post_message(AlbumRequested(item.id, item.name))
