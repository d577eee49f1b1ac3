"""What can be set: each option with its values, its default and what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from beatpass_tui.config import keys
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.view_models.activity import DEFAULT_PERIOD, PERIODS

AUTO = "auto"

THEMES = (
    "beatpass", "beatpass-light", "textual-dark", "textual-light", "nord", "gruvbox",
    "catppuccin-mocha", "dracula", "tokyo-night", "monokai", "flexoki", "catppuccin-latte",
    "catppuccin-frappe", "catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine",
    "rose-pine-moon", "rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark",
    "ansi-light",
)  # fmt: skip
"""Every theme, named here so that what only prints need not load them."""

_LONGEST_REFRESH = 24 * 60
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
"""What a variable says for on and for off."""


class Settings(NamedTuple):
    """How the reader wants the program; the defaults are those of someone who set nothing."""

    theme: str | None = None
    """Name of a theme; None is the one that was chosen last, else BeatPass's own."""
    refresh: float | None = None
    """Minutes between automatic refreshes; 0 for none, None for each answer at its freshness."""
    start_page: str = keys.HOME
    period: str = DEFAULT_PERIOD
    """The period that Activity opens with."""
    numbers: str = "full"
    """"full" for 45,210 and "short" for 45.2K."""
    ascii: bool | None = None
    """Whether plain letters stand for signs; None where the terminal has nothing else."""
    mouse: bool = True
    bell: bool = False
    """Whether the terminal's bell may be rung."""
    accessible: bool = False
    """Whether to do without animation, boxes and signs, and say things in words."""
    keyboard: Keyboard = Keyboard()


class Unusable(ValueError):
    """A value that an option does not take; its text says what the option takes instead."""


class Option(NamedTuple):
    """One option: the key of the file, and what flag and environment variable are made of."""

    name: str
    about: str
    values: tuple[str, ...] = ()
    """The words that it takes."""

    @property
    def flag(self) -> str:
        """The option of the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"BEATPASS_{self.name.upper()}"

    def read(self, value: object) -> object:
        """Return a value of the file as the settings hold it; Unusable when it takes no such."""
        if isinstance(value, str) and value in self.values:
            return value
        if isinstance(value, str):
            raise Unusable(unknown(f'value "{value}"', value, self.values))
        raise Unusable(f"it takes a word in quotes, such as {_quoted(self.values[0])}")

    def parse(self, words: str) -> object:
        """Return what a variable or a flag says as the settings hold it."""
        return self.read(words.strip())


class Switch(Option):
    """An option that is on or off, and with a word of its own neither."""

    def read(self, value: object) -> object:
        """Return whether it is on."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in self.values:
            return None
        words = map(_quoted, self.values)
        raise Unusable(f"it takes {one_of(('true', 'false', *words))}")

    def parse(self, words: str) -> object:
        """Return whether a word says yes or no."""
        low = words.strip().lower()
        if low in YES or low in NO:
            return low in YES
        return self.read(low)


class Minutes(Option):
    """An option in minutes."""

    def read(self, value: object) -> object:
        """Return the minutes, 0 for never, and None for the word."""
        if isinstance(value, str) and value in self.values:
            return None
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
        if number == 0 or 1 <= number <= _LONGEST_REFRESH:
            return float(number)
        word = _quoted(self.values[0])
        raise Unusable(f"it takes minutes from 1 to {_LONGEST_REFRESH}, 0 for never, or {word}")

    def parse(self, words: str) -> object:
        """Return the minutes out of digits."""
        try:
            number = float(words)
        except ValueError:
            return self.read(words.strip())
        return self.read(number)


OPTIONS: tuple[Option, ...] = (
    Option("theme", "colors; the palette shows them all", THEMES),
    Minutes("refresh", "minutes between refreshes, 0 for none", (AUTO,)),
    Option("start_page", "page that opens first; Esc leads Home", keys.PAGES),
    Option("period", "period that Activity opens with", tuple(key for key, _ in PERIODS)),
    Option("numbers", "full (45,210) or short (45.2K)", ("full", "short")),
    Switch("ascii", "plain letters for signs", (AUTO,)),
    Switch("mouse", "whether clicks and the wheel are followed"),
    Switch("bell", "whether the terminal's bell may be rung"),
    Switch("accessible", "no animation, no boxes, words for signs"),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def default_path(environ: Mapping[str, str]) -> Path | None:
    """Return where the file is looked for, or None where there is no home folder."""
    with suppress(RuntimeError):
        given = Path(environ.get("XDG_CONFIG_HOME", ""))
        # The specification has relative paths ignored.
        folder = given if given.is_absolute() else Path.home() / ".config"
        if folder.is_absolute():
            return folder / "beatpass-tui" / "config.toml"
    return None


def spoken(name: str, value: object) -> str:
    """Return a value as the file would hold it, without quotes."""
    if value is None:
        return THEMES[0] if name == "theme" else AUTO
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quoted(word: str) -> str:
    return f'"{word}"'


def one_of(words: Sequence[str]) -> str:
    """Return words as a choice: a, b or c."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Return that there is no such thing, and the nearest that there is, or all where few are."""
    import difflib

    among = tuple(known)
    near = difflib.get_close_matches(word.lower()[:60], among, n=1, cutoff=0.5)
    if near:
        return f"there is no {what}; did you mean {near[0]}?"
    few = f"; it is {one_of(among)}" if len(among) < 12 else ""
    return f"there is no {what}{few}"
