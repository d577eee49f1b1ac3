"""Generates the tables of keys, settings and fields in docs/*.md: `make tables`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from beatpass_tui.config.key_names import display_key, normalize_key
from beatpass_tui.config.keys import KEYS, Key
from beatpass_tui.config.settings import GOALS, OPTIONS, Settings, display_value
from beatpass_tui.exports import tables

FOLDER = Path(__file__).parent

STATS_FIELDS = {
    "version": "1",
    "now": "time of printing",
    "account": "`id` and `name`, or null",
    "artist": "`id` and `name`, or null",
    "last_visit": "time of your visit before the current one; null on the first visit",
    "period": "period of the changes: `visit`, `24h`, `7d` or `30d`",
    "problems": "list of sentences about what failed",
    "numbers": (
        "`tracks`, `plays`, `albums`, `downloads`, `followers`, `level`, `growth`, `profile`"
    ),
    "movers": (
        "gains in plays of single beats, from the plays recorded on this computer, in the period "
        "of `--period` or else in 7 days: its `days` (null since the last visit), the number of "
        "`beats`, how many were `compared`, and `rows` with `id`, `title`, `plays`, `gain`, "
        "`percent` (change of the gain against the period before) and `new`, largest gain first; "
        "null if none are recorded"
    ),
}
"""The fields of `stats --json`."""

NUMBER_FIELDS = {
    "value": "the number; `growth` in percent, `profile` the URL of your page; null if unknown",
    "reason": (
        "why the value is unknown: `not asked yet`, `not sent`, `no artist id`, `calculating`, or "
        "the failure, such as `offline`, `timed out`, `server down` or `rate limited`; else null"
    ),
    "as_of": "time at which the value was fetched",
    "source": "request that the value comes from",
    "change": "change since the last visit, or in the period of `--period`; null if unknown",
    "percent": (
        "change of the gain against the period before in percent; null if unknown, since the last "
        "visit, and for `level` and `growth`"
    ),
    "change_since": "time of the value that `change` is measured from",
    "change_reason": (
        "why there is no change: `no value`, `no visit before`, `not asked since the last visit`, "
        "`not known at the last visit`, or `not recorded then` at the start of a period; else null"
    ),
    "xp": "XP; only for `level`",
    "gains": (
        "list with `day`, `gain` and `estimated` of the known gains of the last 30 local days, as "
        "on Home, oldest first; an `estimated` gain is an even share of days without data; not for "
        "`level` and `growth`"
    ),
    "xp_gains": "the same for XP; only for `level`",
}
"""The fields of one number in `stats --json`."""

REPORT_FIELDS = {
    "version": "1",
    "now": "time of printing",
    "as_of": "time at which the newest value was fetched",
    "account": "`id` and `name`, or null",
    "artist": "`id` and `name`, or null",
    "period": (
        "`days`, the first and the last local day as `from` and `to`, and the time of its `end`: "
        "now, or the time of the newest recorded value if that is over a day old"
    ),
    "problems": "list of sentences about what failed",
    "changes": (
        "list of the changes of `plays`, `downloads`, `followers`, `tracks`, `albums`, `level` and "
        "`xp`; see below"
    ),
    "plays_per_day": (
        "gains in plays of the days of the period and of the one before, as `gains` of `stats`"
    ),
    "movers": "as in `stats`, of the period, or of 7 days if nothing is known about the period",
    "downloads": (
        "`beats` with `id`, `title` and `downloads` of the period, how many downloads are `known` "
        "by beat, and the `total`; from the pages that Activity or `export activity` have loaded"
    ),
    "ranks": (
        "your latest rank on each leaderboard that was opened in the period: `category`, `period`, "
        "`rank`, `at`, and the rank `before` with its time, `since`"
    ),
    "reached": (
        "milestones and achievements of the period: `name` (of a number, `beat` or `achievement`) "
        "and `text`"
    ),
    "ahead": "next milestones: `name`, `label`, `goal` and the estimated `in_days`",
    "earnings": (
        "null without `--with-earnings`; else `complete` and `rows` with `currency`, `amount` and "
        "the amount of the period before, `previous`"
    ),
}
"""The fields of `report --json`."""

CHANGE_FIELDS = {
    "name": "name of the number, as in `stats`",
    "label": "its title",
    "value": "the number; null if unknown",
    "reason": "why the value is unknown, as in `stats`",
    "change": "gain in the period; null if unknown",
    "change_reason": "why there is no change: `no value` or `not recorded then`; else null",
    "previous": "gain in the period before; null if unknown",
    "percent": "change of the gain against the period before in percent",
    "at": "time at which the value was fetched",
}
"""The fields of one change in `report --json`."""

WATCH_FIELDS = {
    "version": "1",
    "at": "time at which the value was fetched",
    "account": "`id` and `name`",
    "artist": "`id` and `name`",
    "number": "`tracks`, `plays`, `albums`, `downloads`, `followers`, `level` or `growth`",
    "title": "name of the number, such as `Total Plays`",
    "value": "the new value; `growth` in percent",
    "previous": "the value before",
    "change": "difference of the two",
    "since": "time at which the value before was last fetched",
    "milestone": "sentence on a round number or a level that was reached; else null",
}
"""The fields of `watch --json`."""

EXPORT_NOTES = {
    "rankings": "the top 20 of the five leaderboards, you and your neighbors: ",
    "leaderboards": "the season leaderboards: ",
    "beats": "gains in 7 days are those of the plays recorded on this computer: ",
    "activity": "downloads of all time: ",
    "history": (
        "the numbers recorded on this computer, also `xp`, audience figures such as "
        "`activity.30d.plays`, and plays of beats as `beat:ID` with the beat's `title`: "
    ),
}


def markdown(*rows: Iterable[str]) -> str:
    """Return a Markdown table; the first row is its header."""
    header, *body = [f"| {' | '.join(row)} |" for row in rows]
    rule = "|" + "---|" * (header.count(" | ") + 1)
    return "\n".join((header, rule, *body))


def keys_table() -> str:
    """Return the table of keys; the digits of Quick Navigation are one row."""
    cards = [key for key in KEYS if key.id.startswith("page.open_")]

    def rows() -> Iterator[tuple[str, str, str]]:
        first, last = cards[0], cards[-1]
        digits, ids = f"{_key(first)}–{_key(last)}", f"`{first.id}` … `{last.id}`"
        yield digits, "Open a page of Quick Navigation.", ids
        for key in itertools.islice(KEYS, len(cards), None):
            yield _key(key), key.description, f"`{key.id}`"

    return markdown(("key", "what it does", "id"), *rows())


def _key(key: Key) -> str:
    shown = (display_key(normalize_key(each) or each, words=True) for each in key.keys)
    return " ".join(f"`{each}`" for each in shown) or "–"


def settings_table() -> str:
    """Return the table of settings with their variables, options and defaults."""
    defaults = Settings()
    rows = (
        (
            f"`{option.name}`",
            option.help,
            f"`{display_value(option.name, getattr(defaults, option.name))}`",
            f"`{option.variable}`",
            f"`{option.flag}`",
        )
        for option in OPTIONS
    )
    return markdown(("setting", "meaning", "default", "variable", "option"), *rows)


def goals_table() -> str:
    """Return the table of the numbers that can have a goal."""
    rows = ((f"`{name}`", number.title) for name, number in GOALS.items())
    return markdown(("goal", "number"), *rows)


def stats_tables() -> str:
    """Return the two tables of the fields of `stats --json`."""
    fields = markdown(("field", "meaning"), *_fields(STATS_FIELDS))
    return f"{fields}\n\n{markdown(('field of a number', 'meaning'), *_fields(NUMBER_FIELDS))}"


def report_tables() -> str:
    """Return the two tables of the fields of `report --json`."""
    fields = markdown(("field", "meaning"), *_fields(REPORT_FIELDS))
    return f"{fields}\n\n{markdown(('field of a change', 'meaning'), *_fields(CHANGE_FIELDS))}"


def _fields(meanings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"`{name}`", meaning) for name, meaning in meanings.items())


def watch_table() -> str:
    """Return the table of the fields of `watch --json`."""
    return markdown(("field", "meaning"), *_fields(WATCH_FIELDS))


def export_table() -> str:
    """Return the table of the columns of `export`."""
    empty_tables = {
        "beats": tables.beats(()),
        "collections": tables.collections(()),
        "transactions": tables.transactions(()),
        "rankings": tables.rankings(()),
        "leaderboards": tables.leaderboards(()),
        "achievements": tables.achievements(()),
        "activity": tables.activity(()),
        "history": tables.history(()),
    }
    rows = (
        (f"`{page}`", EXPORT_NOTES.get(page, "") + " ".join(map("`{}`".format, table.columns)))
        for page, table in empty_tables.items()
    )
    return markdown(("page", "columns"), *rows)


TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "usage.md": {"keys": keys_table},
    "configuration.md": {"settings": settings_table, "goals": goals_table},
    "scripting.md": {
        "stats": stats_tables,
        "report": report_tables,
        "watch": watch_table,
        "export": export_table,
    },
}
"""The generated tables of each document, by the name in their comments."""


def updated(document: str) -> str:
    """Return the text of a document with regenerated tables."""
    text = (FOLDER / document).read_text("utf-8")
    for name, table in TABLES[document].items():
        start, end = f"<!-- {name}: made by make tables -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        after = rest.partition(end)[2]
        text = f"{before}{start}\n\n{table()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    for document in TABLES:
        (FOLDER / document).write_text(updated(document), encoding="utf-8")
