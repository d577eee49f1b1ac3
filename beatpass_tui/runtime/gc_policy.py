"""Pause garbage collection during startup."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause() -> Iterator[None]:
    """Disable garbage collection until `resume`, since objects made at startup stay in use."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def resume() -> None:
    """If garbage collection is paused, enable it and exclude all existing objects."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def skip_final_collection() -> None:
    """Exclude all objects from the collection at interpreter exit."""
    gc.freeze()
