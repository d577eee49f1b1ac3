"""Garbage collection is paused during startup only."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from beatpass_tui.runtime import gc_policy


@pytest.fixture(autouse=True)
def restore_gc() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_resume_excludes_existing_objects() -> None:
    with gc_policy.pause():
        assert not gc.isenabled()
        gc_policy.resume()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0


def test_failed_startup_enables_collection() -> None:
    with pytest.raises(ImportError), gc_policy.pause():
        raise ImportError
    assert gc.isenabled()


def test_resume_without_pause_changes_nothing() -> None:
    before = gc.get_freeze_count()
    gc_policy.resume()
    assert gc.isenabled()
    assert gc.get_freeze_count() == before


def test_final_collection_is_skipped() -> None:
    before = gc.get_freeze_count()
    gc_policy.skip_final_collection()
    assert gc.get_freeze_count() > before
