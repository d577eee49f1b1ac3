"""Open web pages in the user's browser."""

import os
import sys
from collections.abc import Mapping

from beatpass_tui.models.links import allowed_url
from beatpass_tui.runtime.threads import DaemonExecutor


def is_available(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Return whether a graphical browser can be expected.

    Without a display, `webbrowser` would start a text browser in this terminal.
    """
    if platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in environ
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("BROWSER"))


def open_url(target: str) -> bool:
    """Open a URL or path of BeatPass in the background; return False if that is not possible."""
    url = allowed_url(target)
    if url is None or not is_available():
        return False
    # Some browser commands block until the browser is closed.
    DaemonExecutor("browser").submit(_open, url)
    return True


def _open(url: str) -> None:
    import webbrowser

    webbrowser.open(url)
