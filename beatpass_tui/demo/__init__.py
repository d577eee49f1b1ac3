"""The embedded BeatPass: a made-up catalog behind real HTTP on the loopback address.

Belongs here: made-up data, documented responses and states of the service. Never: imports of the
rest of the package. Undocumented fields have a module of their own.
"""

from __future__ import annotations

from beatpass_tui.demo.server import Asked, DemoServer
from beatpass_tui.demo.states import STATES

__all__ = ["STATES", "Asked", "DemoServer"]
