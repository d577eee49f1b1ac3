"""Split the terminal's input into keys, without its answers to queries.

Answers arrive late on slow lines, or were requested by another program; Textual would take those
that it does not know for keys.
"""

import re
from collections.abc import Iterator

ESCAPE = "\x1b"

_REPLY = re.compile(
    # Strings, such as colors, the name of the terminal, and its capabilities.
    r"\x1b[]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"
    # Attributes, status, and flags of the keyboard. Shift+Right of rxvt has no character before c.
    r"|\x1b\[(?:[?>=][\d;:]*[cu]|\??[\d;]*n)"
    # The state of the window. Textual knows its size (48).
    r"|\x1b\[(?!48;)[\d;]+t"
)
_INCOMPLETE = re.compile(r"\x1b(?:[]P_^X][^\x07\x1b]*\x1b?|\[[?>=]?[\d;:]*\$?)?")
_IS_REPLY = re.compile(r"\x1b(?:[]P_^X].|\[[?>=])", re.DOTALL)
"""The beginning of an answer that is no key with Alt."""

_SEQUENCE_STARTS = "[]OPX^_\\\x1b"
"""Characters that continue an escape sequence, even if it arrives in several parts."""

_MAX_LENGTH = 4096
_MAX_TICKS = 10


class InputFilter:
    """Returns the input in parts; the Escape key is a part of its own."""

    def __init__(self) -> None:
        self._held = ""
        """The incomplete sequence at the end of the input."""
        self._ticks = 0

    def feed(self, text: str) -> Iterator[str]:
        """Yield what is complete."""
        if self._held == ESCAPE and text[:1] not in _SEQUENCE_STARTS:
            # Alt and a key would have arrived at once, so this is a key after Escape.
            yield ESCAPE
            self._held = ""
        text, self._held, self._ticks = self._held + text, "", 0
        while text:
            # A part is a sequence, or what comes before the next one.
            end = text.find(ESCAPE, text.startswith(ESCAPE))
            end = len(text) if end < 0 else end
            if reply := _REPLY.match(text):
                end = reply.end()
            elif _INCOMPLETE.fullmatch(text) and len(text) < _MAX_LENGTH:
                self._held = text
                return
            else:
                yield text[:end]
            text = text[end:]

    def tick(self) -> Iterator[str]:
        """Yield an incomplete key; called after a moment without input."""
        self._ticks += 1
        if not self._held:
            return
        is_reply = _IS_REPLY.match(self._held)
        if not is_reply:
            yield self._held
        if not is_reply or self._ticks >= _MAX_TICKS:
            self._held = ""
