"""Opening an address in the reader's web browser, where there is one."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping

from beatpass_tui.models.links import allowed_url


def available(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a browser can be expected to open in a window of its own.

    Without a display the standard library would start a text browser inside this terminal.
    """
    if platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in environ
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("BROWSER"))


def open_address(address: str) -> bool:
    """Begin to open an address of BeatPass, without waiting; return whether it was begun."""
    checked = allowed_url(address)
    if checked is None or not available():
        return False

    def work() -> None:
        import webbrowser

        webbrowser.open(checked)

    # A daemon, since a browser that does not return must not keep the program from ending.
    threading.Thread(target=work, name="browser", daemon=True).start()
    return True
