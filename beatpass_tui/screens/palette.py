"""Commands of the command palette."""

from collections.abc import Iterator
from functools import partial

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.bindings import palette_commands, replace_brackets


def key_commands(app: App[None], screen: Screen[object]) -> Iterator[SystemCommand]:
    """Yield a command for each key that is active on a screen."""
    for command in palette_commands(screen):
        help_text = f"{app.get_key_display(Binding(command.key, ''))} · {command.sentence}"
        run = partial(app.run_action, command.action, command.node)
        yield SystemCommand(command.name, help_text, run)


def navigation_commands(page: Page) -> Iterator[SystemCommand]:
    """Yield a command for each card of Quick Navigation."""
    for entry in page.context.entries:
        open_entry = partial(page.open_entry, entry)
        if entry.page is not None:
            is_home = entry.page.name == "dashboard"
            help_text = "Your numbers at a glance" if is_home else entry.page.description
            yield SystemCommand(f"Go to {replace_brackets(entry.label)}", help_text, open_entry)
        else:
            name = f"Open {replace_brackets(entry.label)}"
            yield SystemCommand(name, "Opens in the browser.", open_entry)
