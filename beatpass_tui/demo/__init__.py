"""The embedded BeatPass: sample data served over HTTP on the loopback address.

Belongs here: sample data, documented responses and states of the service. Never: imports of the
rest of the package. Undocumented fields are in a module of their own.
"""

from __future__ import annotations

from beatpass_tui.demo.server import DemoServer, HandledRequest
from beatpass_tui.demo.states import STATES

__all__ = ["STATES", "DemoServer", "HandledRequest"]
