"""An app with BeatPass's themes, style sheets, terminal filters and key handling."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from beatpass_tui import formatting
from beatpass_tui.config import themes
from beatpass_tui.config.key_names import display_key
from beatpass_tui.config.settings import Settings
from beatpass_tui.runtime import notifications
from beatpass_tui.runtime.key_queue import KeyQueue
from beatpass_tui.runtime.safe_app import SafeApp
from beatpass_tui.screens.messages import MilestonePassed
from beatpass_tui.screens.status_screen import FRAMED_CLASS, PAGES_CSS
from beatpass_tui.widgets.accessibility import ACCESSIBLE_CLASS, ASCII_CLASS, cursor_position
from beatpass_tui.widgets.bindings import key_prefix, palette_commands
from beatpass_tui.widgets.size_warning import MIN_HEIGHT, MIN_WIDTH

if TYPE_CHECKING:
    from beatpass_tui.screens.account_commands import AccountCommands
    from beatpass_tui.widgets.palette import Palette, PaletteGroup


class Frames(Protocol):
    """The frames of the first page, kept from run to run."""

    def hold_back(self, screen: Screen[Any]) -> bool:
        """Return whether the terminal shows a frame that must stay instead of a screen."""

    def interrupt(self) -> None:
        """Respond to a key or the mouse."""

    def forget(self) -> None:
        """Keep no frame of what was shown up to now."""

    def finish(self) -> None:
        """Decide which frames are kept, when the app begins to exit."""


class TerminalApp(SafeApp):
    """An app with the appearance and keys of its `settings`.

    An unknown `theme` is replaced by the default one; `ascii_only` replaces all other characters.
    """

    # Those of dialogs, which are hidden in windows that are too small.
    HORIZONTAL_BREAKPOINTS = [(0, "-too-narrow"), (MIN_WIDTH, "-wide-enough")]
    VERTICAL_BREAKPOINTS = [(0, "-too-low"), (MIN_HEIGHT, "-high-enough")]

    accounts: "AccountCommands"
    """Offered in the palette of pages."""

    frames: Frames | None = None

    _has_theme = False

    def __init__(self, settings: Settings, theme: str | None, *, ascii_only: bool) -> None:
        super().__init__()
        self._settings = settings
        formatting.set_date_style(settings.dates)
        self._ascii_only = ascii_only
        self._key_queue = KeyQueue(self, super().on_event)
        if self.no_color:
            self.css_path.append(self.css_path[0].with_name("colorless.tcss"))
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        first_theme = self.available_themes.get(theme or "", themes.DARK)
        # Changing the theme after the first frame would style everything twice.
        self.set_reactive(App.theme, first_theme.name)
        self.set_class(first_theme.dark, "-dark-mode", update=False)
        self.set_class(not first_theme.dark, "-light-mode", update=False)
        self.add_class(f"-theme-{first_theme.name}", update=False)
        self._has_theme = True
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap({id: ",".join(keys) for id, keys in settings.keyboard.remapped.items()})
        if ascii_only:
            self.add_class(ASCII_CLASS)
        self.set_class(self._needs_frames(first_theme), FRAMED_CLASS, update=False)
        if settings.accessible:
            self._use_words()

    def use_accessible_mode(self) -> Settings:
        """Turn on the accessible mode and return the new settings."""
        keyboard = self._settings.keyboard._replace(words=True)
        self._settings = self._settings._replace(accessible=True, keyboard=keyboard)
        self._use_words()
        if self._driver is not None:
            self._driver.write("\x1b[?25h")
        self.refresh_css(animate=False)
        self.screen.refresh_bindings()
        return self._settings

    def _use_words(self) -> None:
        self.add_class(ACCESSIBLE_CLASS)
        self.animation_level = "none"
        self.shows_cursor = True

    def _display(self, screen: Screen[Any], renderable: Any) -> None:  # noqa: ANN401
        """Draw; screen readers read the line of the terminal's cursor."""
        if self.frames is not None and self.frames.hold_back(screen):
            self.post_display_hook()
            return
        if self.shows_cursor:
            self.cursor_position = cursor_position(screen)
        super()._display(screen, renderable)

    async def on_event(self, event: events.Event) -> None:
        if self.frames is not None and isinstance(event, events.InputEvent | events.AppBlur):
            self.frames.interrupt()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._key_queue.put(event)
        else:
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Close the palette in a window that is too small for its list."""
        is_small = event.size.width < MIN_WIDTH or event.size.height < MIN_HEIGHT
        if is_small and isinstance(self.screen, CommandPalette):
            self.pop_screen()

    def _needs_frames(self, theme: Theme) -> bool:
        """Return whether tiles have to be drawn as frames to be visible."""
        shows_tiles = themes.shows_tiles(theme, self.console.color_system)
        return self.no_color or self._ascii_only or not shows_tiles

    def exit(
        self,
        result: None = None,
        return_code: int = 0,
        message: Any = None,  # noqa: ANN401
    ) -> None:
        if self.frames is not None:
            self.frames.finish()
        super().exit(result, return_code, message)

    def watch_theme(self) -> None:
        if self.frames is not None:
            self.frames.forget()
        self.set_class(self._needs_frames(self.current_theme), FRAMED_CLASS)

    def load_pages_css(self) -> None:
        """Load the style sheets of the screens other than Home.

        Textual would load them with the first of these screens and restyle everything.
        """
        for sheet in PAGES_CSS:
            self.stylesheet.read(sheet)
        self.stylesheet.parse()

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme; its text is made readable, too."""
        if not self._has_theme:
            # Textual asks for those of its default theme, which is not shown.
            return {}
        own = super().get_css_variables()
        variables = own | themes.color_variables(self.current_theme, own, self.console.color_system)
        self.theme_variables = variables
        return variables

    def get_line_filters(self) -> list[LineFilter]:
        """Return the filters for terminals without colors or Unicode, and for screen readers."""
        filters = list(super().get_line_filters())
        if self.no_color or self._settings.accessible or self._ascii_only:
            from beatpass_tui.widgets import line_filters

            if self.no_color:
                filters = [line_filters.SegmentFilter(line_filters.to_colorless)]
            if self._settings.accessible:
                filters.append(line_filters.SegmentFilter(line_filters.to_plain_text))
            if self._ascii_only:
                filters.append(line_filters.SegmentFilter(line_filters.to_ascii))
        return filters

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield the commands of the palette: the active keys of a screen, the account, themes."""
        from beatpass_tui.screens.page import Page

        for command in palette_commands(screen):
            help_text = f"{key_prefix(self, command.key)}{command.sentence}"
            run = partial(self.run_action, command.action, command.node)
            yield SystemCommand(command.name, help_text, run)
        if isinstance(screen, Page):
            yield from self.accounts.commands()
        yield SystemCommand("Theme", "Choose other colors.", self.action_change_theme)

    def make_palette(self, screen: Screen[object]) -> "Palette":
        """Return the palette for a screen: its commands and, found by typing, the themes."""
        from beatpass_tui.screens.page import Page
        from beatpass_tui.screens.palette_groups import page_palette
        from beatpass_tui.widgets.palette import Palette, command_entries, listed

        commands = listed("Commands", "", command_entries(self.get_system_commands(screen)))
        groups = [commands, self._themes(discover=False)]
        if not isinstance(screen, Page):
            return Palette(groups)
        return page_palette(screen, groups, self.accounts)

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(self.make_palette(self.screen))

    def _themes(self, *, discover: bool) -> "PaletteGroup":
        from beatpass_tui.widgets.palette import Entry, listed

        def entry(theme: Theme) -> Entry:
            about = "dark" if theme.dark else "light"
            note = "in use" if theme.name == self.theme else ""
            colors = (theme.background, theme.panel, theme.primary, theme.accent, theme.success)
            use = partial(self.use_theme, theme.name)
            return Entry(theme.name, use, about, note, tuple(filter(None, colors)))

        themes = sorted(self.available_themes.values(), key=lambda theme: theme.name)
        return listed("Theme", "◐", map(entry, themes), discover=discover)

    def use_theme(self, name: str) -> None:
        """Change the theme."""
        self.theme = name

    def search_themes(self) -> None:
        """Show the palette of themes."""
        from beatpass_tui.widgets.palette import Palette

        self.push_screen(Palette([self._themes(discover=True)], placeholder="Search for themes…"))

    def get_key_display(self, binding: Binding) -> str:
        return display_key(binding.key, words=self._settings.keyboard.words)

    def get_driver_class(self) -> type[Driver]:
        """Return a driver that replaces Textual's driver for Unix."""
        driver_class = super().get_driver_class()
        if driver_class.__name__ == "LinuxDriver":
            from beatpass_tui.runtime import driver

            return driver.Driver
        return driver_class

    @on(MilestonePassed)
    @work(group="notification")
    async def show_notification(self, event: MilestonePassed) -> None:
        """Show a notification of the desktop, if there is one."""
        await notifications.send(event.text, self._send_codes)

    def _send_codes(self, codes: str) -> None:
        if self._driver is not None:
            self._driver.write(codes)
            self._driver.flush()

    def bell(self) -> None:
        if self._settings.bell:
            super().bell()
