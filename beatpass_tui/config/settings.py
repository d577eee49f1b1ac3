"""Settings and their options: names, values, defaults and help."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui.config import keys
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.errors import unknown_message
from beatpass_tui.formatting import DATE_STYLES
from beatpass_tui.models.numbers import AUDIENCE_PERIODS, RECORDED, Number

if TYPE_CHECKING:
    from pathlib import Path

AUTO = "auto"

THEMES = (
    "beatpass", "beatpass-light", "textual-dark", "textual-light", "nord", "gruvbox",
    "catppuccin-mocha", "dracula", "tokyo-night", "monokai", "flexoki", "catppuccin-latte",
    "catppuccin-frappe", "catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine",
    "rose-pine-moon", "rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark",
    "ansi-light",
)  # fmt: skip
"""All themes, listed here because commands don't import Textual."""

_MAX_REFRESH = 24 * 60
GOALS: Mapping[str, Number] = {number.published_name: number for number in RECORDED if number.unit}
"""The numbers that `[goals]` can name; a level or a rate has no gains."""

_MAX_GOAL = 10**12
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
"""Values of environment variables for true and false."""


class Settings(NamedTuple):
    """The settings; the defaults apply without a configuration."""

    theme: str | None = None
    """None for the last selected theme, initially "beatpass"."""
    refresh: float | None = None
    """Minutes between automatic refreshes; 0 for none, None for the freshness of each query."""
    start_page: str = keys.HOME
    period: str = "30d"
    """The initial period of Activity."""
    numbers: str = "full"
    """"full" for 45,210 and "short" for 45.2K."""
    dates: str = DATE_STYLES[0]
    """How dates are shown; see `formatting.set_date_style`."""
    csv_bom: bool = False
    """Whether CSV exports begin with a byte order mark, by which Excel recognizes UTF-8."""
    ascii: bool | None = None
    """Whether to use ASCII only; None to detect what the terminal supports."""
    mouse: bool = True
    bell: bool = False
    notify: bool = False
    """Whether milestones are notifications of the desktop while the terminal is not focused."""
    accessible: bool = False
    """Whether to use words instead of symbols and boxes, without animation."""
    keyboard: Keyboard = Keyboard()
    goals: Mapping[str, int] = MappingProxyType({})
    """Goals in place of the next round numbers, by the ids of numbers."""


class InvalidValue(ValueError):
    """An invalid value of an option, with a message."""


class Option(NamedTuple):
    """An option; its name determines flag and environment variable."""

    name: str
    help: str
    values: tuple[str, ...] = ()
    """Allowed words."""

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"BEATPASS_{self.name.upper()}"

    def read(self, value: object) -> object:
        """Return the setting for a value of the file; raises InvalidValue."""
        if isinstance(value, str) and value in self.values:
            return value
        if isinstance(value, str):
            raise InvalidValue(unknown_message(self.name.replace("_", " "), value, self.values))
        raise InvalidValue(f"must be a word in quotes, such as {_quoted(self.values[0])}")

    def parse(self, text: str) -> object:
        """Return the setting for the text of a variable or flag; raises InvalidValue."""
        return self.read(text.strip())


class BooleanOption(Option):
    """An option that is true, false, or None for one of its words."""

    def read(self, value: object) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in self.values:
            return None
        *others, last = ("true", "false", *map(_quoted, self.values))
        raise InvalidValue(f"must be {', '.join(others)} or {last}")

    def parse(self, text: str) -> object:
        word = text.strip().lower()
        if word in YES or word in NO:
            return word in YES
        return self.read(word)


class MinutesOption(Option):
    """An option in minutes, or None for one of its words."""

    def read(self, value: object) -> object:
        if isinstance(value, str) and value in self.values:
            return None
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
        if number == 0 or 1 <= number <= _MAX_REFRESH:
            return float(number)
        word = _quoted(self.values[0])
        raise InvalidValue(f"must be minutes from 1 to {_MAX_REFRESH}, 0 for never, or {word}")

    def parse(self, text: str) -> object:
        try:
            number = float(text)
        except ValueError:
            return self.read(text.strip())
        return self.read(number)


OPTIONS: tuple[Option, ...] = (
    Option("theme", "color theme", THEMES),
    MinutesOption("refresh", "minutes between refreshes; 0 for none", (AUTO,)),
    Option("start_page", "first page", keys.PAGES),
    Option(
        "period",
        "initial period of Activity: 7d, 30d, 90d or all",
        (*AUDIENCE_PERIODS, "all"),
    ),
    Option("numbers", "full (45,210) or short (45.2K)", ("full", "short")),
    Option("dates", "iso (2026-11-24), us (11/24/2026) or eu (24.11.2026)", DATE_STYLES),
    BooleanOption("csv_bom", "begin CSV exports with a byte order mark, for Excel"),
    BooleanOption("ascii", "use ASCII characters only", (AUTO,)),
    BooleanOption("mouse", "use the mouse"),
    BooleanOption("bell", "ring the terminal bell"),
    BooleanOption("notify", "notify about milestones while the terminal is not focused"),
    BooleanOption("accessible", "use words instead of symbols and boxes"),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def read_goal(value: object) -> int:
    """Return a goal of the file; raises InvalidValue."""
    if type(value) is int and 1 <= value <= _MAX_GOAL:
        return value
    raise InvalidValue(f"must be a whole number from 1 to {_MAX_GOAL:,}, such as 50000")


def default_path(environ: Mapping[str, str]) -> Path | None:
    """Return the default path of the file, or None without a home folder."""
    from pathlib import Path

    with suppress(RuntimeError):
        xdg = Path(environ.get("XDG_CONFIG_HOME", ""))
        # The XDG specification says to ignore relative paths.
        folder = xdg if xdg.is_absolute() else Path.home() / ".config"
        if folder.is_absolute():
            return folder / "beatpass-tui" / "config.toml"
    return None


def display_value(name: str, value: object) -> str:
    """Return a setting as written in the file, without quotes."""
    if value is None:
        return THEMES[0] if name == "theme" else AUTO
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quoted(word: str) -> str:
    return f'"{word}"'
