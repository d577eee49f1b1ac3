"""Python's garbage collector while the program starts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause() -> Iterator[None]:
    """Look for no garbage until `release`: what is made while the program starts stays in use."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def resume() -> None:
    """Look for garbage again, where that was held, but no more in what there is by now."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def skip_final_collection() -> None:
    """Let the process end without going over everything that is there once more."""
    gc.freeze()
