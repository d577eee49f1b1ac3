"""Writes the table of keys into the README, out of the table that the bindings are made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from beatpass_tui.config.key_names import canonical, written
from beatpass_tui.config.keys import KEYS, Key

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- keys: made by make keys -->", "<!-- end of keys -->"


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield keys, sentence and id; the cards of Quick Navigation are one row."""
    cards = [key for key in KEYS if key.id.startswith("page.open_")]
    first, last = cards[0], cards[-1]
    yield (
        f"{_code(first)}–{_code(last)}",
        "Open that card of Quick Navigation, from every page.",
        f"`{first.id}` … `{last.id}`",
    )
    for key in itertools.islice(KEYS, len(cards), None):
        yield _code(key), key.sentence, f"`{key.id}`"


def _code(key: Key) -> str:
    shown = (written(canonical(each) or each, words=True) for each in key.keys)
    return " ".join(f"`{each}`" for each in shown)


def table() -> str:
    """Return the table as Markdown."""
    lines = ["| key | does | id |", "|---|---|---|"]
    lines += [f"| {keys} | {does} | {id} |" for keys, does, id in rows()]
    return "\n".join(lines)


def inserted(readme: str) -> str:
    """Return the README with the table between its two marks."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(inserted(README.read_text("utf-8")), encoding="utf-8")
