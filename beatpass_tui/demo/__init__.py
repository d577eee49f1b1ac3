"""The embedded BeatPass: a made-up catalog behind real HTTP on the loopback address."""

from __future__ import annotations

from beatpass_tui.demo.server import Asked, DemoServer
from beatpass_tui.demo.states import STATES

__all__ = ["STATES", "Asked", "DemoServer"]
