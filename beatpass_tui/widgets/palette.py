"""The command palette: providers that ignore case, accents and composition, and commands."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from textual.app import SystemCommand
from textual.content import Content
from textual.fuzzy import Matcher
from textual.system_commands import SystemCommandsProvider
from textual.theme import ThemeProvider

from beatpass_tui.models.menu import NavEntry
from beatpass_tui.models.text import fold
from beatpass_tui.widgets.bindings import replace_brackets


class FoldingMatcher(Matcher):
    """Textual's matcher on folded text, like the search of pages; names are never markup."""

    def match(self, candidate: str) -> float:
        folded = "".join(map(fold, _composed(candidate)))
        return self.fuzzy_search.match(fold(self.query), folded)[0]

    def highlight(self, candidate: str) -> Content:
        """Return a name with the matching characters highlighted."""
        characters = _composed(candidate)
        content = Content(characters)
        # Folding may turn one character into several, or none.
        sources = [index for index, each in enumerate(characters) for _ in fold(each)]
        folded = "".join(map(fold, characters))
        _, offsets = self.fuzzy_search.match(fold(self.query), folded)
        for index in {sources[offset] for offset in offsets}:
            if not characters[index].isspace():
                content = content.stylize(self.match_style, index, index + 1)
        return content


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class Commands(SystemCommandsProvider):
    """The commands of the app."""

    def matcher(self, user_input: str, case_sensitive: bool = False) -> Matcher:
        return FoldingMatcher(user_input, match_style=self.match_style)


class Themes(ThemeProvider):
    """The themes."""

    def matcher(self, user_input: str, case_sensitive: bool = False) -> Matcher:
        return FoldingMatcher(user_input, match_style=self.match_style)


def page_commands(
    entries: Iterable[NavEntry], open_entry: Callable[[NavEntry], object]
) -> Iterator[SystemCommand]:
    """Yield a command for each entry of the menu."""
    for entry in entries:
        label = replace_brackets(entry.label)
        action = partial(open_entry, entry)
        if entry.page is None:
            yield SystemCommand(f"Open {label}", "Opens in the browser.", action)
        else:
            is_home = entry.page.name == "dashboard"
            help_text = "Your numbers at a glance" if is_home else entry.page.description
            yield SystemCommand(f"Go to {label}", help_text, action)
