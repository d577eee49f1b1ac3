"""Providers of the command palette that ignore case, accents and composition."""

import unicodedata

from textual.content import Content
from textual.fuzzy import Matcher
from textual.system_commands import SystemCommandsProvider
from textual.theme import ThemeProvider

from beatpass_tui.models.text import fold


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
